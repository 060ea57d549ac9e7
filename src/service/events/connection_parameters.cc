#include "service/events/connection_parameters.h"

#include <utility>
#include <vector>

#include "service/events/common.h"

namespace rialto::service {
namespace {

using namespace api::events;
using model::AuthorizationType;
using Change = std::optional<connection::AuthorizationChange>;

// Members that one of the two requests demands and the other does not.
template <class T>
T* find_block(std::optional<T>& block) {
  return block ? &*block : nullptr;
}
template <class T>
T* find_block(T& block) {
  return &block;
}

template <class Given>
Result<std::vector<model::ConnectionParameter>> read_list(std::optional<std::vector<Given>> given,
                                                          std::string_view name) {
  std::vector<model::ConnectionParameter> out;
  if (!given) return out;
  for (Given& each : *given) {
    if (!each.key || each.key->empty()) {
      return fail(Code::InvalidArgument, "Parameter " + std::string(name) +
                                             " is not valid. Reason: Missing required field(s)");
    }
    out.push_back({*std::move(each.key), std::move(each.value).value_or(""),
                   each.is_value_secret.value_or(false)});
  }
  return out;
}

Result<std::optional<model::ConnectionParameters>> read_parameters(
    std::optional<ConnectionHttpParameters> given) {
  std::optional<model::ConnectionParameters> out;
  if (!given) return out;
  out.emplace();
  RIALTO_TRY(out->headers, read_list(std::move(given->header_parameters), "HeaderParameters"));
  RIALTO_TRY(out->query,
             read_list(std::move(given->query_string_parameters), "QueryStringParameters"));
  RIALTO_TRY(out->body, read_list(std::move(given->body_parameters), "BodyParameters"));
  return out;
}

template <class OAuth>
Result<> read_oauth(OAuth& from, connection::AuthorizationChange& to) {
  if (auto* client = find_block(from.client_parameters)) {
    to.name = std::move(client->client_id);
    to.secret = std::move(client->client_secret);
  }
  to.endpoint = std::move(from.authorization_endpoint);
  to.http_method = std::move(from.http_method);
  RIALTO_TRY(to.token_parameters, read_parameters(std::move(from.o_auth_http_parameters)));
  return {};
}

template <class Parameters>
Result<Change> read(Parameters from, AuthorizationType type) {
  RIALTO_TRY_VOID(refuse_private(from.connectivity_parameters));
  connection::AuthorizationChange change;
  bool has_block = false;
  switch (type) {
    case AuthorizationType::Basic:
      if (auto* basic = find_block(from.basic_auth_parameters)) {
        change.name = std::move(basic->username);
        change.secret = std::move(basic->password);
        has_block = true;
      }
      break;
    case AuthorizationType::ApiKey:
      if (auto* key = find_block(from.api_key_auth_parameters)) {
        change.name = std::move(key->api_key_name);
        change.secret = std::move(key->api_key_value);
        has_block = true;
      }
      break;
    case AuthorizationType::OAuth:
      if (auto* oauth = find_block(from.o_auth_parameters)) {
        RIALTO_TRY_VOID(read_oauth(*oauth, change));
        has_block = true;
      }
      break;
  }
  RIALTO_TRY(change.invocation_parameters,
             read_parameters(std::move(from.invocation_http_parameters)));
  if (!has_block && !change.invocation_parameters) return Change();
  return Change(std::move(change));
}

// A secret value is left out; its key is not.
template <class Shown>
std::optional<std::vector<Shown>> show_list(const std::vector<model::ConnectionParameter>& list) {
  if (list.empty()) return std::nullopt;
  std::vector<Shown> out;
  for (const model::ConnectionParameter& each : list) {
    Shown& shown = out.emplace_back();
    shown.key = each.key;
    if (!each.is_secret) shown.value = each.value;
    shown.is_value_secret = each.is_secret;
  }
  return out;
}

std::optional<ConnectionHttpParameters> show(
    const std::optional<model::ConnectionParameters>& parameters) {
  if (!parameters) return std::nullopt;
  ConnectionHttpParameters out;
  out.header_parameters = show_list<ConnectionHeaderParameter>(parameters->headers);
  out.query_string_parameters = show_list<ConnectionQueryStringParameter>(parameters->query);
  out.body_parameters = show_list<ConnectionBodyParameter>(parameters->body);
  return out;
}

}  // namespace

Result<> refuse_private(const std::optional<ConnectivityResourceParameters>& parameters) {
  if (!parameters || parameters->resource_parameters.resource_configuration_arn.empty()) return {};
  return not_supported("ResourceConfigurationArn", "private connections");
}

Result<Change> read_change(CreateConnectionAuthRequestParameters from, AuthorizationType type) {
  return read(std::move(from), type);
}

Result<Change> read_change(UpdateConnectionAuthRequestParameters from, AuthorizationType type) {
  return read(std::move(from), type);
}

std::optional<ConnectionAuthResponseParameters> show(const model::Connection& connection) {
  if (!connection.authorization) return std::nullopt;
  const model::Authorization& with = *connection.authorization;
  ConnectionAuthResponseParameters out;
  switch (connection.type) {
    case AuthorizationType::Basic: out.basic_auth_parameters.emplace().username = with.name; break;
    case AuthorizationType::ApiKey:
      out.api_key_auth_parameters.emplace().api_key_name = with.name;
      break;
    case AuthorizationType::OAuth: {
      auto& oauth = out.o_auth_parameters.emplace();
      oauth.client_parameters.emplace().client_id = with.name;
      oauth.authorization_endpoint = with.endpoint;
      oauth.http_method = with.http_method;
      oauth.o_auth_http_parameters = show(with.token_parameters);
      break;
    }
  }
  out.invocation_http_parameters = show(with.invocation_parameters);
  return out;
}

}  // namespace rialto::service
