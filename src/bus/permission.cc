#include "bus/permission.h"

namespace rialto::bus {
namespace {

std::string member(const model::Event& event, std::string_view name) {
  const json::Value* value = event.root.find(name);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

}  // namespace

policy::Principal root_of(const model::Scope& scope) {
  return {.account = scope.account,
          .arn = "arn:" + std::string(model::partition_of(scope.region)) +
                 ":iam::" + scope.account + ":root"};
}

Result<> permit(const model::BusRef& ref, const BusState* bus, const policy::Request& request) {
  const policy::Policy* of_bus = bus == nullptr ? nullptr : bus->policy.get();
  const policy::Judges judges{.resource = of_bus, .owner = ref.account};
  const policy::Decision decision = policy::judge(judges, request);
  if (decision.is_allowed()) return {};
  return fail(Code::AccessDenied, policy::why_not(request, decision), "AccessDeniedException");
}

Result<> permit_event(const model::BusRef& ref, const BusState* bus, policy::Principal who,
                      const model::Event& event, std::string_view rule_arn) {
  policy::Request request;
  request.action = "events:PutEvents";
  request.resource = ref.arn();
  policy::Context& context = request.context;
  context.put("aws:principalaccount", who.account);
  context.put("aws:principalarn", who.arn);
  context.put("events:source", member(event, "source"));
  context.put("events:detail-type", member(event, "detail-type"));
  context.put("events:eventbusinvocation", rule_arn.empty() ? "false" : "true");
  if (!rule_arn.empty()) {
    context.put("aws:sourcearn", std::string(rule_arn));
    context.put("aws:sourceaccount", who.account);
  }
  request.principal = std::move(who);
  return permit(ref, bus, request);
}

}  // namespace rialto::bus
