// Connections: how an API destination proves who it is (docs/spec/05 §1). Plain values; what is
// secret in them is stored sealed and never shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/arn.h"

namespace rialto::model {

enum class ConnectionState : std::uint8_t {
  Authorizing,  // the first token is being fetched
  Authorized,
  Deauthorized,
};
std::string_view to_text(ConnectionState state);  // as AWS spells it
std::optional<ConnectionState> parse_connection_state(std::string_view text);

enum class AuthorizationType : std::uint8_t { Basic, ApiKey, OAuth };
std::string_view to_text(AuthorizationType type);  // as AWS spells it
std::optional<AuthorizationType> parse_authorization_type(std::string_view text);

// A header, a member of a query, or a member of a body that is added to each request.
struct ConnectionParameter {
  std::string key;
  std::string value;
  bool is_secret = false;
  bool operator==(const ConnectionParameter&) const = default;
};

struct ConnectionParameters {
  std::vector<ConnectionParameter> headers{};
  std::vector<ConnectionParameter> query{};
  std::vector<ConnectionParameter> body{};
  bool operator==(const ConnectionParameters&) const = default;
};

// What is kept sealed.
struct Authorization {
  std::string name{};    // the user, the header of the API key, or the client's id
  std::string secret{};  // the password, the API key, or the client's secret
  // Of OAuth only: where and how tokens are fetched.
  std::string endpoint{};
  std::string http_method{};
  std::optional<ConnectionParameters> token_parameters{};
  // What is added to each invocation. Given empty is not the same as absent, to those who ask.
  std::optional<ConnectionParameters> invocation_parameters{};
  bool operator==(const Authorization&) const = default;
};

struct Connection {
  std::string account;
  std::string region;
  std::string name;
  std::string id;         // a UUID, of the ARN
  std::string secret_id;  // the end of SecretArn
  std::optional<std::string> description;
  AuthorizationType type = AuthorizationType::Basic;
  ConnectionState state = ConnectionState::Authorizing;
  std::optional<std::string> state_reason;
  std::optional<Authorization> authorization;  // absent once it was taken away
  TimePoint created_at;
  TimePoint modified_at;
  std::optional<TimePoint> authorized_at;

  Scope scope() const { return {.account = account, .region = region}; }
  std::string arn() const;
  std::string secret_arn() const;
};

// A connection as an ARN names it.
struct ConnectionRef {
  Scope scope;
  std::string name;
  std::string id;

  // Error: InvalidArgument, `Invalid ARN: '<arn>'`.
  static Result<ConnectionRef> parse(std::string_view arn);
  std::string arn() const;
};

// AuthorizationV1: what is sealed.
std::string encode(const Authorization& authorization);
Result<Authorization> decode_authorization(std::string_view bytes);

// ConnectionV1, a value of Table::Resource (docs/internals/storage.md). `sealed` is the
// authorization as bytes, empty for none. Errors of decoding: Corruption.
struct StoredConnection {
  Connection connection;  // without its authorization
  std::string sealed;
};
std::string encode(const Connection& connection, std::string_view sealed);
Result<StoredConnection> decode_connection(std::string_view bytes);

}  // namespace rialto::model
