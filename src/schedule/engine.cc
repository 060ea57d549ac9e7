#include "schedule/engine.h"

#include <algorithm>

#include "base/log.h"

namespace rialto::schedule {
namespace {

// Of one round, side by side, so that they share writes. Ours.
constexpr std::size_t kTogetherMax = 64;

// How long what could not be fired waits until it is tried again.
constexpr Millis kRetry{1'000};

// Nobody tells when the machine's clock is set, or when the machine slept itself: so the clock is
// looked at every minute, which is as exact as schedules are.
constexpr std::chrono::minutes kSleepMax{1};

// A fire that comes so much later than it was due is told in the log.
constexpr std::chrono::minutes kLate{1};

// Whether the record is of the schedule that the rule has now.
bool is_current(const bus::CatalogState& state, const store::RuleFiredKey& key,
                const Fired& fired) {
  for (const auto& [name, bus] : state.buses) {
    if (bus->bus.id != key.bus) continue;
    const auto rule = bus->rules.find(key.rule);
    if (rule == bus->rules.end()) return false;
    const auto& schedule = rule->second->rule.schedule;
    return schedule && schedule->anchor == fired.anchor;
  }
  return false;
}

}  // namespace

model::Event make_scheduled_event(const bus::RuleState& rule, const model::BusRef& bus,
                                  TimePoint due, TimePoint now, std::string id) {
  model::Envelope envelope;
  envelope.id = std::move(id);
  envelope.detail_type = "Scheduled Event";
  envelope.source = "aws.events";
  envelope.account = bus.account;
  envelope.time = due;
  envelope.region = bus.region;
  envelope.resources = {rule.arn};
  envelope.detail_text = "{}";
  envelope.detail = json::Value(json::Object{});
  return model::make_event(std::move(envelope), now);
}

Engine::Engine(Services services) : services_(services) {}

Result<> Engine::load() {
  const auto state = services_.catalog.state();
  store::Batch orphans;  // of rules that were deleted or changed while they fired
  Result<> outcome;
  RIALTO_TRY_VOID(services_.store.scan(
      store::Table::Meta, store::prefix_range(store::kRuleFiredPrefix),
      [&](std::string_view key_bytes, std::string_view value) {
        const auto key = store::decode_rule_fired_key(key_bytes);
        const auto fired = decode_fired(value);
        if (!key || !fired.ok()) {
          outcome = fail(Code::Corruption, "The record of a schedule's last fire cannot be read.");
          return false;
        }
        if (is_current(*state, *key, *fired)) {
          timetable_.restore(*key, *fired);
        } else {
          orphans.erase(store::Table::Meta, key_bytes);
        }
        return true;
      }));
  if (outcome.ok() && !orphans.empty()) {
    services_.store.submit(std::move(orphans), [](const Result<>&) {});
  }
  return outcome;
}

void Engine::start() { tasks_.spawn(services_.runtime.executor(0), "schedule.run", run()); }

void Engine::stop() {
  is_stopping_ = true;
  tasks_.stop();
}

void Engine::look_again() {
  must_look_ = true;
  sleeper_.notify_all();
}

Task<> Engine::run() {
  while (!is_stopping_) {
    must_look_ = false;
    if (!co_await fire_due()) {
      co_await net::sleep_for(kRetry);
      continue;
    }
    const TimePoint latest = services_.clock.now() + kSleepMax;
    co_await sleep_until(std::min(latest, timetable_.next().value_or(latest)));
  }
}

Task<> Engine::sleep_until(TimePoint due) {
  const auto waiter = co_await net::WaitList::make_waiter();
  sleeper_.enlist(waiter);
  const Millis left = due - services_.clock.now();
  if (!must_look_ && left.count() > 0) co_await waiter->wait(left);
  sleeper_.leave(waiter);
}

Task<bool> Engine::fire_due() {
  const auto due = timetable_.find_due(*services_.catalog.state(), services_.clock.now());
  std::size_t failed = 0;
  for (std::size_t from = 0; from < due.size() && !is_stopping_; from += kTogetherMax) {
    const std::size_t count = std::min(kTogetherMax, due.size() - from);
    co_await net::run_together(
        count, [this, &due, &failed, from](std::size_t i) { return fire(due[from + i], &failed); });
  }
  co_return failed == 0;
}

Task<> Engine::fire(Due due, std::size_t* failed) {
  const TimePoint now = services_.clock.now();
  bus::Ingest::ForRule what;
  what.bus = due.bus;
  what.rule = due.rule;
  what.event = make_scheduled_event(*due.rule, due.bus->ref, due.at, now, services_.ids.uuid());
  what.with.put(store::Table::Meta, store::encode(due.key()),
                encode(Fired{due.rule->rule.schedule->anchor, due.at}));
  const Result<> outcome = co_await services_.ingest.send(std::move(what));
  if (!outcome.ok()) {
    ++*failed;
    ++metrics_.failed;
    log::warn("schedule.fire_failed",
              {{"rule", due.rule->arn}, {"error", outcome.error().message}});
    co_return;
  }
  timetable_.fired(due);
  ++metrics_.fired;
  if (now - due.at > kLate) {
    log::info("schedule.fired_late", {{"rule", due.rule->arn}, {"due", to_iso_seconds(due.at)}});
  }
}

}  // namespace rialto::schedule
