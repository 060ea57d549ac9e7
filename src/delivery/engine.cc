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

// Between two stretches of a search.
constexpr Millis kStretchPause{50};

targets::Invocation make_invocation(const Way& way, const Delivery& delivery, std::string payload) {
  const Destination& destination = *delivery.destination;
  targets::Invocation out;
  out.target = way.target;
  out.parameters = {delivery.destination, &destination.target};
  out.rule_arn = destination.rule_arn;
  out.event = delivery.event;
  out.payload = std::move(payload);
  out.is_transformed = !way.transform.is_whole_event();
  out.attempt = delivery.attempts;
  out.expires_at = delivery.accepted_at + destination.target.retry_policy.event_age_max;
  return out;
}

}  // namespace

Engine::Engine(Services services)
    : services_(std::move(services)),
      reporter_(services_.metrics, services_.watch, services_.clock),
      lanes_(services_.limits, [this](const Destination& to) { return make_way(types_, to); }),
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

// A target that is called now and then is called on one loop, whose connection is used again; what
// comes while it is called goes around.
void Engine::start_runner(Lanes::Runner runner) {
  const std::string& arn = Lanes::destination(*runner.lane)->target.arn;
  const auto at = (std::hash<std::string>()(arn) + runner.others) % services_.loops.size();
  tasks_.spawn(services_.loops[at], "delivery", run(std::move(runner.lane), services_.loops[at]));
}

