#include "service/events/common.h"

#include <set>

namespace rialto::service {

model::Scope scope_of(const api::Caller& caller) {
  return {.account = caller.account, .region = caller.region};
}

Result<model::BusRef> own_bus(const api::Caller& caller, const std::optional<std::string>& name) {
  RIALTO_TRY(auto ref, model::BusRef::parse(name, scope_of(caller)));
  if (ref.account != caller.account) {
    return fail(Code::AccessDenied, "Event bus " + ref.arn() +
                                        " belongs to another account, and this version of "
                                        "Rialto has no event bus policies yet.");
  }
  if (ref.region != caller.region) {
    return fail(
        Code::InvalidArgument,
        "Event bus " + ref.arn() + " is not in the Region of the request (" + caller.region + ").");
  }
  return ref;
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

Result<std::shared_ptr<const bus::RuleState>> get_rule(const bus::BusState& bus,
                                                       std::string_view rule) {
  const auto found = bus.rules.find(rule);
  if (found == bus.rules.end()) return bus::no_such_rule(rule, bus.ref.name);
  return found->second;
}

}  // namespace rialto::service
