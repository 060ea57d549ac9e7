// A delivery: the promise to bring one event to one target of one rule.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "delivery/destination.h"
#include "model/event.h"
#include "store/batch.h"
#include "store/keys.h"

namespace rialto::delivery {

// Where a delivery lies in its lane, in memory as on disk.
struct Place {
  TimePoint due_at;
  store::DeliveryKey key;
  auto operator<=>(const Place&) const = default;
};

struct Delivery {
  store::DeliveryKey key;
  std::shared_ptr<const model::Event> event;  // maybe none: then it is in the store
  std::shared_ptr<const Destination> destination;
  int attempts = 0;          // made so far
  std::uint16_t routes = 1;  // that the event had when it was accepted
  TimePoint accepted_at;     // of the event
  TimePoint due_at;          // of the next attempt
  // The target asked for that time, which is later than any back-off of ours.
  bool is_due_by_request = false;

  Place place() const { return {due_at, key}; }
  // From then on, its event is older than the policy allows.
  TimePoint too_old_at() const;
};

// Adds to `batch` all that the store must know of one event and its deliveries, but for their
// lanes. Requires deliveries of one event, not empty.
void append_owed(store::Batch& batch, const std::vector<Delivery>& deliveries);

// Takes a delivery out of its place in its lane; and puts it into another one.
void erase_due(store::Batch& batch, const Destination& destination, const Place& place);
void put_due(store::Batch& batch, const Delivery& delivery);

// DueV1 or DueV2, the value of Table::Due: docs/internals/storage.md. What is read back, from key
// and value, has no destination and no event. Error: Corruption.
std::string encode_due(const Delivery& delivery);
Result<Delivery> decode_due(std::string_view key, std::string_view value);

}  // namespace rialto::delivery
