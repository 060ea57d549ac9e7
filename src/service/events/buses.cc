#include "service/events/common.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;

std::optional<DeadLetterConfig> dead_letter_config(const model::Bus& bus) {
  if (!bus.dead_letter_arn) return std::nullopt;
  return DeadLetterConfig{.arn = bus.dead_letter_arn};
}

// A bus's dead-letter queue takes events that could not be decrypted (docs/spec/02 §5); without
// customer keys there are none, so keeping the setting is all there is to do.
Result<std::optional<std::string>> dead_letter_arn(const std::optional<DeadLetterConfig>& config) {
  if (!config || !config->arn) return std::optional<std::string>();
  RIALTO_TRY(const auto arn, model::Arn::parse(*config->arn));
  if (arn.service != "sqs") {
    return fail(Code::InvalidArgument, arn.service + " is not supported as a dead letter resource");
  }
  return config->arn;
}

template <class Request>
Result<> refuse_unsupported(const Request& input) {
  if (input.kms_key_identifier) {
    return not_supported("KmsKeyIdentifier", "encryption with customer keys");
  }
  if (input.log_config) return not_supported("LogConfig", "event bus logs");
  return {};
}

Result<> check_new_bus(const CreateEventBusRequest& input) {
  if (input.event_source_name) {
    if (*input.event_source_name != input.name) {
      return fail(Code::InvalidArgument, "Event bus name must match event source name");
    }
  } else if (input.name.find('/') != std::string::npos) {
    return fail(Code::InvalidArgument, "Event bus name must not contain '/'.");
  }
  return refuse_unsupported(input);
}

}  // namespace

Task<Result<std::shared_ptr<const bus::BusState>>> EventsService::use_bus(
    Caller caller, std::optional<std::string> name, Wish wish) {
  RIALTO_CO_TRY(const auto ref, find_ref(caller, name));
  const auto found = catalog_.state()->find(ref);
  RIALTO_CO_TRY_VOID(permit(caller, ref, found.get(), wish, clock_.now()));
  co_return co_await catalog_.use(ref);
}

Task<Result<>> EventsService::change_bus(Caller caller, model::BusRef ref, Wish wish,
                                         bus::Catalog::Plan plan) {
  const auto permitted = [this, caller, ref, wish, plan](
                             const bus::CatalogState& state,
                             const bus::BusState* bus) -> Result<bus::BusChange> {
    RIALTO_TRY_VOID(permit(caller, ref, bus, wish, clock_.now()));
    if (bus == nullptr) return bus::no_such_bus(ref.name);
    return plan(state, bus);
  };
  co_return co_await catalog_.change(ref, permitted);
}

Task<Result<CreateEventBusResponse>> EventsService::create_event_bus(Caller caller,
                                                                     CreateEventBusRequest input) {
  RIALTO_CO_TRY_VOID(check_new_bus(input));
  model::Bus made;
  made.account = caller.account;
  made.region = caller.region;
  made.name = input.name;
  made.description = input.description;
  made.created_at = made.modified_at = clock_.now();
  RIALTO_CO_TRY(made.dead_letter_arn, dead_letter_arn(input.dead_letter_config));
  if (input.tags) RIALTO_CO_TRY_VOID(merge_tags(made.tags, *input.tags, quotas_.tags_per_resource));
  const model::BusRef ref = own_bus(caller, input.name);
  RIALTO_CO_TRY_VOID(co_await catalog_.use(own_bus(caller)));
  const auto plan = [this, made](const bus::CatalogState& state,
                                 const bus::BusState* bus) -> Result<bus::BusChange> {
    if (bus != nullptr) {
      return fail(Code::AlreadyExists, "Event bus " + made.name + " already exists.");
    }
    const model::Scope scope{.account = made.account, .region = made.region};
    if (state.list(scope).size() >= quotas_.buses) return bus::over_limit();
    return catalog_.make_bus(made);
  };
  RIALTO_CO_TRY_VOID(input.event_source_name ? co_await event_sources_.match(ref, plan)
                                             : co_await catalog_.change(ref, plan));
  CreateEventBusResponse answer;
  answer.event_bus_arn = made.arn();
  answer.description = made.description;
  answer.dead_letter_config = dead_letter_config(made);
  co_return answer;
}

