// Checks values against the constraints of their shapes and words what is wrong as AWS does
// (docs/spec/09 §5): all violations at once, in the order of the shape's members.
//
// Lengths count characters, that is Unicode code points, as Smithy says; whether AWS counts UTF-16
// units instead is unverified. Pure functions; safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api/operation.h"

namespace rialto::api {

// A message quotes what the caller sent; more than this of it helps nobody (our number).
inline constexpr std::size_t kViolationsTextMax = 64 * 1024;

// The service's violation error when `input` breaks a constraint of the operation's input shape.
// Requires that conform() accepted `input`.
Result<> check(const ServiceFacts& service, const Operation& operation, const json::Value& input);

// `2 validation errors detected: Value … at 'x' failed to satisfy constraint: …; Value …`, or an
// empty text when all is well.
std::string violations_text(const Shape& shape, const json::Value& value);

// The first required member that is missing, named as the query protocol does
// (`SendMessageBatchRequestEntry.1.Id`), or an empty text. A missing list is an empty one, which
// the handlers word themselves; maps are theirs too.
std::string missing_parameter(const Shape& shape, const json::Value& value);

}  // namespace rialto::api
