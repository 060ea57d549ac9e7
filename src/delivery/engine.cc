#include "delivery/engine.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/log.h"
#include "delivery/payload.h"
#include "delivery/retry.h"
#include "model/arn.h"

namespace rialto::delivery {
namespace {

// How long a settlement waits before it tries the store again.
constexpr Millis kStoreRetry{1'000};

}  // namespace

Engine::Engine(Services services) : services_(services), sleepers_(services.clock) {}

Engine::~Engine() { RIALTO_CHECK(is_stopping_ || pending_ == 0, "stop comes before the end"); }

void Engine::set_target_types(targets::TargetTypes types) { types_ = std::move(types); }

void Engine::append(store::Batch& batch, const std::vector<Delivery>& deliveries) {
  const Delivery& first = deliveries.front();
  batch.insert(store::Table::Event, store::encode(first.key.event), model::encode(*first.event));
  for (const Delivery& delivery : deliveries) {
    batch.insert(store::Table::Delivery, store::encode(delivery.key), encode(delivery));
  }
}

void Engine::start(std::vector<Delivery> deliveries) {
  if (deliveries.empty()) return;
  auto debt = std::make_shared<Debt>(deliveries.front().key.event, era_.load(), deliveries.size());
  for (Delivery& delivery : deliveries) spawn(std::move(delivery), debt);
}

void Engine::spawn(Delivery delivery, std::shared_ptr<Debt> debt) {
  ++pending_;
  const std::size_t loop =
      std::hash<std::string>()(delivery.destination->target.arn) % services_.runtime.size();
  tasks_.spawn(services_.runtime.executor(loop), "delivery",
               deliver(std::move(delivery), std::move(debt)));
}

// What an earlier process left, as it is read back.
struct Engine::Owed {
  std::map<store::EventKey, std::shared_ptr<const model::Event>> events;  // nullptr: unreadable
  std::map<store::EventKey, std::vector<Delivery>> deliveries;
  store::Batch orphans;  // erases what belongs to nothing
};

// What cannot be read stays where it is, for whoever looks into the error that is logged.
Result<> Engine::read_events(Owed& owed) const {
  return services_.store.scan(
      store::Table::Event, {}, [&owed](std::string_view key, std::string_view value) {
        const auto event_key = store::decode_event_key(key);
        auto event = model::decode_event(value);
        if (!event_key || !event.ok()) {
          log::error("delivery.unreadable_event", {{"key_bytes", key.size()}});
          if (event_key) owed.events[*event_key] = nullptr;
          return true;
        }
        owed.events[*event_key] = std::make_shared<const model::Event>(std::move(event).value());
        return true;
      });
}

Result<> Engine::read_deliveries(Owed& owed) const {
  return services_.store.scan(
      store::Table::Delivery, {}, [&owed](std::string_view key, std::string_view value) {
        const auto delivery_key = store::decode_delivery_key(key);
        auto delivery = decode_delivery(value);
        if (!delivery_key || !delivery.ok()) {
          log::error("delivery.unreadable_delivery", {{"key_bytes", key.size()}});
          if (delivery_key) owed.deliveries[delivery_key->event];  // its event stays, too
          return true;
        }
        const auto event = owed.events.find(delivery_key->event);
        if (event == owed.events.end()) {
          // Events go last, so nobody is owed this one: it was written after a reset.
          owed.orphans.erase(store::Table::Delivery, key);
          return true;
        }
        auto& of_event = owed.deliveries[delivery_key->event];
        if (event->second == nullptr) return true;
        delivery->key = *delivery_key;
        delivery->event = event->second;
        of_event.push_back(std::move(delivery).value());
        return true;
      });
}

Result<> Engine::load() {
  Owed owed;
  RIALTO_TRY_VOID(read_events(owed));
  RIALTO_TRY_VOID(read_deliveries(owed));
  for (const auto& [key, event] : owed.events) {
    // The process ended after the last settlement and before the event was erased.
    if (event != nullptr && !owed.deliveries.contains(key)) {
      owed.orphans.erase(store::Table::Event, store::encode(key));
    }
  }
  for (auto& [key, deliveries] : owed.deliveries) start(std::move(deliveries));
  if (!owed.orphans.empty()) {
    services_.store.submit(std::move(owed.orphans), [](const Result<>&) {});
  }
  if (!owed.deliveries.empty()) {
    log::info("delivery.resumed", {{"events", owed.deliveries.size()}});
  }
  return {};
}

Task<> Engine::deliver(Delivery delivery, std::shared_ptr<Debt> debt) {
  while (!is_over(debt)) {
    if (delivery.due_at > services_.clock.now()) {
      co_await sleepers_.sleep_until(delivery.due_at);
      continue;
    }
    ++delivery.attempts;
    ++services_.metrics.attempts;
    const Result<> outcome = co_await attempt(delivery);
    if (is_forgotten(debt)) break;  // a reset came in between: nothing may be written any more
    if (outcome.ok()) {
      ++services_.metrics.delivered;
      co_await settle(delivery.key, std::move(debt));
      break;
    }
    if (outcome.error().code == Code::Cancelled) break;
    GivenUp given_up{outcome.error(), delivery.attempts - 1};
    if (is_retryable(outcome.error().code)) {
      const NextStep next =
          after_failure(delivery.destination->target.retry_policy, delivery.attempts,
                        delivery.event->accepted_at, services_.clock.now(), services_.ids.random());
      if (next.retry_at) {
        delivery.due_at = *next.retry_at;
        remember_retry(delivery);
        continue;
      }
      given_up.exhausted = next.exhausted;
    }
    co_await give_up(std::move(delivery), std::move(debt), std::move(given_up));
    break;
  }
  --pending_;
}

Task<Result<>> Engine::attempt(Delivery delivery) {
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
  invocation.rule_arn = destination.rule_arn;
  invocation.event = delivery.event;
  invocation.payload = std::move(payload);
  invocation.is_transformed = !transform.is_whole_event();
  co_return co_await (*type)->invoke(std::move(invocation));
}

// Not waited for: when it is lost, the delivery is only tried earlier after a restart.
void Engine::remember_retry(const Delivery& delivery) {
  ++services_.metrics.retried;
  store::Batch batch;
  batch.put(store::Table::Delivery, store::encode(delivery.key), encode(delivery));
  services_.store.submit(std::move(batch), [](const Result<>&) {});
}

// Whether nobody wants the event delivered any more.
bool Engine::is_over(const std::shared_ptr<Debt>& debt) const {
  return is_stopping_ || is_forgotten(debt);
}

// Everything that must go from the store when the delivery does.
store::Batch Engine::settlement(store::DeliveryKey key, const Debt& debt, bool takes_event) const {
  store::Batch batch;
  batch.erase(store::Table::Delivery, store::encode(key));
  if (takes_event) batch.erase(store::Table::Event, store::encode(debt.event));
  return batch;
}

// The event must not go before every other delivery is durably settled: until then a crash would
// leave one that nobody can attempt any more. So `left` is counted down after the commit; and when
// two deliveries are settled at the same time, neither of which saw itself as the last, the event
// goes afterwards. That is not waited for, since `load` clears away what is left of it.
void Engine::settled(Debt& debt, bool took_event) {
  if (--debt.left > 0 || took_event) return;
  store::Batch batch;
  batch.erase(store::Table::Event, store::encode(debt.event));
  services_.store.submit(std::move(batch), [](const Result<>&) {});
}

Task<> Engine::settle(store::DeliveryKey key, std::shared_ptr<Debt> debt) {
  while (true) {
    const bool takes_event = debt->left == 1;
    const Result<> outcome = co_await services_.store.commit(settlement(key, *debt, takes_event));
    if (outcome.ok()) co_return settled(*debt, takes_event);
    if (is_over(debt)) co_return;
    co_await net::sleep_for(kStoreRetry);
  }
}

Task<> Engine::give_up(Delivery delivery, std::shared_ptr<Debt> debt, GivenUp given_up) {
  while (true) {
    const bool takes_event = debt->left == 1;
    store::Batch batch = settlement(delivery.key, *debt, takes_event);
    auto dead_letter = append_dead_letter(services_.queues, batch, *delivery.event,
                                          *delivery.destination, given_up);
    const Result<> outcome = co_await services_.store.commit(std::move(batch));
    if (outcome.ok()) {
      ++(dead_letter ? services_.metrics.dead_lettered : services_.metrics.dropped);
      if (dead_letter) services_.queues.publish(*dead_letter);
      co_return settled(*debt, takes_event);
    }
    if (dead_letter) services_.queues.discard(*dead_letter);
    if (is_over(debt)) co_return;
    co_await net::sleep_for(kStoreRetry);
  }
}

Task<Result<>> Engine::reset() {
  ++era_;
  tasks_.cancel();
  store::Batch batch;
  batch.erase_range(store::Table::Event, {}, store::kAfterAllKeys);
  batch.erase_range(store::Table::Delivery, {}, store::kAfterAllKeys);
  co_return co_await services_.store.commit(std::move(batch));
}

void Engine::stop() {
  is_stopping_ = true;
  tasks_.stop();
}

}  // namespace rialto::delivery
