#include "service/events/common.h"
#include "service/events_service.h"

namespace rialto::service {
namespace {

using namespace api::events;

// Buses and rules have tags, nothing else does (docs/spec/03 §5).
struct Tagged {
  std::string bus_arn;
  std::optional<std::string> rule;
};

Result<Tagged> parse_tagged(const std::string& text) {
  RIALTO_TRY(const auto arn, model::Arn::parse(text));
  if (arn.service == "events" && arn.resource.starts_with("event-bus/")) {
    return Tagged{text, std::nullopt};
  }
  if (arn.service == "events" && arn.resource.starts_with("rule/")) {
    RIALTO_TRY(const auto rule, model::RuleRef::parse(text));
    return Tagged{model::bus_arn(rule.region, rule.account, rule.bus), rule.name};
  }
  return fail(Code::InvalidArgument,
              "Parameter ResourceARN is not valid. Reason: Only event buses and rules have tags.");
}

}  // namespace

Task<Result<>> EventsService::change_tags(Caller caller, std::string action, std::string arn,
                                          TagEdit edit) {
  RIALTO_CO_TRY(const auto tagged, parse_tagged(arn));
  const Wish wish{.action = std::move(action), .rule = tagged.rule};
  RIALTO_CO_TRY(const auto used, co_await use_bus(caller, tagged.bus_arn, wish));
  const auto plan = [this, edit = std::move(edit), tagged, ref = used->ref](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    if (!tagged.rule) {
      model::Bus changed = bus->bus;
      RIALTO_TRY_VOID(edit(changed.tags));
      return bus::with_bus(*bus, std::move(changed));
    }
    RIALTO_TRY(const auto before, get_rule(*bus, *tagged.rule));
    RIALTO_TRY_VOID(check_unmanaged(before->rule));
    model::Rule changed = before->rule;
    RIALTO_TRY_VOID(edit(changed.tags));
    RIALTO_TRY(auto compiled, catalog_.compile(std::move(changed), ref));
    return bus::with_rule(*bus, std::move(compiled));
  };
  co_return co_await change_bus(std::move(caller), used->ref, wish, plan);
}

Task<Result<TagResourceResponse>> EventsService::tag_resource(Caller caller,
                                                              TagResourceRequest input) {
  const auto edit = [this, tags = std::move(input.tags)](model::Tags& into) {
    return merge_tags(into, tags, quotas_.tags_per_resource);
  };
  RIALTO_CO_TRY_VOID(co_await change_tags(std::move(caller), "events:TagResource",
                                          std::move(input.resource_arn), edit));
  co_return TagResourceResponse{};
}

Task<Result<UntagResourceResponse>> EventsService::untag_resource(Caller caller,
                                                                  UntagResourceRequest input) {
  const auto edit = [keys = std::move(input.tag_keys)](model::Tags& from) {
    for (const std::string& key : keys) from.erase(key);
    return Result<>();
  };
  RIALTO_CO_TRY_VOID(co_await change_tags(std::move(caller), "events:UntagResource",
                                          std::move(input.resource_arn), edit));
  co_return UntagResourceResponse{};
}

Task<Result<ListTagsForResourceResponse>> EventsService::list_tags_for_resource(
    Caller caller, ListTagsForResourceRequest input) {
  RIALTO_CO_TRY(const auto tagged, parse_tagged(input.resource_arn));
  RIALTO_CO_TRY(const auto state,
                co_await use_bus(std::move(caller), tagged.bus_arn,
                                 {.action = "events:ListTagsForResource", .rule = tagged.rule}));
  const model::Tags* tags = &state->bus.tags;
  std::shared_ptr<const bus::RuleState> rule;
  if (tagged.rule) {
    RIALTO_CO_TRY(rule, get_rule(*state, *tagged.rule));
    tags = &rule->rule.tags;
  }
  std::vector<Tag> listed;
  for (const auto& [key, value] : *tags) listed.push_back({.key = key, .value = value});
  co_return ListTagsForResourceResponse{.tags = std::move(listed)};
}

}  // namespace rialto::service
