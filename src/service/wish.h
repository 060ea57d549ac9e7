// What a caller wants of a bus, for policies to judge.
#pragma once

#include <optional>
#include <string>

#include "api/caller.h"
#include "base/clock.h"
#include "base/result.h"
#include "bus/catalog.h"
#include "bus/permission.h"
#include "policy/context.h"

namespace rialto::service {

struct Wish {
  std::string action;  // `events:PutRule`
  // What of the bus; nothing: the bus itself.
  std::optional<std::string> rule{};
  policy::Context context{};
};

bus::Asker asker_of(const api::Caller& caller);

// Error: AccessDenied, with AWS's text. `bus` is nullptr for one that is not there.
Result<> permit(const api::Caller& caller, const model::BusRef& ref, const bus::BusState* bus,
                const Wish& wish, TimePoint now);

}  // namespace rialto::service
