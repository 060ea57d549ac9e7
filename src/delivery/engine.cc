#include "delivery/engine.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"
#include "delivery/payload.h"
#include "delivery/upgrade.h"
#include "model/arn.h"
#include "net/bridge.h"

namespace rialto::delivery {
namespace {

// How long we wait before we try a store that failed again.
constexpr Millis kStoreRetry{1'000};

// How long the clock is not looked at, at most: it may have been moved, or the machine asleep.
constexpr Millis kLookMax{60'000};

}  // namespace

Engine::Engine(Services services)
    : services_(std::move(services)),
      reporter_(services_.metrics, services_.watch, services_.clock),
      lanes_(services_.limits),
      pager_(services_.store, services_.pager),
      sleepers_(services_.clock) {}

Engine::~Engine() { RIALTO_CHECK(tasks_.size() == 0, "stop comes before the end"); }

void Engine::set_target_types(targets::TargetTypes types) { types_ = std::move(types); }

void Engine::owe(store::Batch& batch, const std::vector<Delivery>& deliveries) {
  lanes_.expect(deliveries, batch);
  append_owed(batch, deliveries);
}

void Engine::start(std::vector<Delivery> deliveries) {
  carry_out(lanes_.arrive(std::move(deliveries), services_.clock.now()));
}

void Engine::abandon(const std::vector<Delivery>& deliveries) {
  lanes_.forget(deliveries, services_.clock.now());
}

void Engine::clock_moved() {
  alarm_.notify_all();
  sleepers_.wake_all();
}

const net::Executor& Engine::loop_of(const Lanes::Handle& lane) const {
  const std::string& arn = Lanes::destination(*lane)->target.arn;
  return services_.loops[std::hash<std::string>()(arn) % services_.loops.size()];
}

void Engine::carry_out(Lanes::Work work) {
  if (is_stopping_) return;
  for (Lanes::Handle& lane : work.runners) {
    const net::Executor& loop = loop_of(lane);
    tasks_.spawn(loop, "delivery", run(std::move(lane)));
  }
  for (Lanes::Page& page : work.pages) {
    tasks_.spawn(pager_.loop(), "delivery.page", read_page(std::move(page)));
  }
  if (work.is_alarm_earlier) alarm_.notify_all();
}

// A lane that cannot be read has deliveries that cannot be made: all of it stays where it is, for
// whoever looks into the error that is logged.
Result<> Engine::load_lanes() {
  const auto load = [this](std::string_view key, std::string_view value) {
    auto destination = decode_destination(value);
    if (destination.ok() && store::decode_lane_key(key) == (*destination)->lane) {
      lanes_.load(std::move(destination).value());
    } else {
      log::error("delivery.unreadable_lane", {{"key_bytes", key.size()}});
    }
    return true;
  };
  return services_.store.scan(store::Table::Meta, store::prefix_range(store::kLanePrefix), load);
}

Result<> Engine::load_deliveries() {
  std::size_t unreadable = 0;
  const auto load = [&](std::string_view key, std::string_view value) {
    const auto due = store::decode_due_key(key);
    auto delivery = decode_due(key, value);
    if (delivery.ok()) {
      unreadable += !lanes_.load(due->lane, std::move(delivery).value());
    } else {
      if (due) lanes_.keep(due->lane);
      ++unreadable;
    }
    return true;
  };
  RIALTO_TRY_VOID(services_.store.scan(store::Table::Due, {}, load));
  if (unreadable > 0) log::error("delivery.unreadable_deliveries", {{"count", unreadable}});
  return {};
}

Result<> Engine::load() {
  RIALTO_TRY_VOID(upgrade_deliveries(services_.store));
  RIALTO_TRY_VOID(load_lanes());
  RIALTO_TRY_VOID(load_deliveries());
  store::Batch unused;
  lanes_.end_load(services_.clock.now(), unused);
  if (!unused.empty()) services_.store.submit(std::move(unused), [](const Result<>&) {});
  if (pending() > 0) log::info("delivery.resumed", {{"deliveries", pending()}});
  tasks_.spawn(services_.loops.front(), "delivery.alarm", look_at_the_clock());
  return {};
}

Task<> Engine::look_at_the_clock() {
  while (!is_stopping_) {
    const auto waiter = co_await net::WaitList::make_waiter();
    // Before the look, so that nothing that comes after it is missed.
    alarm_.enlist(waiter);
    carry_out(lanes_.look(services_.clock.now(), [this](store::Batch batch) {
      services_.store.submit(std::move(batch), [](const Result<>&) {});
    }));
    const auto next = lanes_.next_look();
    const Millis left = next ? *next - services_.clock.now() : kLookMax;
    co_await waiter->wait(std::clamp(left, Millis(0), kLookMax));
    alarm_.leave(waiter);
  }
}

Task<> Engine::read_page(Lanes::Page page) {
  auto found = pager_.read(page, lanes_.event_room(), services_.clock.now());
  if (found.ok()) {
    carry_out(lanes_.end_page(page, std::move(found).value(), services_.clock.now()));
    co_return;
  }
  log::error("delivery.page_failed", {{"rule", Lanes::destination(*page.lane)->rule_arn},
                                      {"error", found.error().message}});
  co_await wait_for_the_store();
  if (!is_stopping_) carry_out(lanes_.fail_page(page, services_.clock.now()));
}

Task<> Engine::run(Lanes::Handle lane) {
  for (bool is_new = true; !is_stopping_; is_new = false) {
    Lanes::Taken taken = lanes_.take(lane, is_new, services_.clock.now());
    carry_out(std::move(taken.work));
    if (!taken.delivery) co_return;
    co_await deliver(lane, std::move(*taken.delivery), taken.era);
  }
}

// Answers false when there is nothing to deliver: for now, or for ever.
Task<bool> Engine::find_event(Delivery* delivery, std::uint64_t era) {
  while (!delivery->event) {
    auto event = co_await pager_.event(delivery->key.event);
    if (is_stopping_ || lanes_.is_over(era)) co_return false;
    if (event.ok()) {
      delivery->event = std::move(event).value();
    } else if (event.error().code == Code::Unavailable) {
      co_await wait_for_the_store();
      if (is_stopping_ || lanes_.is_over(era)) co_return false;
    } else {
      // It stays in the lane's hands, and where it is, for whoever looks into the error.
      log::error("delivery.unreadable_event", {{"bus", delivery->key.event.bus},
                                               {"sequence", delivery->key.event.sequence},
                                               {"error", event.error().message}});
      co_return false;
    }
  }
  co_return true;
}

Task<> Engine::deliver(Lanes::Handle lane, Delivery delivery, std::uint64_t era) {
  if (!co_await find_event(&delivery, era)) co_return;
  ++delivery.attempts;
  reporter_.attempting(delivery);
  const Stopwatch watch;
  const targets::Outcome outcome = co_await attempt(delivery);
  if (lanes_.is_over(era)) co_return;  // a reset came in between: nothing may be written any more
  if (outcome.result.ok()) {
    reporter_.delivered(delivery, watch.elapsed());
    co_return co_await settle(std::move(lane), std::move(delivery), std::nullopt, era);
  }
  const Error& error = outcome.result.error();
  if (error.code == Code::Cancelled && is_stopping_) co_return;
  const NextStep next = next_step(delivery, outcome);
  reporter_.failed(delivery, error, watch.elapsed(), next.retry_at);
  if (next.retry_at) {
    co_return co_await put_off(std::move(lane), std::move(delivery), next, era);
  }
  GivenUp given_up{error, delivery.attempts - 1, next.exhausted};
  co_await settle(std::move(lane), std::move(delivery), std::move(given_up), era);
}

// After an attempt that failed.
NextStep Engine::next_step(const Delivery& delivery, const targets::Outcome& outcome) {
  const Code code = outcome.result.error().code;
  if (outcome.is_last || (!is_retryable(code) && code != Code::Cancelled)) return {};
  return after_failure(
      delivery.destination->target.retry_policy,
      {delivery.attempts, delivery.accepted_at, services_.clock.now(), outcome.retry_after},
      services_.ids.random());
}

Task<targets::Outcome> Engine::attempt(Delivery delivery) {
  const Destination& destination = *delivery.destination;
  RIALTO_CO_TRY(auto arn, model::Arn::parse(destination.target.arn));
  const auto type =
      std::ranges::find_if(types_, [&arn](const auto& each) { return each->serves(arn); });
  if (type == types_.end()) {
    co_return fail(Code::Unsupported, "No target type of this build serves " + arn.text() + ".",
                   "INVALID_PARAMETER");
  }
  RIALTO_CO_TRY(const auto transform, compile_transform(destination.target));
  RIALTO_CO_TRY(auto payload, make_payload(transform, *delivery.event, destination));
  targets::Invocation invocation;
  invocation.target = std::move(arn);
  invocation.parameters = {delivery.destination, &destination.target};
  invocation.rule_arn = destination.rule_arn;
  invocation.event = delivery.event;
  invocation.payload = std::move(payload);
  invocation.is_transformed = !transform.is_whole_event();
  invocation.attempt = delivery.attempts;
  invocation.expires_at = delivery.accepted_at + destination.target.retry_policy.event_age_max;
  co_return co_await (*type)->invoke(std::move(invocation));
}

// Requires that there is a next attempt.
Task<> Engine::put_off(Lanes::Handle lane, Delivery delivery, NextStep next, std::uint64_t era) {
  const Place from = delivery.place();
  delivery.due_at = *next.retry_at;
  delivery.is_due_by_request = next.is_by_request;
  lanes_.expect_again(lane, delivery.place(), era);
  while (!lanes_.is_over(era)) {
    store::Batch batch;
    erase_due(batch, *delivery.destination, from);
    put_due(batch, delivery);
    const Result<> outcome = co_await commit(std::move(batch), era);
    if (outcome.ok()) {
      co_return carry_out(lanes_.put_off(lane, from, std::move(delivery), services_.clock.now()));
    }
    if (is_stopping_) co_return;  // not before it was tried
    co_await wait_for_the_store();
  }
}

// Whether no other delivery of its event is left. While the event's turn is taken.
Result<bool> Engine::is_last(const Delivery& delivery) const {
  if (delivery.routes == 1) return true;
  const std::string own = store::encode(delivery.key);
  bool is_last = true;
  RIALTO_TRY_VOID(services_.store.scan(
      store::Table::Delivery, store::prefix_range(store::encode(delivery.key.event)),
      [&](std::string_view key, std::string_view) { return is_last = key == own; }));
  return is_last;
}

Task<Result<>> Engine::try_to_settle(const Delivery* delivery, const GivenUp* given_up,
                                     std::uint64_t era) {
  RIALTO_CO_TRY(const bool takes_event, is_last(*delivery));
  store::Batch batch;
  erase_due(batch, *delivery->destination, delivery->place());
  if (delivery->routes > 1) batch.erase(store::Table::Delivery, store::encode(delivery->key));
  if (takes_event) batch.erase(store::Table::Event, store::encode(delivery->key.event));
  std::optional<queue::Pending> dead_letter;
  if (given_up != nullptr) {
    dead_letter = append_dead_letter(services_.queues, batch, *delivery->event,
                                     *delivery->destination, *given_up);
  }
  Result<> outcome = co_await commit(std::move(batch), era);
  if (dead_letter && !outcome.ok()) services_.queues.discard(*dead_letter);
  if (dead_letter && outcome.ok()) services_.queues.publish(*dead_letter);
  if (given_up != nullptr && outcome.ok()) {
    reporter_.given_up(*delivery, *given_up, dead_letter.has_value());
  }
  co_return outcome;
}

Task<Result<>> Engine::try_to_settle_in_turn(const Delivery* delivery, const GivenUp* given_up,
                                             std::uint64_t era) {
  if (delivery->routes == 1) co_return co_await try_to_settle(delivery, given_up, era);
  net::Turn& turn = turns_[delivery->key.event.sequence % turns_.size()];
  co_await turn.take();
  Result<> outcome = co_await try_to_settle(delivery, given_up, era);
  turn.pass();
  co_return outcome;
}

Task<> Engine::settle(Lanes::Handle lane, Delivery delivery, std::optional<GivenUp> given_up,
                      std::uint64_t era) {
  while (!lanes_.is_over(era)) {
    const Result<> outcome =
        co_await try_to_settle_in_turn(&delivery, given_up ? &*given_up : nullptr, era);
    if (outcome.ok()) co_return lanes_.settled(lane, delivery);
    if (is_stopping_) co_return;
    co_await wait_for_the_store();
  }
}

// As the store's, but nothing is stored once the era is over. Error then: Cancelled.
Task<Result<>> Engine::commit(store::Batch batch, std::uint64_t era) {
  co_return co_await net::await_callback<Result<>>(
      [this, batch = std::move(batch), era](auto resume) mutable {
        const bool is_submitted = lanes_.submit_within(era, [&] {
          services_.store.submit(std::move(batch),
                                 [resume](const Result<>& outcome) { resume(outcome); });
        });
        if (!is_submitted) resume(fail(Code::Cancelled, "Everything was forgotten meanwhile."));
      });
}

Task<> Engine::wait_for_the_store() {
  co_await sleepers_.sleep_until(services_.clock.now() + kStoreRetry);
}

Task<Result<>> Engine::reset() {
  lanes_.reset();
  tasks_.cancel();
  store::Batch batch;
  for (const store::Table table :
       {store::Table::Event, store::Table::Delivery, store::Table::Due}) {
    batch.erase_range(table, {}, store::kAfterAllKeys);
  }
  const store::Range lanes = store::prefix_range(store::kLanePrefix);
  batch.erase_range(store::Table::Meta, lanes.from, lanes.to);
  co_return co_await services_.store.commit(std::move(batch));
}

void Engine::stop() {
  is_stopping_ = true;
  tasks_.stop();
}

}  // namespace rialto::delivery
