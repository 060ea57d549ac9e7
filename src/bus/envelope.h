// Whole envelopes that services and adapters on one's own machines hand in. Pure.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "json/value.h"
#include "model/arn.h"

namespace rialto::bus {

// What an envelope that lacks a member is given.
struct EnvelopeDefaults {
  std::string id;
  TimePoint time;
  model::Scope scope;
};

// The envelope with its members in EventBridge's order (docs/spec/01 §1), the missing ones filled
// in, others kept at the end. Required: `source` and `detail-type`, non-empty texts, and `detail`,
// an object. Error: InvalidArgument, which member and what it must be.
Result<json::Value> complete_envelope(json::Value given, const EnvelopeDefaults& defaults);

}  // namespace rialto::bus
