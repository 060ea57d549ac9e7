#include "delivery/delivery.h"

#include "base/bytes.h"

namespace rialto::delivery {
namespace {

// The second has the same members, and says that the target asked for the due time.
constexpr std::uint8_t kDueVersion = 1;
constexpr std::uint8_t kDueByRequestVersion = 2;

std::string due_key(const Destination& destination, const Place& place) {
  return store::encode(store::DueKey{destination.lane, place.due_at, place.key});
}

}  // namespace

TimePoint Delivery::too_old_at() const {
  return accepted_at + destination->target.retry_policy.event_age_max + Millis(1);
}

void append_owed(store::Batch& batch, const std::vector<Delivery>& deliveries) {
  const Delivery& first = deliveries.front();
  batch.insert(store::Table::Event, store::encode(first.key.event), model::encode(*first.event));
  for (const Delivery& delivery : deliveries) {
    batch.insert(store::Table::Due, due_key(*delivery.destination, delivery.place()),
                 encode_due(delivery));
    if (deliveries.size() == 1) continue;
    batch.insert(store::Table::Delivery, store::encode(delivery.key), {});
  }
}

void erase_due(store::Batch& batch, const Destination& destination, const Place& place) {
  batch.erase(store::Table::Due, due_key(destination, place));
}

// No insert: when the clock was moved back, it may come into a place that it had before.
void put_due(store::Batch& batch, const Delivery& delivery) {
  batch.put(store::Table::Due, due_key(*delivery.destination, delivery.place()),
            encode_due(delivery));
}

std::string encode_due(const Delivery& delivery) {
  const auto version = delivery.is_due_by_request ? kDueByRequestVersion : kDueVersion;
  std::string out(1, static_cast<char>(version));
  append_u32(out, static_cast<std::uint32_t>(delivery.attempts));
  append_u64(out, static_cast<std::uint64_t>(to_millis(delivery.accepted_at)));
  append_u16(out, delivery.routes);
  return out;
}

Result<Delivery> decode_due(std::string_view key, std::string_view value) {
  const auto due = store::decode_due_key(key);
  ByteReader reader(value);
  const std::uint8_t version = reader.u8();
  Delivery delivery;
  delivery.attempts = static_cast<int>(reader.u32());
  delivery.accepted_at = from_millis(static_cast<std::int64_t>(reader.u64()));
  delivery.routes = reader.u16();
  delivery.is_due_by_request = version == kDueByRequestVersion;
  const bool is_known = version == kDueVersion || delivery.is_due_by_request;
  if (!due || !reader.is_at_end() || !is_known || delivery.routes == 0) {
    return fail(Code::Corruption, "A stored delivery cannot be read.");
  }
  delivery.key = due->delivery;
  delivery.due_at = due->due_at;
  return delivery;
}

}  // namespace rialto::delivery
