// Who may use a bus: its account, and those whom its policy names (docs/spec/03 §2).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "bus/catalog.h"
#include "model/arn.h"
#include "model/event.h"
#include "policy/policy.h"

namespace rialto::bus {

// Who asks something of a bus.
struct Asker {
  Asker(model::Scope of) : scope(std::move(of)) {}  // NOLINT: the root of an account, and no more

  policy::Principal principal() const;

  model::Scope scope;
  std::string arn{};  // of a user or a role; empty: the account's root
  // Its own; nullptr: it may do whatever its account may.
  std::shared_ptr<const policy::Policies> policies{};
  std::string
      peer{};  // the address that the request came from; empty for events that are forwarded
  bool is_secure = false;
};

// Whether there is anything to ask: most events go to a bus of their own account without a policy.
inline bool is_guarded(const model::BusRef& ref, const BusState* bus, const Asker& asker) {
  return asker.scope.account != ref.account || asker.policies || (bus != nullptr && bus->policy);
}

// `request` has action, resource and context, to which is added what conditions may ask of any
// request. `bus` is nullptr for one that is not there: only its own account may learn that. Error:
// AccessDenied, with AWS's text.
Result<> permit(const model::BusRef& ref, const BusState* bus, const Asker& asker,
                policy::Request request, TimePoint now);

// Whether `asker` may put `event` on the bus. `rule_arn` is that of the rule which forwards it;
// empty for an entry of PutEvents.
Result<> permit_event(const model::BusRef& ref, const BusState* bus, const Asker& asker,
                      const model::Event& event, std::string_view rule_arn);

}  // namespace rialto::bus
