#include "archive/replays.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "bus/catalog.h"
#include "store/keys.h"

namespace rialto::archive {
namespace {

using store::Table;

// Records are old by days; a moved clock of a test is noticed soon.
constexpr Millis kSweepInterval{1'000};

model::Scope scope_of(const model::Replay& replay) {
  return {.account = replay.account, .region = replay.region};
}

std::string key_of(const model::Replay& replay) {
  return store::replay_key(scope_of(replay), replay.name);
}

}  // namespace

Error no_such_replay(std::string_view replay) {
  return fail(Code::NotFound, "Replay " + std::string(replay) + " does not exist.");
}

Error replay_exists(std::string_view replay) {
  return fail(Code::AlreadyExists, "Replay " + std::string(replay) + " already exists.");
}

Replays::Replays(Services services, ReplayLimits limits) : services_(services), limits_(limits) {}

Replays::~Replays() { RIALTO_CHECK(is_stopping_ || running_ == 0, "stop comes before the end"); }

Result<> Replays::load() {
  Result<> outcome;
  const auto visit = [&](std::string_view, std::string_view value) {
    auto replay = model::decode_replay(value);
    if (!replay.ok()) {
      outcome = replay.error();
      return false;
    }
    auto one = std::make_shared<One>();
    one->record = std::move(replay).value();
    const std::lock_guard guard(mutex_);
    replays_[scope_of(one->record)][one->record.name] = std::move(one);
    return true;
  };
  const auto prefix = store::resource_prefix(store::ResourceKind::Replay);
  RIALTO_TRY_VOID(services_.store.scan(Table::Resource, store::prefix_range(prefix), visit));
  return outcome;
}

void Replays::resume() {
  std::vector<std::shared_ptr<One>> active;
  {
    const std::lock_guard guard(mutex_);
    for (const auto& [scope, names] : replays_) {
      for (const auto& [name, one] : names) {
        if (one->record.is_active()) active.push_back(one);
      }
    }
  }
  for (auto& one : active) spawn(std::move(one));
}

Task<Result<model::Replay>> Replays::start(model::Replay replay) {
  co_await turn_.take();
  auto outcome = co_await start_in_turn(std::move(replay));
  turn_.pass();
  co_return outcome;
}

Task<Result<model::Replay>> Replays::start_in_turn(model::Replay replay) {
  const model::Scope scope = scope_of(replay);
  if (find(scope, replay.name)) co_return replay_exists(replay.name);
  if (count_active(scope) >= limits_.active_max) co_return bus::over_limit();
  replay.state = model::ReplayState::Starting;
  replay.started_at = services_.clock.now();
  auto one = std::make_shared<One>();
  RIALTO_CO_TRY_VOID(co_await store_record(one, replay));
  add(one);
  spawn(std::move(one));
  co_return replay;
}

Task<Result<model::Replay>> Replays::cancel(model::Scope scope, std::string name) {
  const auto one = find(scope, name);
  if (!one) co_return no_such_replay(name);
  co_await one->turn.take();
  auto outcome = co_await cancel_in_turn(one);
  one->turn.pass();
  one->wake.notify_all();
  co_return outcome;
}

Task<Result<model::Replay>> Replays::cancel_in_turn(std::shared_ptr<One> one) {
  model::Replay record = record_of(*one);
  if (record.state != model::ReplayState::Starting && record.state != model::ReplayState::Running) {
    co_return fail(Code::Conflict,
                   "Replay " + record.name + " is not in a valid state for this operation.",
                   kIllegalStatus);
  }
  record.state = model::ReplayState::Cancelling;
  RIALTO_CO_TRY_VOID(co_await store_record(one, record));
  co_return record;
}

Task<Result<>> Replays::store_record(std::shared_ptr<One> one, model::Replay record) {
  store::Batch batch;
  batch.put(Table::Resource, key_of(record), model::encode(record));
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  set_record(*one, std::move(record));
  co_return Result<>();
}

std::shared_ptr<Replays::One> Replays::find(const model::Scope& scope,
                                            std::string_view name) const {
  const std::lock_guard guard(mutex_);
  const auto names = replays_.find(scope);
  if (names == replays_.end()) return nullptr;
  const auto found = names->second.find(name);
  return found == names->second.end() ? nullptr : found->second;
}

void Replays::add(std::shared_ptr<One> one) {
  const std::lock_guard guard(mutex_);
  const model::Replay& record = one->record;
  replays_[scope_of(record)].insert_or_assign(record.name, one);
}

model::Replay Replays::record_of(const One& one) const {
  const std::lock_guard guard(mutex_);
  return one.record;
}

void Replays::set_record(One& one, model::Replay record) {
  const std::lock_guard guard(mutex_);
  one.record = std::move(record);
}

Result<model::Replay> Replays::get(const model::Scope& scope, std::string_view name) const {
  const auto one = find(scope, name);
  if (!one) return no_such_replay(name);
  return record_of(*one);
}

std::vector<model::Replay> Replays::list(const model::Scope& scope) const {
  const std::lock_guard guard(mutex_);
  std::vector<model::Replay> out;
  const auto names = replays_.find(scope);
  if (names == replays_.end()) return out;
  for (const auto& [name, one] : names->second) out.push_back(one->record);
  return out;
}

std::size_t Replays::count_active(const model::Scope& scope) const {
  const auto replays = list(scope);
  return static_cast<std::size_t>(std::ranges::count_if(replays, &model::Replay::is_active));
}

bool Replays::is_reading(store::ArchiveId archive) const {
  const std::lock_guard guard(mutex_);
  for (const auto& [scope, names] : replays_) {
    for (const auto& [name, one] : names) {
      if (one->record.archive_id == archive && one->record.is_active()) return true;
    }
  }
  return false;
}

Task<> Replays::maintain() {
  while (!is_stopping_) {
    co_await sweep();
    if (!is_stopping_) co_await net::sleep_for(kSweepInterval);
  }
}

Task<> Replays::sweep() {
  co_await turn_.take();
  co_await sweep_in_turn();
  turn_.pass();
}

Task<> Replays::sweep_in_turn() {
  const std::vector<model::Replay> old = find_old();
  if (old.empty()) co_return;
  store::Batch batch;
  for (const model::Replay& replay : old) batch.erase(Table::Resource, key_of(replay));
  const Result<> outcome = co_await services_.store.commit(std::move(batch));
  if (outcome.ok()) drop(old);  // else the next round tries again
}

std::vector<model::Replay> Replays::find_old() const {
  const TimePoint now = services_.clock.now();
  const std::lock_guard guard(mutex_);
  std::vector<model::Replay> out;
  for (const auto& [scope, names] : replays_) {
    for (const auto& [name, one] : names) {
      const auto ended_at = one->record.ended_at;
      if (ended_at && *ended_at + limits_.kept <= now) out.push_back(one->record);
    }
  }
  return out;
}

void Replays::drop(const std::vector<model::Replay>& replays) {
  const std::lock_guard guard(mutex_);
  for (const model::Replay& replay : replays) replays_[scope_of(replay)].erase(replay.name);
}

Task<Result<>> Replays::reset() {
  co_await turn_.take();
  const Result<> outcome = co_await reset_in_turn();
  turn_.pass();
  co_return outcome;
}

Task<Result<>> Replays::reset_in_turn() {
  forget_all();
  co_await await_idle();  // nobody writes a record any more
  store::Batch batch;
  const store::Range range =
      store::prefix_range(store::resource_prefix(store::ResourceKind::Replay));
  batch.erase_range(Table::Resource, range.from, range.to);
  co_return co_await services_.store.commit(std::move(batch));
}

void Replays::forget_all() {
  const std::lock_guard guard(mutex_);
  for (const auto& [scope, names] : replays_) {
    for (const auto& [name, one] : names) {
      one->is_forgotten = true;
      one->wake.notify_all();
    }
  }
  replays_.clear();
}

Task<> Replays::await_idle() {
  while (running_ > 0 && !is_stopping_) {
    const auto waiter = co_await idle_.make_waiter();
    idle_.enlist(waiter);
    if (running_ > 0) co_await waiter->wait(kSweepInterval);
    idle_.leave(waiter);
  }
}

void Replays::stop() {
  is_stopping_ = true;
  tasks_.stop();
}

}  // namespace rialto::archive
