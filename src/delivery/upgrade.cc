#include "delivery/upgrade.h"

#include <algorithm>
#include <future>
#include <map>
#include <vector>

#include "base/bytes.h"
#include "base/log.h"
#include "delivery/delivery.h"
#include "json/read.h"
#include "model/event.h"

namespace rialto::delivery {
namespace {

constexpr std::string_view kFormatKey = "delivery_format";
constexpr std::string_view kFormat = "2";

// DeliveryV1, the value of Table::Delivery then: version u8 = 1; attempts u32; due at, ms u64;
// rule ARN, rule name and target, texts. Now the value is empty.
constexpr std::uint8_t kVersionBefore = 1;
constexpr std::size_t kEventsAtOnce = 1'000;

Result<Delivery> decode_before(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  Delivery delivery;
  delivery.attempts = static_cast<int>(reader.u32());
  delivery.due_at = from_millis(static_cast<std::int64_t>(reader.u64()));
  std::string rule_arn(reader.text());
  std::string rule_name(reader.text());
  auto given = json::parse(reader.text());
  if (!reader.is_at_end() || version != kVersionBefore || !given.ok()) {
    return fail(Code::Corruption, "A stored delivery cannot be read.");
  }
  RIALTO_TRY(auto target, model::decode_target(std::move(given).value()));
  delivery.destination =
      make_destination(std::move(rule_arn), std::move(rule_name), std::move(target));
  return delivery;
}

Result<> commit_and_wait(store::Store& store, store::Batch batch) {
  std::promise<Result<>> done;
  store.submit(std::move(batch), [&done](const Result<>& outcome) { done.set_value(outcome); });
  return done.get_future().get();
}

using ByEvent = std::map<store::EventKey, std::vector<Delivery>>;

// The next events after `from` that have deliveries of the old form.
Result<ByEvent> read_before(const store::Store& store, store::EventKey from) {
  ByEvent found;
  RIALTO_TRY_VOID(
      store.scan(store::Table::Delivery, {store::encode(from), {}},
                 [&found](std::string_view key, std::string_view value) {
                   if (value.empty()) return true;
                   const auto delivery_key = store::decode_delivery_key(key);
                   auto delivery = decode_before(value);
                   if (!delivery_key || !delivery.ok()) {
                     log::error("delivery.unreadable_delivery", {{"key_bytes", key.size()}});
                     return true;
                   }
                   if (found.size() == kEventsAtOnce && !found.contains(delivery_key->event))
                     return false;
                   delivery->key = *delivery_key;
                   found[delivery_key->event].push_back(std::move(delivery).value());
                   return true;
                 }));
  return found;
}

void upgrade_event(store::Batch& batch, std::vector<Delivery>& deliveries, TimePoint accepted_at) {
  for (Delivery& delivery : deliveries) {
    delivery.accepted_at = accepted_at;
    // Never one: an event with one delivery has no record of it in Table::Delivery, and what cannot
    // be read there keeps its event.
    delivery.routes = static_cast<std::uint16_t>(std::max<std::size_t>(2, deliveries.size()));
    batch.put(store::Table::Meta, store::lane_key(delivery.destination->lane),
              encode(*delivery.destination));
    put_due(batch, delivery);
    batch.put(store::Table::Delivery, store::encode(delivery.key), {});
  }
}

}  // namespace

Result<> upgrade_deliveries(store::Store& store) {
  RIALTO_TRY(const auto format, store.get(store::Table::Meta, kFormatKey));
  if (format == kFormat) return {};
  store::EventKey from;
  while (true) {
    RIALTO_TRY(auto found, read_before(store, from));
    if (found.empty()) break;
    store::Batch batch;
    for (auto& [key, deliveries] : found) {
      RIALTO_TRY(const auto event, store.get(store::Table::Event, store::encode(key)));
      if (!event) {
        // Events went last: what is left of this one was written after a reset.
        for (const Delivery& each : deliveries) {
          batch.erase(store::Table::Delivery, store::encode(each.key));
        }
        continue;
      }
      auto read = model::read_event(*event);
      if (!read.ok()) {
        log::error("delivery.unreadable_event", {{"sequence", key.sequence}});
        continue;
      }
      upgrade_event(batch, deliveries, read->accepted_at);
    }
    RIALTO_TRY_VOID(commit_and_wait(store, std::move(batch)));
    log::info("delivery.upgraded", {{"events", found.size()}});
    from = found.rbegin()->first;
    ++from.sequence;
  }
  store::Batch batch;
  batch.put(store::Table::Meta, kFormatKey, kFormat);
  return commit_and_wait(store, std::move(batch));
}

}  // namespace rialto::delivery
