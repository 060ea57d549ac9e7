#include <algorithm>

#include "base/text.h"
#include "json/read.h"
#include "service/events/common.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;

// What can be said of a rule before its bus is known.
Result<> check_rule(const PutRuleRequest& input, const model::BusRef& bus,
                    const EventsQuotas& quotas) {
  if (!input.event_pattern && !input.schedule_expression) {
    return fail(Code::InvalidArgument,
                "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (input.schedule_expression && bus.name != model::kDefaultBus) {
    return fail(Code::InvalidArgument,
                "ScheduleExpression is supported only on the default event bus.");
  }
  if (input.event_pattern && input.event_pattern->size() > quotas.pattern_chars) {
    return fail(Code::InvalidArgument, "Parameter EventPattern for rule " + input.name +
                                           " exceeds limit of " +
                                           std::to_string(quotas.pattern_chars) + ".");
  }
  return {};
}

std::optional<std::string> schedule_of(const model::Rule& rule) {
  if (!rule.schedule) return std::nullopt;
  return rule.schedule->expression;
}

// A filter of ListRules and its kin as one text.
std::string filter_of(const bus::BusState& bus, std::string_view other) {
  return bus.ref.arn() + '\0' + std::string(other);
}

// The texts that a member of a pattern takes; those of richer conditions are not among them.
policy::Context::Values texts_at(const json::Value* pattern, std::string_view path) {
  while (pattern != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    pattern = pattern->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  policy::Context::Values out;
  if (pattern == nullptr || !pattern->is_array()) return out;
  for (const json::Value& value : pattern->items()) {
    if (value.is_string()) out.push_back(value.as_string());
  }
  return out;
}

// What policies may ask of a rule's pattern (docs/spec/03 §2).
policy::Context pattern_context(const std::string& text) {
  policy::Context out;
  const auto pattern = json::parse(text);
  if (!pattern.ok()) return out;
  for (const std::string_view path : {"source", "detail-type", "detail.eventTypeCode",
                                      "detail.service", "detail.userIdentity.principalId"}) {
    out.put("events:" + to_lower(path), texts_at(&*pattern, path));
  }
  return out;
}

}  // namespace

Task<Result<PutRuleResponse>> EventsService::put_rule(Caller caller, PutRuleRequest input) {
  RIALTO_CO_TRY(const auto ref, find_ref(caller, input.event_bus_name));
  RIALTO_CO_TRY_VOID(check_rule(input, ref, quotas_));
  model::Rule rule;
  rule.name = input.name;
  rule.event_pattern = input.event_pattern;
  if (input.schedule_expression) {
    rule.schedule = model::Schedule{*input.schedule_expression, clock_.now()};
  }
  rule.state = input.state.value_or("ENABLED");
  rule.description = input.description;
  rule.role_arn = input.role_arn;
  rule.created_by = caller.account;
  if (input.tags) RIALTO_CO_TRY_VOID(merge_tags(rule.tags, *input.tags, quotas_.tags_per_resource));
  RIALTO_CO_TRY_VOID(catalog_.compile(rule, ref));
  Wish wish{.action = "events:PutRule", .rule = input.name};
  if (input.event_pattern) wish.context = pattern_context(*input.event_pattern);
  RIALTO_CO_TRY_VOID(co_await use_bus(caller, input.event_bus_name, wish));
  // Every attribute is replaced; targets and tags of an existing rule stay (docs/spec/02 §1).
  const auto plan = [this, rule, ref](const bus::CatalogState&,
                                      const bus::BusState* bus) -> Result<bus::BusChange> {
    model::Rule changed = rule;
    if (const auto before = bus->rules.find(rule.name); before != bus->rules.end()) {
      RIALTO_TRY_VOID(check_unmanaged(before->second->rule));
      changed.targets = before->second->rule.targets;
      changed.tags = before->second->rule.tags;
      changed.created_by = before->second->rule.created_by;
    }
    RIALTO_TRY(auto compiled, catalog_.compile(std::move(changed), ref));
    RIALTO_TRY_VOID(check_quotas(*bus, *compiled, quotas_));
    return bus::with_rule(*bus, std::move(compiled));
  };
  RIALTO_CO_TRY_VOID(co_await change_bus(std::move(caller), ref, std::move(wish), plan));
  co_return PutRuleResponse{.rule_arn =
                                model::rule_arn(ref.region, ref.account, ref.name, rule.name)};
}

Task<Result<>> EventsService::delete_rule(Caller caller, DeleteRuleRequest input) {
  const Wish wish{.action = "events:DeleteRule", .rule = input.name};
  RIALTO_CO_TRY(const auto state, co_await use_bus(caller, input.event_bus_name, wish));
  // AWS answers success for a rule that is not there (docs/spec/02 §1).
  if (!state->rules.contains(input.name)) co_return Result<>();
  const auto plan = [name = input.name, is_forced = input.force.value_or(false)](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    const auto found = bus->rules.find(name);
    if (found == bus->rules.end()) return bus::unchanged(*bus);
    RIALTO_TRY_VOID(check_unmanaged(found->second->rule, is_forced));
    if (!found->second->rule.targets.empty()) {
      return fail(Code::InvalidArgument, "Rule can't be deleted since it has targets.");
    }
    return bus::without_rule(*bus, name);
  };
  co_return co_await change_bus(std::move(caller), state->ref, wish, plan);
}

Task<Result<DescribeRuleResponse>> EventsService::describe_rule(Caller caller,
                                                                DescribeRuleRequest input) {
  RIALTO_CO_TRY(const auto state,
                co_await use_bus(caller, input.event_bus_name,
                                 {.action = "events:DescribeRule", .rule = input.name}));
  RIALTO_CO_TRY(const auto rule, get_rule(*state, input.name));
  DescribeRuleResponse answer;
  answer.name = rule->rule.name;
  answer.arn = rule->arn;
  answer.event_pattern = rule->rule.event_pattern;
  answer.schedule_expression = schedule_of(rule->rule);
  answer.state = rule->rule.state;
  answer.description = rule->rule.description;
  answer.role_arn = rule->rule.role_arn;
  answer.managed_by = rule->rule.managed_by;
  answer.event_bus_name = state->ref.name;
  answer.created_by = rule->rule.created_by;
  co_return answer;
}

Task<Result<ListRulesResponse>> EventsService::list_rules(Caller caller, ListRulesRequest input) {
  RIALTO_CO_TRY(const auto state, co_await use_bus(caller, input.event_bus_name,
                                                   {.action = "events:ListRules", .rule = "*"}));
  const std::string prefix = input.name_prefix.value_or("");
  const std::string filter = filter_of(*state, prefix);
  RIALTO_CO_TRY(auto page, Page::open({"ListRules", filter, input.next_token, input.limit}));
  std::vector<api::events::Rule> rules;
  for (const auto& [name, rule] : state->rules) {
    if (!name.starts_with(prefix) || !page.takes(name)) continue;
    api::events::Rule& listed = rules.emplace_back();
    listed.name = name;
    listed.arn = rule->arn;
    listed.event_pattern = rule->rule.event_pattern;
    listed.schedule_expression = schedule_of(rule->rule);
    listed.state = rule->rule.state;
    listed.description = rule->rule.description;
    listed.role_arn = rule->rule.role_arn;
    listed.managed_by = rule->rule.managed_by;
    listed.event_bus_name = state->ref.name;
  }
  co_return ListRulesResponse{.rules = std::move(rules), .next_token = page.next_token()};
}

Task<Result<>> EventsService::enable_rule(Caller caller, EnableRuleRequest input) {
  Wish wish{.action = "events:EnableRule", .rule = std::move(input.name)};
  co_return co_await set_rule_state(std::move(caller), std::move(wish),
                                    std::move(input.event_bus_name), "ENABLED");
}

Task<Result<>> EventsService::disable_rule(Caller caller, DisableRuleRequest input) {
  Wish wish{.action = "events:DisableRule", .rule = std::move(input.name)};
  co_return co_await set_rule_state(std::move(caller), std::move(wish),
                                    std::move(input.event_bus_name), "DISABLED");
}

Task<Result<>> EventsService::set_rule_state(Caller caller, Wish wish,
                                             std::optional<std::string> bus_name,
                                             std::string state) {
  const std::string rule = wish.rule.value_or("");
  RIALTO_CO_TRY(const auto used, co_await use_bus(caller, bus_name, wish));
  const auto plan = [this, rule, state, ref = used->ref](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    RIALTO_TRY(const auto before, get_rule(*bus, rule));
    RIALTO_TRY_VOID(check_unmanaged(before->rule));
    model::Rule changed = before->rule;
    changed.state = state;
    // What was missed while the rule was disabled is not made up for.
    if (changed.schedule && !before->rule.is_enabled()) changed.schedule->anchor = clock_.now();
    RIALTO_TRY(auto compiled, catalog_.compile(std::move(changed), ref));
    return bus::with_rule(*bus, std::move(compiled));
  };
  co_return co_await change_bus(std::move(caller), used->ref, std::move(wish), plan);
}

Task<Result<ListRuleNamesByTargetResponse>> EventsService::list_rule_names_by_target(
    Caller caller, ListRuleNamesByTargetRequest input) {
  RIALTO_CO_TRY(const auto state,
                co_await use_bus(caller, input.event_bus_name,
                                 {.action = "events:ListRuleNamesByTarget", .rule = "*"}));
  const std::string filter = filter_of(*state, input.target_arn);
  RIALTO_CO_TRY(auto page,
                Page::open({"ListRuleNamesByTarget", filter, input.next_token, input.limit}));
  std::vector<std::string> names;
  for (const auto& [name, rule] : state->rules) {
    const bool leads_there = std::ranges::any_of(
        rule->rule.targets, [&](const auto& each) { return each.second.arn == input.target_arn; });
    if (leads_there && page.takes(name)) names.push_back(name);
  }
  co_return ListRuleNamesByTargetResponse{.rule_names = std::move(names),
                                          .next_token = page.next_token()};
}

}  // namespace rialto::service
