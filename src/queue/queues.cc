#include "queue/queues.h"

#include <algorithm>

#include "base/log.h"
#include "model/arn.h"
#include "queue/engine/mover.h"
#include "queue/engine/queue.h"

namespace rialto::queue {

using store::Table;

Queues::Queues(store::Store& store, const Clock& clock, Ids& ids, Options options)
    : store_(store),
      clock_(clock),
      ids_(ids),
      options_(options),
      rows_(std::make_shared<RowPool>(options.rows_max, options.row_bytes)),
      mover_(std::make_unique<Mover>(
          store, clock, ids,
          [this](const Scope& scope, std::string_view queue) { return find(scope, queue); })) {}

Queues::~Queues() = default;

void Queues::stop() {
  is_stopping_ = true;
  mover_->stop();
  clock_moved();  // which is all it takes to make everybody look
}

void Queues::clock_moved() {
  stop_waiters_.notify_all();
  mover_->look();
  for (const auto& queue : all()) queue->wake_all();
}

Task<> Queues::maintain() {
  while (!is_stopping_) {
    sweep();
    const std::shared_ptr<net::Waiter> waiter = co_await stop_waiters_.make_waiter();
    stop_waiters_.enlist(waiter);
    if (!is_stopping_) co_await waiter->wait(options_.sweep_interval);
    stop_waiters_.leave(waiter);
  }
}

void Queues::sweep() {
  for (const auto& queue : all()) {
    queue->sweep();
    queue->tidy();
  }
}

Result<Pending> Queues::append(store::Batch& batch, const Scope& scope, std::string_view queue,
                               const NewMessage& message) {
  RIALTO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  return found->append(batch, message);
}

void Queues::publish(const Pending& pending) { pending.queue->publish(pending); }

void Queues::discard(const Pending& pending) { pending.queue->discard(pending); }

bool Queues::exists(const Scope& scope, std::string_view queue) const {
  return find(scope, queue) != nullptr;
}

Result<QueueInfo> Queues::describe(const Scope& scope, std::string_view queue) const {
  RIALTO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  return found->info();
}

Result<Counts> Queues::counts(const Scope& scope, std::string_view queue) {
  RIALTO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  return found->counts();
}

std::vector<std::string> Queues::list(const Scope& scope, std::string_view prefix,
                                      std::string_view after, std::size_t count_max) const {
  std::vector<std::string> out;
  const std::shared_lock guard(queues_mutex_);
  const auto names = queues_.find(scope);
  if (names == queues_.end()) return out;
  auto at = after < prefix ? names->second.lower_bound(prefix) : names->second.upper_bound(after);
  for (; at != names->second.end() && out.size() < count_max; ++at) {
    if (!at->first.starts_with(prefix)) break;
    out.push_back(at->first);
  }
  return out;
}

Task<Result<>> Queues::settle(Pending pending) {
  if (!pending.original || co_await pending.original->wait()) co_return Result<>();
  co_return fail(Code::Unavailable, "The message that this one repeats could not be stored.");
}

bool Queues::has_room(const Scope& scope, std::string_view queue) const {
  const std::shared_ptr<Queue> found = find(scope, queue);
  return !found || found->has_room();
}

std::vector<std::string> Queues::list_sources(const Scope& scope, std::string_view dead_letter_arn,
                                              std::string_view after, std::size_t count_max) const {
  std::vector<std::string> out;
  const std::shared_lock guard(queues_mutex_);
  const auto names = queues_.find(scope);
  if (names == queues_.end()) return out;
  auto at = names->second.upper_bound(after);
  for (; at != names->second.end() && out.size() < count_max; ++at) {
    const std::optional<RedrivePolicy> policy = at->second->redrive_policy();
    if (policy && policy->dead_letter_arn == dead_letter_arn) out.push_back(at->first);
  }
  return out;
}

Task<Result<MoveTask>> Queues::start_move(MoveTask task) {
  co_return co_await mover_->start(std::move(task));
}

Task<Result<MoveTask>> Queues::cancel_move(Scope scope, std::string source, std::string id) {
  co_return co_await mover_->cancel(std::move(scope), std::move(source), std::move(id));
}

std::vector<MoveTask> Queues::list_moves(const Scope& scope, std::string_view source,
                                         std::size_t count_max) const {
  return mover_->list(scope, source, count_max);
}

Task<> Queues::run_moves() { co_await mover_->run(); }

Task<Millis> Queues::run_moves_once() { co_return co_await mover_->round(); }

Task<Result<std::vector<Result<Sent>>>> Queues::send(Scope scope, std::string queue,
                                                     std::vector<OutgoingMessage> messages) {
  RIALTO_CO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  if (!found->has_room()) {
    co_return fail(Code::Throttled, "Rate exceeded");
  }
  store::Batch batch;
  std::vector<Result<Pending>> appended;
  appended.reserve(messages.size());
  for (const OutgoingMessage& message : messages) {
    appended.push_back(found->append(batch, message.view()));
  }
  const Result<> outcome = co_await store_.commit(std::move(batch));
  for (const Result<Pending>& one : appended) {
    if (one.ok()) outcome.ok() ? found->publish(*one) : found->discard(*one);
  }
  if (!outcome.ok()) co_return outcome.error();
  std::vector<Result<Sent>> out;
  out.reserve(appended.size());
  for (const Result<Pending>& one : appended) {
    if (!one.ok()) {
      out.push_back(one.error());
      continue;
    }
    if (one->original) {
      if (const Result<> settled = co_await settle(*one); !settled.ok()) {
        out.push_back(settled.error());
        continue;
      }
    }
    out.push_back(Sent{one->id, found->is_fifo() ? one->sequence : 0});
  }
  co_return out;
}

std::optional<DeadLetters> Queues::dead_letters_of(const Queue& found) const {
  const std::optional<RedrivePolicy> policy = found.redrive_policy();
  if (!policy) return std::nullopt;
  const auto ref = model::QueueRef::parse(policy->dead_letter_arn);
  if (!ref.ok()) return std::nullopt;
  std::shared_ptr<Queue> queue = find({ref->account, ref->region}, ref->name);
  if (!queue) return std::nullopt;  // what would go there stays
  return DeadLetters{std::move(queue), policy->receive_count_max};
}

Task<Result<std::vector<ReceivedMessage>>> Queues::receive(Scope scope, std::string queue,
                                                           ReceiveOptions options) {
  RIALTO_CO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  const Stopwatch watch;
  const Millis wait_max = options.wait.value_or(found->receive_wait());
  for (;;) {
    Result<Queue::Delivery> delivery = found->take(options, dead_letters_of(*found));
    if (delivery.ok() && !delivery->changes.empty()) {
      const Result<> outcome = co_await store_.commit(std::move(delivery->changes));
      found->finish_moves(delivery->moves, outcome.ok());
      if (!outcome.ok()) delivery = outcome.error();
    }
    const auto waited = std::chrono::floor<Millis>(watch.elapsed());
    if (!delivery.ok() || !delivery->messages.empty() || waited >= wait_max || is_stopping_) {
      found->pass_on();
      if (!delivery.ok()) co_return std::move(delivery).error();
      // A receive that waits is not told (SQS, on the quota of messages in flight), and in a FIFO
      // queue nobody is.
      if (delivery->messages.empty() && delivery->is_at_limit && wait_max.count() == 0 &&
          !found->is_fifo()) {
        co_return fail(Code::LimitExceeded, "Too many messages in flight.", kOverLimit);
      }
      co_return std::move(delivery->messages);
    }
    const std::shared_ptr<net::Waiter> waiter = co_await found->waiters().make_waiter();
    const std::optional<Millis> pause = found->enlist(waiter);
    if (!pause) continue;
    if (!is_stopping_) co_await waiter->wait(std::min(wait_max - waited, *pause));
    found->leave(waiter);
  }
}

Task<Result<std::vector<Result<>>>> Queues::erase(Scope scope, std::string queue,
                                                  std::vector<std::string> receipt_handles) {
  RIALTO_CO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  Queue::Erasure erasure = found->begin_erase(receipt_handles);
  const Result<> outcome = co_await store_.commit(std::move(erasure.batch));
  found->finish_erase(erasure, outcome.ok());
  if (!outcome.ok()) co_return outcome.error();
  co_return std::move(erasure.outcomes);
}

Task<Result<std::vector<Result<>>>> Queues::change_visibility(
    Scope scope, std::string queue, std::vector<VisibilityChange> changes) {
  RIALTO_CO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  auto [outcomes, batch] = found->change_visibility(changes);
  RIALTO_CO_TRY_VOID(co_await store_.commit(std::move(batch)));
  co_return std::move(outcomes);
}

Task<Result<>> Queues::purge(Scope scope, std::string queue) {
  RIALTO_CO_TRY(const std::shared_ptr<Queue> found, get(scope, queue));
  RIALTO_CO_TRY(auto begun, found->begin_purge());
  const Result<> outcome = co_await store_.commit(std::move(begun.second));
  found->finish_purge(begun.first, outcome.ok());
  co_return outcome;
}

std::shared_ptr<Queue> Queues::find(const Scope& scope, std::string_view queue) const {
  const std::shared_lock guard(queues_mutex_);
  const auto names = queues_.find(scope);
  if (names == queues_.end()) return nullptr;
  const auto found = names->second.find(queue);
  return found == names->second.end() ? nullptr : found->second;
}

Result<std::shared_ptr<Queue>> Queues::get(const Scope& scope, std::string_view queue) const {
  std::shared_ptr<Queue> found = find(scope, queue);
  if (!found) return queue_does_not_exist();
  return found;
}

Depths Queues::depths(std::size_t count_max) const {
  const auto queues = all();
  Depths out;
  out.queues = queues.size();
  for (const auto& queue : queues) {
    if (out.first.size() == count_max) break;
    const Identity& identity = queue->identity();
    out.first.push_back({identity.scope, identity.name, queue->counts()});
  }
  return out;
}

std::vector<std::shared_ptr<Queue>> Queues::all() const {
  std::vector<std::shared_ptr<Queue>> out;
  const std::shared_lock guard(queues_mutex_);
  for (const auto& [scope, names] : queues_) {
    for (const auto& [name, queue] : names) out.push_back(queue);
  }
  return out;
}

}  // namespace rialto::queue
