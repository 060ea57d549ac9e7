#include <set>

#include "service/events/common.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;

Result<> check_distinct(const std::vector<api::events::Target>& targets) {
  std::set<std::string_view> ids;
  for (const auto& target : targets) {
    if (!ids.insert(target.id).second) {
      return fail(Code::InvalidArgument,
                  "Parameter targets is not valid. Reason: More than one target with Id '" +
                      target.id + "' is provided.");
    }
  }
  return {};
}

Result<std::vector<model::Target>> to_targets(std::vector<api::events::Target> targets) {
  RIALTO_TRY_VOID(check_distinct(targets));
  std::vector<model::Target> out;
  for (auto& target : targets) {
    RIALTO_TRY(auto made, model::decode_target(encode(std::move(target))));
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace

// All or nothing: AWS answers a bad target with a call-level error (docs/spec/02 §2).
Task<Result<PutTargetsResponse>> EventsService::put_targets(Caller caller,
                                                            PutTargetsRequest input) {
  Wish wish{.action = "events:PutTargets", .rule = input.rule};
  policy::Context::Values arns;
  for (const auto& target : input.targets) arns.push_back(target.arn);
  wish.context.put("events:targetarn", std::move(arns));
  RIALTO_CO_TRY(const auto used, co_await use_bus(caller, input.event_bus_name, wish));
  RIALTO_CO_TRY(const auto targets, to_targets(std::move(input.targets)));
  const auto plan = [this, targets, name = input.rule, ref = used->ref](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    RIALTO_TRY(const auto before, get_rule(*bus, name));
    RIALTO_TRY_VOID(check_unmanaged(before->rule));
    model::Rule changed = before->rule;
    for (const model::Target& target : targets) {
      RIALTO_TRY_VOID(targets::check_target(target, ref, changed.created_by, catalog_.endpoints()));
      changed.targets.insert_or_assign(target.id, target);
    }
    RIALTO_TRY(auto compiled, catalog_.compile(std::move(changed), ref));
    if (compiled->rule.targets.size() > quotas_.targets_per_rule) return bus::over_limit();
    return bus::with_rule(*bus, std::move(compiled));
  };
  RIALTO_CO_TRY_VOID(co_await change_bus(std::move(caller), used->ref, std::move(wish), plan));
  co_return PutTargetsResponse{.failed_entry_count = 0,
                               .failed_entries = std::vector<PutTargetsResultEntry>()};
}

Task<Result<RemoveTargetsResponse>> EventsService::remove_targets(Caller caller,
                                                                  RemoveTargetsRequest input) {
  const Wish wish{.action = "events:RemoveTargets", .rule = input.rule};
  RIALTO_CO_TRY(const auto used, co_await use_bus(caller, input.event_bus_name, wish));
  const auto plan = [this, ids = std::move(input.ids), name = input.rule, ref = used->ref,
                     is_forced = input.force.value_or(false)](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    RIALTO_TRY(const auto before, get_rule(*bus, name));
    RIALTO_TRY_VOID(check_unmanaged(before->rule, is_forced));
    model::Rule changed = before->rule;
    // An id that is not there is no error (unverified at AWS).
    for (const std::string& id : ids) changed.targets.erase(id);
    RIALTO_TRY(auto compiled, catalog_.compile(std::move(changed), ref));
    return bus::with_rule(*bus, std::move(compiled));
  };
  RIALTO_CO_TRY_VOID(co_await change_bus(std::move(caller), used->ref, wish, plan));
  co_return RemoveTargetsResponse{.failed_entry_count = 0,
                                  .failed_entries = std::vector<RemoveTargetsResultEntry>()};
}

Task<Result<ListTargetsByRuleResponse>> EventsService::list_targets_by_rule(
    Caller caller, ListTargetsByRuleRequest input) {
  RIALTO_CO_TRY(const auto used,
                co_await use_bus(caller, input.event_bus_name,
                                 {.action = "events:ListTargetsByRule", .rule = input.rule}));
  RIALTO_CO_TRY(const auto rule, get_rule(*used, input.rule));
  RIALTO_CO_TRY(auto page,
                Page::open({"ListTargetsByRule", rule->arn, input.next_token, input.limit}));
  std::vector<api::events::Target> targets;
  for (const auto& [id, target] : rule->rule.targets) {
    if (!page.takes(id)) continue;
    json::Value given = target.given;
    targets.push_back(api::decode<api::events::Target>(std::move(given)));
  }
  co_return ListTargetsByRuleResponse{.targets = std::move(targets),
                                      .next_token = page.next_token()};
}

}  // namespace rialto::service
