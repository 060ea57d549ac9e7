// Where a delivery comes from and goes to: fixed when the event is accepted, so that it does not
// depend on what becomes of the rule.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/target.h"
#include "store/keys.h"

namespace rialto::delivery {

struct Destination {
  std::string rule_arn;
  std::string rule_name;
  model::Target target;
  // Names the lane of all that goes here: the same for the same members above, also in another
  // process.
  store::LaneId lane;
};

std::shared_ptr<const Destination> make_destination(std::string rule_arn, std::string rule_name,
                                                    model::Target target);

// DestinationV1, the value of a lane in Table::Meta: docs/internals/storage.md. Error of decoding:
// Corruption.
std::string encode(const Destination& destination);
Result<std::shared_ptr<const Destination>> decode_destination(std::string_view bytes);

}  // namespace rialto::delivery
