// What the handlers of EventBridge share. Private to service/events.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/caller.h"
#include "api/events_types.h"
#include "base/result.h"
#include "bus/catalog.h"
#include "model/arn.h"
#include "service/events_service.h"

namespace rialto::service {

model::Scope scope_of(const api::Caller& caller);

// As model::BusRef::parse. Other Regions are refused, as at AWS (text unverified).
Result<model::BusRef> find_ref(const api::Caller& caller, const std::optional<std::string>& name);
// For operations that take a name and no ARN; absent means the default bus.
model::BusRef own_bus(const api::Caller& caller, const std::optional<std::string>& name = {});

// A parameter that AWS has and this version does not act on: refused, never stored and ignored.
Error not_supported(std::string_view parameter, std::string_view what);

// Error: InvalidArgument for a key given twice, or for more than `count_max` tags with those that
// are there already.
Result<> merge_tags(model::Tags& into, const std::vector<api::events::Tag>& tags,
                    std::size_t count_max);

// What keeps a rule from being changed by others than the service that made it (docs/spec/02 §1).
Result<> check_unmanaged(const model::Rule& rule, bool is_forced = false);

// Whether the bus has room for the rule.
Result<> check_quotas(const bus::BusState& bus, const bus::RuleState& rule,
                      const EventsQuotas& quotas);

// The rule on its bus; else NotFound with AWS's text.
Result<std::shared_ptr<const bus::RuleState>> get_rule(const bus::BusState& bus,
                                                       std::string_view rule);

}  // namespace rialto::service