void Engine::carry_out(Lanes::Work work) {
  if (is_stopping_) return;
  for (Lanes::Runner& runner : work.runners) start_runner(std::move(runner));
  for (Lanes::Page& page : work.pages) {
    tasks_.spawn(pager_.loop(), "delivery.page", read_page(std::move(page)));
  }
  for (Lanes::Search& lane : work.searches) {
    tasks_.spawn(pager_.loop(), "delivery.search", search(std::move(lane)));
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
    co_await waiter->wait(services_.clock.timer_for(std::clamp(left, Millis(0), kLookMax)));
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

Task<> Engine::run(Lanes::Handle lane, net::Executor loop) {
  for (bool is_new = true; !is_stopping_; is_new = false) {
    Lanes::Taken taken = lanes_.take(lane, is_new, services_.clock.now());
    carry_out(std::move(taken.work));
    if (taken.is_empty()) co_return;
    std::vector<Delivery> deliveries = std::move(taken.deliveries);
    const std::uint64_t era = taken.era;
    if (!taken.too_old.empty()) co_await give_up_too_old(lane, std::move(taken), loop);
    if (!deliveries.empty()) co_await deliver(lane, std::move(deliveries), era, loop);
  }
}

// On the pager's loop.
Task<> Engine::search(Lanes::Search search) {
  std::optional<Place> from;
  std::optional<TimePoint> next;
  while (!is_stopping_ && lanes_.begin_stretch(search)) {
    const TimePoint now = services_.clock.now();
    auto found = pager_.search(Lanes::destination(*search.lane), from, now);
    if (!found.ok()) {
      next = now;
      break;
    }
    if (found->next) next = std::min(next.value_or(*found->next), *found->next);
    from = found->rest;
    Lanes::Taken taken = lanes_.end_stretch(search, std::move(found->too_old));
    if (!taken.too_old.empty()) {
      co_await give_up_too_old(search.lane, std::move(taken), pager_.loop());
    }
    if (!from) break;
    co_await net::sleep_for(kStretchPause);
  }
  carry_out(lanes_.end_search(search, next, services_.clock.now()));
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

// Drops those that cannot be delivered.
Task<> Engine::find_events(std::vector<Delivery>* deliveries, std::uint64_t era) {
  std::size_t kept = 0;
  for (Delivery& each : *deliveries) {
    if (!co_await find_event(&each, era)) continue;
    if (&each != &(*deliveries)[kept]) (*deliveries)[kept] = std::move(each);
    ++kept;
  }
  deliveries->resize(kept);
}

Task<> Engine::deliver(Lanes::Handle lane, std::vector<Delivery> deliveries, std::uint64_t era,
                       net::Executor loop) {
  co_await find_events(&deliveries, era);
  for (Delivery& each : deliveries) {
    ++each.attempts;
    reporter_.attempting(each);
  }
  const Stopwatch watch;
  const std::vector<targets::Outcome> outcomes = co_await attempt(lane, &deliveries);
  note_end(lane, outcomes);
  if (lanes_.is_over(era)) co_return;  // a reset came in between: nothing may be written any more
  std::vector<Judged> all;
  all.reserve(deliveries.size());
  for (std::size_t at = 0; at < deliveries.size(); ++at) {
    auto judged = judge(std::move(deliveries[at]), outcomes[at], watch.elapsed());
    if (judged) all.push_back(std::move(*judged));
  }
  co_await finish_all(std::move(lane), std::move(all), era, std::move(loop));
}

// An outcome for each, in order.
Task<std::vector<targets::Outcome>> Engine::attempt(Lanes::Handle lane,
                                                    const std::vector<Delivery>* deliveries) {
  std::vector<targets::Outcome> out(deliveries->size());
  const Result<Way>& way = Lanes::way(*lane);
  std::vector<targets::Invocation> invocations;
  std::vector<targets::Outcome*> theirs;
  for (std::size_t at = 0; at < deliveries->size(); ++at) {
    const Delivery& delivery = (*deliveries)[at];
    auto payload = way.ok() ? make_payload(way->transform, *delivery.event, *delivery.destination)
                            : Result<std::string>(way.error());
    if (!payload.ok()) {
      out[at].result = std::move(payload).error();
      continue;
    }
    theirs.push_back(&out[at]);
    invocations.push_back(make_invocation(*way, delivery, std::move(payload).value()));
  }
  if (!invocations.empty()) co_await invoke(&*way, std::move(invocations), std::move(theirs));
  co_return out;
}

Task<> Engine::invoke(const Way* way, std::vector<targets::Invocation> invocations,
                      std::vector<targets::Outcome*> outcomes) {
  std::size_t at = 0;
  for (const std::size_t count : split(invocations, way->batching)) {
    if (count == 1) {
      *outcomes[at] = co_await way->type->invoke(std::move(invocations[at]));
    } else {
      const auto begin = std::make_move_iterator(invocations.begin()) + static_cast<long>(at);
      auto answers = co_await way->type->invoke_batch({begin, begin + static_cast<long>(count)});
      RIALTO_CHECK(answers.size() == count, "a target type answers each invocation");
      for (std::size_t i = 0; i < count; ++i) *outcomes[at + i] = std::move(answers[i]);
    }
    at += count;
  }
}

void Engine::note_end(const Lanes::Handle& lane, const std::vector<targets::Outcome>& outcomes) {
  auto sign = Breaker::Sign::None;
  const Error* error = nullptr;
  for (const targets::Outcome& each : outcomes) {
    const auto own = sign_of(each);
    if (own == Breaker::Sign::None || sign == Breaker::Sign::Alive) continue;
    sign = own;
    if (own == Breaker::Sign::Dead) error = &each.result.error();
  }
  Lanes::Ended ended =
      lanes_.ended(lane, sign, error, services_.clock.now(), services_.ids.random());
  const Destination& destination = *Lanes::destination(*lane);
  if (ended.change == Breaker::Change::Opened) reporter_.opened(destination, *error);
  if (ended.change == Breaker::Change::Closed) reporter_.closed(destination);
  carry_out(std::move(ended.work));
}

// What becomes of a delivery after an attempt. Nothing when the attempt was cut off by our end.
std::optional<Engine::Judged> Engine::judge(Delivery delivery, const targets::Outcome& outcome,
                                            std::chrono::nanoseconds took) {
  if (outcome.result.ok()) {
    reporter_.delivered(delivery, took);
    return Judged{std::move(delivery), {}, std::nullopt};
  }
  const Error& error = outcome.result.error();
  if (error.code == Code::Cancelled && is_stopping_) return std::nullopt;
  const NextStep next = next_step(delivery, outcome);
  reporter_.failed(delivery, error, took, next.retry_at);
  if (!outcome.was_called) --delivery.attempts;
  if (next.retry_at) return Judged{std::move(delivery), next, std::nullopt};
  GivenUp given_up{error, std::max(delivery.attempts - 1, 0), next.exhausted};
  return Judged{std::move(delivery), {}, std::move(given_up)};
}

// After an attempt that failed.
NextStep Engine::next_step(const Delivery& delivery, const targets::Outcome& outcome) {
  const Code code = outcome.result.error().code;
  if (outcome.is_last || (!is_retryable(code) && code != Code::Cancelled)) return {};
  return after_failure(delivery.destination->target.retry_policy,
                       {delivery.attempts, delivery.accepted_at, services_.clock.now(),
                        outcome.retry_after, outcome.was_called},
                       services_.ids.random());
}

Task<> Engine::give_up_too_old(Lanes::Handle lane, Lanes::Taken taken, net::Executor loop) {
  co_await find_events(&taken.too_old, taken.era);
  std::vector<Judged> all;
  for (Delivery& each : taken.too_old) {
    GivenUp given_up{*taken.last_error, std::max(each.attempts - 1, 0), kAgeExhausted};
    all.push_back({std::move(each), {}, std::move(given_up)});
  }
  co_await finish_all(std::move(lane), std::move(all), taken.era, std::move(loop));
}

// Side by side, so that one commit is enough for them. `loop` is the caller's.
Task<> Engine::finish_all(Lanes::Handle lane, std::vector<Judged> all, std::uint64_t era,
                          net::Executor loop) {
  if (all.size() == 1) co_return co_await finish(std::move(lane), std::move(all.front()), era);
  net::WaitList ends;
  const auto waiter = co_await ends.make_waiter();
  ends.enlist(waiter);
  std::size_t left = all.size();  // touched on one loop only
  for (Judged& each : all) {
    tasks_.spawn(loop, "delivery.finish",
                 finish_and_count(lane, std::move(each), era, &left, &ends));
  }
  while (left > 0) co_await waiter->wait(kLookMax);
}

Task<> Engine::finish_and_count(Lanes::Handle lane, Judged judged, std::uint64_t era,
                                std::size_t* left, net::WaitList* ends) {
  co_await finish(std::move(lane), std::move(judged), era);
  if (--*left == 0) ends->notify_all();
}

Task<> Engine::finish(Lanes::Handle lane, Judged judged, std::uint64_t era) {
  if (judged.next.retry_at) {
    co_await put_off(std::move(lane), std::move(judged.delivery), judged.next, era);
  } else {
    co_await settle(std::move(lane), std::move(judged.delivery), std::move(judged.given_up), era);
  }
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