Task<Result<>> EventsService::delete_event_bus(Caller caller, DeleteEventBusRequest input) {
  const model::BusRef ref = own_bus(caller, input.name);
  if (ref.name == model::kDefaultBus) {
    co_return fail(Code::InvalidArgument, "Cannot delete event bus default.");
  }
  // AWS answers success for a bus that is not there (docs/spec/03 §1).
  if (!catalog_.state()->find(ref)) co_return Result<>();
  const auto plan = [](const bus::CatalogState&,
                       const bus::BusState* bus) -> Result<bus::BusChange> {
    if (bus == nullptr) return bus::BusChange{};
    if (!bus->rules.empty()) {
      return fail(Code::InvalidArgument, "EventBus can't be deleted since it has rules.");
    }
    return bus::without_bus(*bus);
  };
  if (ref.name.starts_with(model::kPartnerPrefix)) {
    co_return co_await event_sources_.unmatch(ref, plan);
  }
  co_return co_await catalog_.change(ref, plan);
}

Task<Result<DescribeEventBusResponse>> EventsService::describe_event_bus(
    Caller caller, DescribeEventBusRequest input) {
  RIALTO_CO_TRY(const auto state, co_await use_bus(std::move(caller), std::move(input.name),
                                                   {.action = "events:DescribeEventBus"}));
  DescribeEventBusResponse answer;
  answer.name = state->bus.name;
  answer.arn = state->bus.arn();
  answer.description = state->bus.description;
  answer.dead_letter_config = dead_letter_config(state->bus);
  answer.policy = state->bus.policy;
  answer.creation_time = state->bus.created_at;
  answer.last_modified_time = state->bus.modified_at;
  co_return answer;
}

// What the request leaves out stays as it is (unverified at AWS).
Task<Result<UpdateEventBusResponse>> EventsService::update_event_bus(Caller caller,
                                                                     UpdateEventBusRequest input) {
  RIALTO_CO_TRY_VOID(refuse_unsupported(input));
  RIALTO_CO_TRY(const auto dead_letters, dead_letter_arn(input.dead_letter_config));
  const Wish wish{.action = "events:UpdateEventBus"};
  RIALTO_CO_TRY(const auto state, co_await use_bus(caller, input.name, wish));
  const auto plan = [this, input, dead_letters](
                        const bus::CatalogState&,
                        const bus::BusState* bus) -> Result<bus::BusChange> {
    model::Bus changed = bus->bus;
    if (input.description) changed.description = input.description;
    if (input.dead_letter_config) changed.dead_letter_arn = dead_letters;
    changed.modified_at = clock_.now();
    return bus::with_bus(*bus, std::move(changed));
  };
  RIALTO_CO_TRY_VOID(co_await change_bus(std::move(caller), state->ref, wish, plan));
  RIALTO_CO_TRY(const auto after, catalog_.state()->get(state->ref));
  UpdateEventBusResponse answer;
  answer.arn = after->bus.arn();
  answer.name = after->bus.name;
  answer.description = after->bus.description;
  answer.dead_letter_config = dead_letter_config(after->bus);
  co_return answer;
}

Task<Result<ListEventBusesResponse>> EventsService::list_event_buses(Caller caller,
                                                                     ListEventBusesRequest input) {
  RIALTO_CO_TRY_VOID(co_await catalog_.use(own_bus(caller)));
  const std::string prefix = input.name_prefix.value_or("");
  RIALTO_CO_TRY(auto page, Page::open({"ListEventBuses", prefix, input.next_token, input.limit}));
  std::vector<EventBus> buses;
  for (const auto& state : catalog_.state()->list(scope_of(caller))) {
    const model::Bus& bus = state->bus;
    if (!bus.name.starts_with(prefix) || !page.takes(bus.name)) continue;
    EventBus& listed = buses.emplace_back();
    listed.name = bus.name;
    listed.arn = bus.arn();
    listed.description = bus.description;
    listed.policy = bus.policy;
    listed.creation_time = bus.created_at;
    listed.last_modified_time = bus.modified_at;
  }
  co_return ListEventBusesResponse{.event_buses = std::move(buses),
                                   .next_token = page.next_token()};
}

}  // namespace rialto::service
