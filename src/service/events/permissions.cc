// The resource policies of buses (docs/spec/03 §2).
#include "json/read.h"
#include "policy/document.h"
#include "service/events/common.h"
#include "service/events_service.h"

namespace rialto::service {
namespace {

using namespace api::events;

constexpr std::string_view kPutEvents = "events:PutEvents";

Error no_such_parameter(std::string_view name) {
  return fail(Code::InvalidArgument, "Parameter " + std::string(name) + " is required.");
}

// One statement, said by its parts. AWS's texts for what is missing are unverified, but that of
// StatementId.
Result<policy::Permission> to_permission(PutPermissionRequest input) {
  if (!input.action) return no_such_parameter("Action");
  if (!input.principal) return no_such_parameter("Principal");
  if (!input.statement_id) return no_such_parameter("StatementId");
  if (*input.action != kPutEvents) {
    return fail(Code::InvalidArgument, "Provided value in parameter 'action' is not supported.");
  }
  if (input.condition && *input.principal != "*") {
    return fail(Code::InvalidArgument,
                "Value of the parameter 'principal' must be '*' when the parameter 'condition' is "
                "set.");
  }
  policy::Permission out{.statement_id = *std::move(input.statement_id),
                         .principal = *std::move(input.principal),
                         .action = *std::move(input.action)};
  if (auto& condition = input.condition) {
    out.condition = policy::Permission::Condition{
        std::move(condition->type), std::move(condition->key), std::move(condition->value)};
  }
  return out;
}

// A whole policy takes the place of the one there is, and goes with no other parameter
// (unverified).
Result<> check_whole(const PutPermissionRequest& input) {
  if (input.action || input.principal || input.statement_id || input.condition) {
    return fail(
        Code::InvalidArgument,
        "Parameter Policy cannot be used with Action, Principal, StatementId or Condition.");
  }
  if (!json::parse(*input.policy).ok()) {
    return fail(Code::InvalidArgument, "This policy contains invalid Json");
  }
  return {};
}

}  // namespace

Task<Result<>> EventsService::change_policy(Caller caller, std::optional<std::string> name,
                                            PolicyEdit edit) {
  const model::BusRef ref = own_bus(caller, name);
  RIALTO_CO_TRY_VOID(co_await catalog_.use(ref));
  const auto plan = [this, ref, edit = std::move(edit)](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    if (bus == nullptr) return bus::no_such_bus(ref.name);
    RIALTO_TRY(auto after, edit(bus->bus));
    if (after && after->size() > quotas_.policy_chars) {
      return fail(Code::LimitExceeded,
                  "The policy has " + std::to_string(after->size()) + " characters; at most " +
                      std::to_string(quotas_.policy_chars) + " are allowed.",
                  "PolicyLengthExceededException");
    }
    return bus::with_policy(*bus, std::move(after));
  };
  co_return co_await catalog_.change(ref, plan);
}

Task<Result<>> EventsService::put_permission(Caller caller, PutPermissionRequest input) {
  auto bus = std::move(input.event_bus_name);
  if (input.policy) {
    RIALTO_CO_TRY_VOID(check_whole(input));
    const auto replace = [policy = *std::move(input.policy)](const model::Bus&) {
      return Result<std::optional<std::string>>(policy);
    };
    co_return co_await change_policy(std::move(caller), std::move(bus), replace);
  }
  RIALTO_CO_TRY(const auto permission, to_permission(std::move(input)));
  const auto add = [permission](const model::Bus& to) -> Result<std::optional<std::string>> {
    RIALTO_TRY(auto after, policy::with_permission(to.policy, permission, to.arn()));
    return std::optional(std::move(after));
  };
  co_return co_await change_policy(std::move(caller), std::move(bus), add);
}

Task<Result<>> EventsService::remove_permission(Caller caller, RemovePermissionRequest input) {
  const bool removes_all = input.remove_all_permissions.value_or(false);
  if (!removes_all && !input.statement_id) co_return no_such_parameter("StatementId");
  const auto remove = [removes_all, id = input.statement_id.value_or("")](
                          const model::Bus& from) -> Result<std::optional<std::string>> {
    if (!removes_all) return policy::without_statement(from.policy, id);
    if (!from.policy) return fail(Code::NotFound, "EventBus does not have a policy.");
    return std::optional<std::string>();
  };
  co_return co_await change_policy(std::move(caller), std::move(input.event_bus_name), remove);
}

}  // namespace rialto::service
