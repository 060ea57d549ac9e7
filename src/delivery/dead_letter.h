// Dead letters: deliveries given up, with the reason, in a queue of the owner's (docs/spec/02 §5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "delivery/delivery.h"
#include "queue/message.h"
#include "queue/queues.h"

namespace rialto::delivery {

struct GivenUp {
  Error error;                      // of the last attempt; `reason` is the ERROR_CODE
  int retries = 0;                  // made, after the first attempt
  std::string_view exhausted = {};  // which limit ended it; empty for a permanent error
};

// The attributes of a dead letter, as EventBridge names them.
std::vector<queue::Attribute> dead_letter_attributes(const Destination& destination,
                                                     const GivenUp& given_up);

// Adds the dead letter to `batch` when `destination` names a queue that is there; else the loss is
// logged and nothing is answered. The caller commits the batch, counts, and publishes.
std::optional<queue::Pending> append_dead_letter(queue::Queues& queues, store::Batch& batch,
                                                 const model::Event& event,
                                                 const Destination& destination,
                                                 const GivenUp& given_up);

}  // namespace rialto::delivery
