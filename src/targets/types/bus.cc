#include "targets/types/bus.h"

#include "json/read.h"

namespace rialto::targets {
namespace {

// With an Input on a bus of the same account, the transformed text becomes the event's detail
// (unverified: AWS documents only that it is refused for buses of other accounts).
Result<model::Event> with_detail(const model::Event& event, const std::string& payload) {
  auto detail = json::parse(payload);
  if (!detail.ok() || !detail->is_object()) {
    return fail(Code::InvalidArgument,
                "The transformed input is not a JSON object, which the detail of an event must be.",
                "INVALID_JSON");
  }
  json::Value root = event.root;
  if (json::Value* old = root.find("detail")) {
    *old = std::move(detail).value();
  } else {
    root.add("detail", std::move(detail).value());
  }
  model::Event out = model::make_event(std::move(root), event.accepted_at);
  out.trace_header = event.trace_header;
  out.hops = event.hops;
  return out;
}

// The ERROR_CODE of an event that the other bus did not take (docs/spec/02 §5).
std::string_view reason_of(Code code) {
  switch (code) {
    case Code::NotFound: return "NO_RESOURCE";
    case Code::AccessDenied: return "NO_PERMISSIONS";
    case Code::Throttled: return "THROTTLING";
    default: return "INTERNAL_ERROR";
  }
}

class BusType final : public TargetType {
 public:
  explicit BusType(BusPort& port) : port_(port) {}

  std::string_view name() const override { return "event-bus"; }

  bool serves(const model::Arn& arn) const override {
    return arn.service == "events" && arn.resource.starts_with("event-bus/");
  }

  Task<Outcome> invoke(Invocation invocation) override {
    auto event = invocation.event;
    if (invocation.is_transformed) {
      RIALTO_CO_TRY(auto changed, with_detail(*event, invocation.payload));
      event = std::make_shared<const model::Event>(std::move(changed));
    }
    RIALTO_CO_TRY(auto bus, model::BusRef::parse(invocation.target.text(), model::Scope{}));
    Forwarder by;
    RIALTO_CO_TRY(by.rule, model::RuleRef::parse(invocation.rule_arn));
    const json::Value* role = invocation.parameters->given.find("RoleArn");
    if (role != nullptr && role->is_string()) by.role_arn = role->as_string();
    Result<> outcome = co_await port_.forward(std::move(bus), std::move(event), std::move(by));
    if (outcome.ok()) co_return outcome;
    co_return fail(outcome.error().code, outcome.error().message, reason_of(outcome.error().code));
  }

 private:
  BusPort& port_;
};

}  // namespace

std::unique_ptr<TargetType> make_bus_type(BusPort& port) { return std::make_unique<BusType>(port); }

}  // namespace rialto::targets
