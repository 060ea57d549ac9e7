// What an access key's own policies let its bearer do. What others' policies say of their resources
// is judged where the resources are known (bus/permission.h).
#pragma once

#include <string>
#include <string_view>

#include "api/caller.h"
#include "api/operation.h"
#include "base/clock.h"
#include "base/result.h"
#include "json/value.h"

namespace rialto::access {

// Whether the caller may do `action` on `resource`, an ARN or `*`. Error: AccessDenied, with AWS's
// text. Asks only for what may be done within the caller's account.
Result<> permit(const api::Caller& caller, std::string action, std::string resource, TimePoint now);

// The same for a call of an operation, by the resource that its row names (api/README.md). An
// operation without one is judged by its handler.
Result<> permit_call(const api::Caller& caller, const api::ServiceFacts& service,
                     const api::Operation& operation, const json::Value& input, TimePoint now);

}  // namespace rialto::access
