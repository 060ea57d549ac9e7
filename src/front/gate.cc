#include "front/gate.h"

#include "access/permit.h"

namespace rialto::front {

Result<Asker> Gate::admit(const aws::Request& request, std::string_view service) const {
  Asker asker{identify(request, services_.identity)};
  asker.is_admin = !checks_signatures();
  if (!checks_signatures()) return asker;
  RIALTO_TRY(const auto from,
             services_.keys->authenticate(request, service, services_.clock->now()));
  asker.is_admin = from.key->is_admin;
  asker.caller.account = from.key->account;
  asker.caller.region = from.region;
  asker.caller.access_key = from.key->id;
  asker.caller.user = from.key->user;
  asker.caller.policies = from.key->policies;
  return asker;
}

Result<> Gate::permit(const api::Caller& caller, std::string action, std::string resource) const {
  if (!checks_signatures()) return {};
  return access::permit(caller, std::move(action), std::move(resource), services_.clock->now());
}

Result<> Gate::permit_call(const api::Caller& caller, const api::ServiceFacts& service,
                           const api::Operation& operation, const json::Value& input) const {
  if (!checks_signatures()) return {};
  return access::permit_call(caller, service, operation, input, services_.clock->now());
}

}  // namespace rialto::front
