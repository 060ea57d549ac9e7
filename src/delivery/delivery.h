// A delivery: the promise to bring one event to one target of one rule.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "model/event.h"
#include "model/target.h"
#include "store/keys.h"

namespace rialto::delivery {

// Where a delivery comes from and goes to: fixed when the event is accepted, so that it does not
// depend on what becomes of the rule.
struct Destination {
  std::string rule_arn;
  std::string rule_name;
  model::Target target;
};

struct Delivery {
  store::DeliveryKey key;
  std::shared_ptr<const model::Event> event;
  std::shared_ptr<const Destination> destination;
  int attempts = 0;  // made so far
  TimePoint due_at;  // of the next one
};

// DeliveryV1, the value of Table::Delivery: docs/internals/storage.md. The key and the event are
// stored beside it. Error of decoding: Corruption.
std::string encode(const Delivery& delivery);
Result<Delivery> decode_delivery(std::string_view bytes);

}  // namespace rialto::delivery
