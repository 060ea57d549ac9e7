#include "queue/engine/mover.h"

#include <algorithm>

#include "base/log.h"
#include "model/arn.h"

namespace rialto::queue {

using store::Table;

namespace {

constexpr std::size_t kKept = 10;       // what ListMessageMoveTasks gives at most
constexpr std::size_t kRoundMax = 100;  // messages moved in one batch
constexpr Millis kIdle{60'000};         // a round is due earlier when a task is started
constexpr Millis kStoreRetry{1'000};
// SQS's limits of redrive tasks; of neither its documentation says how it is told.
constexpr std::size_t kActiveMax = 100;  // of an account
constexpr std::chrono::hours kRunMax{36};
// FailureReason, in SQS's words.
constexpr std::string_view kNoQueue = "AWS.SimpleQueueService.NonExistentQueue";
constexpr std::string_view kNoSource = "CouldNotDetermineMessageSource";
constexpr std::string_view kRanTooLong = "TaskTimedOut";

}  // namespace

Mover::Mover(store::Store& store, const Clock& clock, Ids& ids, Find find)
    : store_(store), clock_(clock), ids_(ids), find_(std::move(find)) {}

Result<> Mover::load() {
  Result<> outcome;
  store::Batch leftovers;
  RIALTO_TRY_VOID(store_.scan(
      Table::Resource, store::prefix_range(store::resource_prefix(store::ResourceKind::MoveTask)),
      [&](std::string_view key, std::string_view value) {
        auto decoded = decode_task(value);
        if (!decoded.ok()) {
          outcome = std::move(decoded).error();
          return false;
        }
        auto& [task, id] = *decoded;
        const std::shared_ptr<Queue> source = find_(task.scope, task.source);
        if (!source || source->identity().id != id) {
          leftovers.erase(Table::Resource, key);
          return true;
        }
        auto& tasks = tasks_[{task.scope, task.source}];
        tasks.push_back(std::make_shared<Entry>(
            Entry{.task = std::move(task), .queue = id, .key = std::string(key)}));
        return true;
      }));
  if (!leftovers.empty()) store_.submit(std::move(leftovers), [](const Result<>&) {});
  return outcome;
}

Task<Result<MoveTask>> Mover::start(MoveTask task) {
  co_await turn_.take();
  Result<MoveTask> outcome = co_await start_in_turn(std::move(task));
  turn_.pass();
  if (outcome.ok()) wake_.notify_all();
  co_return outcome;
}

Task<Result<MoveTask>> Mover::start_in_turn(MoveTask task) {
  const std::shared_ptr<Queue> source = find_(task.scope, task.source);
  if (!source) co_return queue_does_not_exist();
  const auto is_of_account = [&](const auto& other) {
    return other->task.scope.account == task.scope.account;
  };
  if (std::ranges::count_if(active(), is_of_account) >= static_cast<std::ptrdiff_t>(kActiveMax)) {
    co_return fail(Code::InvalidArgument,
                   "There are already " + std::to_string(kActiveMax) +
                       " tasks running in this account. Cancel one, or wait until one has ended.");
  }
  task.id = ids_.uuid();
  task.status = MoveStatus::Running;
  task.started_at = clock_.now();
  task.to_move = source->counts().visible;
  const Source name{task.scope, task.source};
  auto entry = std::make_shared<Entry>(Entry{
      .task = task, .queue = source->identity().id, .key = {}, .allowance_at = task.started_at});
  store::Batch batch;
  auto number = static_cast<std::uint64_t>(to_millis(task.started_at));
  std::vector<std::shared_ptr<Entry>> outdated;
  {
    const std::lock_guard guard(mutex_);
    for (const auto& other : tasks_[name]) {
      if (other->queue != entry->queue) {
        outdated.push_back(other);
      } else if (other->task.is_active()) {
        co_return fail(Code::InvalidArgument,
                       "There is already a task running. Only one active task is allowed for a "
                       "source queue arn at a given time.");
      } else if (to_millis(other->task.started_at) >= to_millis(task.started_at)) {
        // Two in a millisecond still have an order.
        number = static_cast<std::uint64_t>(to_millis(other->task.started_at)) + 1;
        entry->task.started_at = task.started_at = other->task.started_at + Millis(1);
      }
    }
    const std::size_t kept = tasks_[name].size() - outdated.size();
    for (const auto& other : tasks_[name]) {
      if (kept < kKept + outdated.size()) break;
      if (other->queue == entry->queue) {
        outdated.push_back(other);
        break;
      }
    }
  }
  entry->key = store::move_task_key(task.scope, task.source, number);
  for (const auto& other : outdated) batch.erase(Table::Resource, other->key);
  batch.put(Table::Resource, entry->key, encode_task(task, entry->queue));
  RIALTO_CO_TRY_VOID(co_await store_.commit(std::move(batch)));
  for (const auto& other : outdated) forget(other);
  const std::lock_guard guard(mutex_);
  tasks_[name].push_back(std::move(entry));
  co_return task;
}

Task<Result<MoveTask>> Mover::cancel(store::Scope scope, std::string source, std::string id) {
  co_await turn_.take();
  Result<MoveTask> outcome =
      co_await cancel_in_turn({std::move(scope), std::move(source)}, std::move(id));
  turn_.pass();
  if (outcome.ok()) wake_.notify_all();
  co_return outcome;
}

Task<Result<MoveTask>> Mover::cancel_in_turn(Source source, std::string id) {
  std::shared_ptr<Entry> entry;
  for (const auto& other : active()) {
    if (other->task.id == id && Source(other->task.scope, other->task.source) == source) {
      entry = other;
    }
  }
  if (!entry) {
    for (const MoveTask& task : list(source.first, source.second, kKept)) {
      if (task.id == id) co_return fail(Code::Conflict, "Only active tasks can be cancelled.");
    }
    co_return fail(Code::NotFound, "Task does not exist.");
  }
  if (entry->task.status != MoveStatus::Running) {
    co_return fail(Code::Conflict, "Only active tasks can be cancelled.");
  }
  MoveTask task = entry->task;
  task.status = MoveStatus::Cancelling;
  store::Batch batch;
  batch.put(Table::Resource, entry->key, encode_task(task, entry->queue));
  RIALTO_CO_TRY_VOID(co_await store_.commit(std::move(batch)));
  update(*entry, task);
  co_return task;
}

std::vector<MoveTask> Mover::list(const store::Scope& scope, std::string_view source,
                                  std::size_t count_max) const {
  std::vector<MoveTask> out;
  const std::shared_ptr<Queue> queue = find_(scope, source);
  const std::lock_guard guard(mutex_);
  const auto tasks = tasks_.find({scope, std::string(source)});
  if (tasks == tasks_.end() || !queue) return out;
  for (auto at = tasks->second.rbegin(); at != tasks->second.rend(); ++at) {
    if (out.size() == count_max) break;
    if ((*at)->queue == queue->identity().id) out.push_back((*at)->task);
  }
  return out;
}

Task<> Mover::run() {
  while (!is_stopping_) {
    const std::shared_ptr<net::Waiter> waiter = co_await wake_.make_waiter();
    wake_.enlist(waiter);
    const Millis pause = co_await round();
    if (!is_stopping_ && pause > Millis(0)) co_await waiter->wait(pause);
    wake_.leave(waiter);
  }
}

void Mover::stop() {
  is_stopping_ = true;
  look();
}

Task<Millis> Mover::round() {
  Millis pause = kIdle;
  for (const std::shared_ptr<Entry>& entry : active()) {
    if (is_stopping_) break;
    pause = std::min(pause, co_await step(entry));
  }
  co_return pause;
}

Task<Millis> Mover::step(std::shared_ptr<Entry> entry) {
  co_await turn_.take();
  const Millis pause = co_await step_in_turn(std::move(entry));
  turn_.pass();
  co_return pause;
}

Task<Millis> Mover::step_in_turn(std::shared_ptr<Entry> entry) {
  MoveTask task = entry->task;
  if (!task.is_active()) co_return kIdle;
  const std::shared_ptr<Queue> source = find_(task.scope, task.source);
  if (!source || source->identity().id != entry->queue) {
    // Removed, and its tasks with it.
    store::Batch batch;
    batch.erase(Table::Resource, entry->key);
    if ((co_await store_.commit(std::move(batch))).ok()) forget(entry);
    co_return kStoreRetry;
  }
  Moves moves;
  if (task.status == MoveStatus::Cancelling) {
    task.status = MoveStatus::Cancelled;
  } else if (clock_.now() - task.started_at >= kRunMax) {
    task.status = MoveStatus::Failed;
    task.failure = kRanTooLong;
  } else {
    const std::size_t count_max = take_allowance(*entry);
    if (count_max == 0) {
      co_return Millis(
          static_cast<std::int64_t>((1 - entry->allowance) * 1000 / *task.per_second_max) + 1);
    }
    Result<Moves> begun = source->begin_moves(count_max, destination_of(task));
    if (!begun.ok()) co_return kStoreRetry;
    moves = std::move(begun).value();
    task.moved += static_cast<std::int64_t>(moves.moves.size());
    entry->allowance -= static_cast<double>(moves.moves.size());
    if (moves.error) {
      task.status = MoveStatus::Failed;
      task.failure = moves.error->reason.empty() ? kNoQueue : moves.error->reason;
    } else if (moves.is_dry || task.moved >= task.to_move) {
      task.status = MoveStatus::Completed;
    }
  }
  moves.batch.put(Table::Resource, entry->key, encode_task(task, entry->queue));
  const Result<> outcome = co_await store_.commit(std::move(moves.batch));
  source->finish_moves(moves.moves, outcome.ok());
  if (!outcome.ok()) co_return kStoreRetry;
  update(*entry, task);
  if (!task.is_active()) {
    log::info("queue.move_task_ended",
              {{"queue", task.source}, {"status", word_of(task.status)}, {"moved", task.moved}});
  }
  co_return Millis(0);
}

std::size_t Mover::take_allowance(Entry& entry) const {
  const std::int64_t left = std::max<std::int64_t>(entry.task.to_move - entry.task.moved, 1);
  const std::size_t wanted = std::min(kRoundMax, static_cast<std::size_t>(left));
  if (!entry.task.per_second_max) return wanted;
  const TimePoint now = clock_.now();
  const double per_second = *entry.task.per_second_max;
  const double elapsed =
      std::chrono::duration<double>(std::max(now - entry.allowance_at, Millis(0))).count();
  entry.allowance = std::min(entry.allowance + elapsed * per_second, per_second);
  entry.allowance_at = now;
  return std::min(wanted, static_cast<std::size_t>(std::max(entry.allowance, 0.0)));
}

FindDestination Mover::destination_of(const MoveTask& task) const {
  return [this, &task](std::string_view source) -> Result<std::shared_ptr<Queue>> {
    const std::string_view arn = task.destination ? std::string_view(*task.destination) : source;
    if (arn.empty()) {
      return fail(Code::NotFound, "It is not known where a message came from.", kNoSource);
    }
    const auto ref = model::QueueRef::parse(arn);
    std::shared_ptr<Queue> found;
    if (ref.ok()) found = find_({ref->account, ref->region}, ref->name);
    if (!found) return fail(Code::NotFound, "The queue does not exist.", kNoQueue);
    return found;
  };
}

std::vector<std::shared_ptr<Mover::Entry>> Mover::active() const {
  std::vector<std::shared_ptr<Entry>> out;
  const std::lock_guard guard(mutex_);
  for (const auto& [source, tasks] : tasks_) {
    for (const auto& entry : tasks) {
      if (entry->task.is_active()) out.push_back(entry);
    }
  }
  return out;
}

void Mover::update(Entry& entry, const MoveTask& task) {
  const std::lock_guard guard(mutex_);
  entry.task = task;
}

void Mover::forget(const std::shared_ptr<Entry>& entry) {
  const std::lock_guard guard(mutex_);
  const auto tasks = tasks_.find({entry->task.scope, entry->task.source});
  if (tasks == tasks_.end()) return;
  std::erase(tasks->second, entry);
  if (tasks->second.empty()) tasks_.erase(tasks);
}

}  // namespace rialto::queue
