// A target of a rule: where matching events go, in which form, and what becomes of those that
// cannot be delivered (docs/spec/02 §2).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "json/value.h"

namespace rialto::model {

// Whichever limit is reached first ends delivery (docs/spec/02 §5).
struct RetryPolicy {
  int retries_max = 185;
  std::chrono::seconds event_age_max{86'400};
};

struct Target {
  std::string id;
  std::string arn;
  std::optional<std::string> dead_letter_arn;
  RetryPolicy retry_policy;
  // All members as PutTargets got them, in EventBridge's own names: what is stored, and what
  // ListTargetsByRule answers.
  json::Value given;
};

// Reads EventBridge's JSON form of a target. Error: Corruption, for what PutTargets would refuse.
Result<Target> decode_target(json::Value given);

}  // namespace rialto::model
