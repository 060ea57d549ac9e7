#include "service/wish.h"

namespace rialto::service {

bus::Asker asker_of(const api::Caller& caller) {
  bus::Asker asker = model::Scope{.account = caller.account, .region = caller.region};
  if (!caller.user.empty()) asker.arn = model::user_arn(asker.scope, caller.user);
  asker.policies = caller.policies;
  asker.peer = caller.peer;
  asker.is_secure = caller.is_secure;
  return asker;
}

Result<> permit(const api::Caller& caller, const model::BusRef& ref, const bus::BusState* bus,
                const Wish& wish, TimePoint now) {
  const bus::Asker asker = asker_of(caller);
  if (!bus::is_guarded(ref, bus, asker)) return {};
  policy::Request request;
  request.action = wish.action;
  request.resource = ref.arn();
  request.context = wish.context;
  if (wish.rule) {
    request.resource = model::rule_arn(ref.region, ref.account, ref.name, *wish.rule);
    if (bus != nullptr && bus->rules.contains(*wish.rule)) {
      request.context.put("events:creatoraccount",
                          bus->rules.find(*wish.rule)->second->rule.created_by);
    }
  }
  return bus::permit(ref, bus, asker, std::move(request), now);
}

}  // namespace rialto::service
