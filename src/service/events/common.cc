#include "service/events/common.h"

#include <set>

namespace rialto::service {
namespace {

constexpr std::string_view kManagedRule = "ManagedRuleException";

bool has_wildcard(const bus::RuleState& rule) {
  return rule.pattern != nullptr && rule.pattern->has_wildcard();
}

std::size_t count_wildcard_rules(const bus::BusState& bus, std::string_view but) {
  std::size_t count = 0;
  for (const auto& [name, rule] : bus.rules) {
    if (name != but && has_wildcard(*rule)) ++count;
  }
  return count;
}

}  // namespace

model::Scope scope_of(const api::Caller& caller) {
  return {.account = caller.account, .region = caller.region};
}

Result<model::BusRef> find_ref(const api::Caller& caller, const std::optional<std::string>& name) {
  RIALTO_TRY(auto ref, model::BusRef::parse(name, scope_of(caller)));
  if (ref.region != caller.region) {
    return fail(
        Code::InvalidArgument,
        "Event bus " + ref.arn() + " is not in the Region of the request (" + caller.region + ").");
  }
  return ref;
}

model::BusRef own_bus(const api::Caller& caller, const std::optional<std::string>& name) {
  return {caller.region, caller.account, name.value_or(std::string(model::kDefaultBus))};
}

Error not_supported(std::string_view parameter, std::string_view what) {
  return fail(Code::Unsupported, "Parameter " + std::string(parameter) +
                                     " is not supported: this version of Rialto has no " +
                                     std::string(what) + " yet.");
}

Result<> merge_tags(model::Tags& into, const std::vector<api::events::Tag>& tags,
                    std::size_t count_max) {
  std::set<std::string_view> seen;
  for (const api::events::Tag& tag : tags) {
    if (!seen.insert(tag.key).second) {
      return fail(Code::InvalidArgument, "Invalid parameter: Duplicated keys are not allowed.");
    }
    into[tag.key] = tag.value;
  }
  if (into.size() > count_max) {
    return fail(Code::InvalidArgument, "A resource has at most " + std::to_string(count_max) +
                                           " tags; this one would have " +
                                           std::to_string(into.size()) + ".");
  }
  return {};
}

// AWS's text is unverified (docs/spec/02 §1).
Result<> check_unmanaged(const model::Rule& rule, bool is_forced) {
  if (!rule.managed_by || is_forced) return {};
  return fail(
      Code::Conflict,
      "Rule " + rule.name + " is managed by an AWS service can only be modified if force is true.",
      kManagedRule);
}

Result<> check_quotas(const bus::BusState& bus, const bus::RuleState& rule,
                      const EventsQuotas& quotas) {
  const bool is_new = !bus.rules.contains(rule.rule.name);
  if (is_new && bus.rules.size() >= quotas.rules_per_bus) return bus::over_limit();
  if (has_wildcard(rule) &&
      count_wildcard_rules(bus, rule.rule.name) >= quotas.wildcard_rules_per_bus) {
    return bus::over_limit();
  }
  return {};
}

Result<std::shared_ptr<const bus::RuleState>> get_rule(const bus::BusState& bus,
                                                       std::string_view rule) {
  const auto found = bus.rules.find(rule);
  if (found == bus.rules.end()) return bus::no_such_rule(rule, bus.ref.name);
  return found->second;
}

}  // namespace rialto::service
