// Connections (docs/spec/05 §1).
#include "connection/connections.h"

#include "service/events/common.h"
#include "service/events/connection_parameters.h"
#include "service/events_service.h"
#include "service/page.h"

namespace rialto::service {
namespace {

using namespace api::events;
using connection::SharedConnection;
using model::AuthorizationType;

// On their way, for as long as the answer takes.
constexpr std::string_view kDeleting = "DELETING";
constexpr std::string_view kDeauthorizing = "DEAUTHORIZING";

Result<> refuse_key(const std::optional<std::string>& kms_key_identifier) {
  if (!kms_key_identifier || kms_key_identifier->empty()) return {};
  return not_supported("KmsKeyIdentifier", "encryption with customer keys");
}

// What the answers of all but Create and Describe say.
template <class Response>
Response to_answer(const model::Connection& connection, std::string_view state) {
  Response out;
  out.connection_arn = connection.arn();
  out.connection_state = state;
  out.creation_time = connection.created_at;
  out.last_modified_time = connection.modified_at;
  out.last_authorized_time = connection.authorized_at;
  return out;
}

api::events::Connection to_listed(const model::Connection& connection) {
  auto out = to_answer<api::events::Connection>(connection, model::to_text(connection.state));
  out.name = connection.name;
  out.state_reason = connection.state_reason;
  out.authorization_type = model::to_text(connection.type);
  return out;
}

// The model's enum has no other words.
AuthorizationType type_of(const std::string& text) {
  return model::parse_authorization_type(text).value_or(AuthorizationType::Basic);
}

}  // namespace

Task<Result<CreateConnectionResponse>> EventsService::create_connection(
    Caller caller, CreateConnectionRequest input) {
  RIALTO_CO_TRY_VOID(refuse_key(input.kms_key_identifier));
  RIALTO_CO_TRY_VOID(refuse_private(input.invocation_connectivity_parameters));
  model::Connection connection;
  connection.account = caller.account;
  connection.region = caller.region;
  connection.name = std::move(input.name);
  connection.description = std::move(input.description);
  connection.type = type_of(input.authorization_type);
  RIALTO_CO_TRY(auto given, read_change(std::move(input.auth_parameters), connection.type));
  if (given) {
    connection.authorization =
        model::Authorization{.name = std::move(given->name).value_or(""),
                             .secret = std::move(given->secret).value_or(""),
                             .endpoint = std::move(given->endpoint).value_or(""),
                             .http_method = std::move(given->http_method).value_or(""),
                             .token_parameters = std::move(given->token_parameters),
                             .invocation_parameters = std::move(given->invocation_parameters)};
  }
  RIALTO_CO_TRY(const auto made, co_await connections_.create(std::move(connection)));
  CreateConnectionResponse answer;
  answer.connection_arn = made->arn();
  answer.connection_state = model::to_text(made->state);
  answer.creation_time = made->created_at;
  answer.last_modified_time = made->modified_at;
  co_return answer;
}

Task<Result<DescribeConnectionResponse>> EventsService::describe_connection(
    Caller caller, DescribeConnectionRequest input) {
  RIALTO_CO_TRY(const auto found, connections_.get(scope_of(caller), input.name));
  auto answer = to_answer<DescribeConnectionResponse>(*found, model::to_text(found->state));
  answer.name = found->name;
  answer.description = found->description;
  answer.state_reason = found->state_reason;
  answer.authorization_type = model::to_text(found->type);
  answer.secret_arn = found->secret_arn();
  answer.auth_parameters = show(*found);
  co_return answer;
}

Task<Result<UpdateConnectionResponse>> EventsService::update_connection(
    Caller caller, UpdateConnectionRequest input) {
  RIALTO_CO_TRY_VOID(refuse_key(input.kms_key_identifier));
  RIALTO_CO_TRY_VOID(refuse_private(input.invocation_connectivity_parameters));
  RIALTO_CO_TRY(const auto before, connections_.get(scope_of(caller), input.name));
  connection::ConnectionChange change;
  change.description = std::move(input.description);
  if (input.authorization_type) change.type = type_of(*input.authorization_type);
  if (input.auth_parameters) {
    const AuthorizationType type = change.type.value_or(before->type);
    RIALTO_CO_TRY(change.authorization, read_change(*std::move(input.auth_parameters), type));
  }
  RIALTO_CO_TRY(
      const auto changed,
      co_await connections_.update(scope_of(caller), std::move(input.name), std::move(change)));
  co_return to_answer<UpdateConnectionResponse>(*changed, model::to_text(changed->state));
}

Task<Result<DeauthorizeConnectionResponse>> EventsService::deauthorize_connection(
    Caller caller, DeauthorizeConnectionRequest input) {
  RIALTO_CO_TRY(const auto changed,
                co_await connections_.deauthorize(scope_of(caller), std::move(input.name)));
  co_return to_answer<DeauthorizeConnectionResponse>(*changed, kDeauthorizing);
}

Task<Result<DeleteConnectionResponse>> EventsService::delete_connection(
    Caller caller, DeleteConnectionRequest input) {
  RIALTO_CO_TRY(const auto removed,
                co_await connections_.remove(scope_of(caller), std::move(input.name)));
  co_return to_answer<DeleteConnectionResponse>(*removed, kDeleting);
}

Task<Result<ListConnectionsResponse>> EventsService::list_connections(
    Caller caller, ListConnectionsRequest input) {
  const std::string prefix = input.name_prefix.value_or("");
  const std::string filter = prefix + '\0' + input.connection_state.value_or("");
  RIALTO_CO_TRY(auto page, Page::open({"ListConnections", filter, input.next_token, input.limit}));
  std::vector<api::events::Connection> listed;
  for (const SharedConnection& connection : connections_.list(scope_of(caller))) {
    if (!connection->name.starts_with(prefix)) continue;
    if (input.connection_state && *input.connection_state != model::to_text(connection->state)) {
      continue;
    }
    if (!page.takes(connection->name)) continue;
    listed.push_back(to_listed(*connection));
  }
  co_return ListConnectionsResponse{.connections = std::move(listed),
                                    .next_token = page.next_token()};
}

}  // namespace rialto::service
