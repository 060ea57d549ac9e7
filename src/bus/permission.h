// Who may use a bus: its account, and those whom its policy names (docs/spec/03 §2).
#pragma once

#include <string_view>

#include "base/result.h"
#include "bus/catalog.h"
#include "model/arn.h"
#include "model/event.h"
#include "policy/policy.h"

namespace rialto::bus {

// Somebody who may do in an account whatever the account may.
policy::Principal root_of(const model::Scope& scope);

// Error: AccessDenied, with AWS's text. `bus` is nullptr for one that is not there: only its own
// account may learn that.
Result<> permit(const model::BusRef& ref, const BusState* bus, const policy::Request& request);

// Whether there is anything to ask: most events go to a bus of their own account without a policy.
inline bool is_guarded(const model::BusRef& ref, const BusState* bus, std::string_view account) {
  return account != ref.account || (bus != nullptr && bus->policy);
}

// Whether `who` may put `event` on the bus. `rule_arn` is that of the rule which forwards it; empty
// for an entry of PutEvents.
Result<> permit_event(const model::BusRef& ref, const BusState* bus, policy::Principal who,
                      const model::Event& event, std::string_view rule_arn);

}  // namespace rialto::bus
