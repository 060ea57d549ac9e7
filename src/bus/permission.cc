#include "bus/permission.h"

namespace rialto::bus {
namespace {

constexpr std::size_t kJudgedBytesMax = 2'048;

std::string member(const model::Event& event, std::string_view name) {
  const json::Value* value = event.root.find(name);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

}  // namespace

policy::Principal Asker::principal() const {
  if (!arn.empty()) return {.account = scope.account, .arn = arn};
  return {.account = scope.account, .arn = model::user_arn(scope, "")};
}

Result<> permit(const model::BusRef& ref, const BusState* bus, const Asker& asker,
                policy::Request request, TimePoint now) {
  policy::put_asker(request, asker.principal(), now);
  if (!asker.peer.empty()) policy::put_way(request, asker.peer, asker.is_secure);
  const policy::Judges judges{.identity = asker.policies.get(),
                              .resource = bus == nullptr ? nullptr : bus->policy.get(),
                              .owner = ref.account};
  const policy::Decision decision = policy::judge(judges, request);
  if (decision.is_allowed()) return {};
  return fail(Code::AccessDenied, policy::why_not(request, decision), "AccessDeniedException");
}

Result<> permit_event(const model::BusRef& ref, const BusState* bus, const Asker& asker,
                      const model::Event& event, std::string_view rule_arn) {
  policy::Request request;
  request.action = "events:PutEvents";
  request.resource = ref.arn();
  policy::Context& context = request.context;
  for (const std::string_view name : {"source", "detail-type"}) {
    std::string value = member(event, name);
    // A policy may be such that judging takes as long as its length times the value's.
    if (value.size() > kJudgedBytesMax) {
      return fail(Code::AccessDenied,
                  "The " + std::string(name) + " of the event is too long for the policy of " +
                      ref.arn() + " to be asked: it has " + std::to_string(value.size()) +
                      " bytes, and at most " + std::to_string(kJudgedBytesMax) + " are judged.",
                  "AccessDeniedException");
    }
    context.put("events:" + std::string(name), std::move(value));
  }
  context.put("events:eventbusinvocation", rule_arn.empty() ? "false" : "true");
  if (!rule_arn.empty()) {
    context.put("aws:sourcearn", std::string(rule_arn));
    context.put("aws:sourceaccount", asker.scope.account);
  }
  return permit(ref, bus, asker, std::move(request), event.accepted_at);
}

}  // namespace rialto::bus
