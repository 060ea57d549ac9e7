// API destinations (docs/spec/05 §3).
#include "connection/api_destinations.h"

#include "service/events/common.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;
using connection::SharedDestination;

// What all answers say.
template <class Response>
Response to_answer(const connection::ApiDestinations& destinations,
                   const model::ApiDestination& destination) {
  Response out;
  out.api_destination_arn = destination.arn();
  out.api_destination_state = destinations.is_active(destination) ? "ACTIVE" : "INACTIVE";
  out.creation_time = destination.created_at;
  out.last_modified_time = destination.modified_at;
  return out;
}

// What Describe and List say, too.
template <class Response>
Response to_description(const connection::ApiDestinations& destinations,
                        const model::ApiDestination& destination) {
  auto out = to_answer<Response>(destinations, destination);
  out.name = destination.name;
  out.connection_arn = destination.connection.arn();
  out.invocation_endpoint = destination.endpoint;
  out.http_method = destination.http_method;
  out.invocation_rate_limit_per_second = destination.rate;
  return out;
}

}  // namespace

Task<Result<CreateApiDestinationResponse>> EventsService::create_api_destination(
    Caller caller, CreateApiDestinationRequest input) {
  model::ApiDestination destination;
  destination.account = caller.account;
  destination.region = caller.region;
  destination.name = std::move(input.name);
  destination.description = std::move(input.description);
  RIALTO_CO_TRY(destination.connection, model::ConnectionRef::parse(input.connection_arn));
  destination.endpoint = std::move(input.invocation_endpoint);
  destination.http_method = std::move(input.http_method);
  destination.rate = input.invocation_rate_limit_per_second.value_or(model::kInvocationRateDefault);
  RIALTO_CO_TRY(const auto made, co_await api_destinations_.create(std::move(destination)));
  co_return to_answer<CreateApiDestinationResponse>(api_destinations_, *made);
}

Task<Result<DescribeApiDestinationResponse>> EventsService::describe_api_destination(
    Caller caller, DescribeApiDestinationRequest input) {
  RIALTO_CO_TRY(const auto found, api_destinations_.get(scope_of(caller), input.name));
  auto answer = to_description<DescribeApiDestinationResponse>(api_destinations_, *found);
  answer.description = found->description;
  co_return answer;
}

Task<Result<UpdateApiDestinationResponse>> EventsService::update_api_destination(
    Caller caller, UpdateApiDestinationRequest input) {
  connection::ApiDestinationChange change;
  change.description = std::move(input.description);
  if (input.connection_arn) {
    RIALTO_CO_TRY(change.connection, model::ConnectionRef::parse(*input.connection_arn));
  }
  change.endpoint = std::move(input.invocation_endpoint);
  change.http_method = std::move(input.http_method);
  change.rate = input.invocation_rate_limit_per_second;
  RIALTO_CO_TRY(const auto changed,
                co_await api_destinations_.update(scope_of(caller), std::move(input.name),
                                                  std::move(change)));
  co_return to_answer<UpdateApiDestinationResponse>(api_destinations_, *changed);
}

Task<Result<DeleteApiDestinationResponse>> EventsService::delete_api_destination(
    Caller caller, DeleteApiDestinationRequest input) {
  RIALTO_CO_TRY_VOID(co_await api_destinations_.remove(scope_of(caller), std::move(input.name)));
  co_return DeleteApiDestinationResponse{};
}

Task<Result<ListApiDestinationsResponse>> EventsService::list_api_destinations(
    Caller caller, ListApiDestinationsRequest input) {
  const std::string prefix = input.name_prefix.value_or("");
  const std::string filter = prefix + '\0' + input.connection_arn.value_or("");
  RIALTO_CO_TRY(auto page,
                Page::open({"ListApiDestinations", filter, input.next_token, input.limit}));
  std::vector<api::events::ApiDestination> listed;
  for (const SharedDestination& destination : api_destinations_.list(scope_of(caller))) {
    if (!destination->name.starts_with(prefix)) continue;
    if (input.connection_arn && destination->connection.arn() != *input.connection_arn) continue;
    if (!page.takes(destination->name)) continue;
    listed.push_back(to_description<api::events::ApiDestination>(api_destinations_, *destination));
  }
  co_return ListApiDestinationsResponse{.api_destinations = std::move(listed),
                                        .next_token = page.next_token()};
}

}  // namespace rialto::service
