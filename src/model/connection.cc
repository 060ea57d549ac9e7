#include "model/connection.h"

#include <array>

#include "base/crypto/digest.h"
#include "json/read.h"
#include "json/write.h"
#include "model/stored_json.h"

namespace rialto::model {
namespace {

constexpr std::string_view kPrefix = "connection/";

// By the enums' numbers. Stored, too: never change one.
constexpr std::array<std::string_view, 3> kStates = {"AUTHORIZING", "AUTHORIZED", "DEAUTHORIZED"};
constexpr std::array<std::string_view, 3> kTypes = {"BASIC", "API_KEY", "OAUTH_CLIENT_CREDENTIALS"};

template <class Enum, std::size_t N>
std::optional<Enum> find_word(const std::array<std::string_view, N>& words, std::string_view text) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == text) return static_cast<Enum>(at);
  }
  return std::nullopt;
}

json::Value encode_list(const std::vector<ConnectionParameter>& list) {
  json::Array out;
  for (const ConnectionParameter& each : list) {
    out.emplace_back(
        json::Object{{"key", each.key}, {"value", each.value}, {"is_secret", each.is_secret}});
  }
  return json::Value(std::move(out));
}

void add_parameters(json::Value& document, std::string name,
                    const std::optional<ConnectionParameters>& parameters) {
  if (!parameters) return;
  document.add(std::move(name), json::Object{{"headers", encode_list(parameters->headers)},
                                             {"query", encode_list(parameters->query)},
                                             {"body", encode_list(parameters->body)}});
}

bool read_list(const json::Value* list, std::vector<ConnectionParameter>& out) {
  if (list == nullptr || !list->is_array()) return false;
  for (const json::Value& each : list->items()) {
    const json::Value* key = each.find("key");
    const json::Value* value = each.find("value");
    const json::Value* is_secret = each.find("is_secret");
    if (!key || !key->is_string() || !value || !value->is_string()) return false;
    if (!is_secret || !is_secret->is_bool()) return false;
    out.push_back({key->as_string(), value->as_string(), is_secret->as_bool()});
  }
  return true;
}

// False when there is something else than parameters.
bool read_parameters(const json::Value& document, std::string_view name,
                     std::optional<ConnectionParameters>& out) {
  const json::Value* member = document.find(name);
  if (member == nullptr) return true;
  out.emplace();
  return read_list(member->find("headers"), out->headers) &&
         read_list(member->find("query"), out->query) && read_list(member->find("body"), out->body);
}

}  // namespace

std::string_view to_text(ConnectionState state) { return kStates[static_cast<std::size_t>(state)]; }
std::optional<ConnectionState> parse_connection_state(std::string_view text) {
  return find_word<ConnectionState>(kStates, text);
}

std::string_view to_text(AuthorizationType type) { return kTypes[static_cast<std::size_t>(type)]; }
std::optional<AuthorizationType> parse_authorization_type(std::string_view text) {
  return find_word<AuthorizationType>(kTypes, text);
}

std::string Connection::arn() const { return ConnectionRef{scope(), name, id}.arn(); }

// The form that Secrets Manager shows for secrets that EventBridge keeps there.
std::string Connection::secret_arn() const {
  return make_arn("secretsmanager", region, account,
                  "secret:events!connection/" + name + "/" + secret_id);
}

Result<ConnectionRef> ConnectionRef::parse(std::string_view arn) {
  const auto invalid = [arn] {
    return fail(Code::InvalidArgument, "Invalid ARN: '" + std::string(arn) + "'");
  };
  const auto parsed = Arn::parse(arn);
  if (!parsed.ok() || parsed->service != "events" || !parsed->resource.starts_with(kPrefix)) {
    return invalid();
  }
  const std::string_view rest = std::string_view(parsed->resource).substr(kPrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == rest.npos || slash == 0 || slash + 1 == rest.size()) return invalid();
  return ConnectionRef{.scope = {.account = parsed->account, .region = parsed->region},
                       .name = std::string(rest.substr(0, slash)),
                       .id = std::string(rest.substr(slash + 1))};
}

std::string ConnectionRef::arn() const {
  return make_arn("events", scope.region, scope.account,
                  std::string(kPrefix).append(name).append("/").append(id));
}

std::string encode(const Authorization& authorization) {
  json::Value out = new_document();
  out.add("name", authorization.name);
  out.add("secret", authorization.secret);
  out.add("endpoint", authorization.endpoint);
  out.add("http_method", authorization.http_method);
  add_parameters(out, "token_parameters", authorization.token_parameters);
  add_parameters(out, "invocation_parameters", authorization.invocation_parameters);
  return json::write(out);
}

Result<Authorization> decode_authorization(std::string_view bytes) {
  const auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("authorization");
  Fields fields(*document);
  Authorization out;
  out.name = fields.text("name");
  out.secret = fields.text("secret");
  out.endpoint = fields.text("endpoint");
  out.http_method = fields.text("http_method");
  if (!read_parameters(*document, "token_parameters", out.token_parameters) ||
      !read_parameters(*document, "invocation_parameters", out.invocation_parameters) ||
      !fields.is_ok()) {
    return unreadable("authorization");
  }
  return out;
}

std::string encode(const Connection& connection, std::string_view sealed) {
  json::Value out = new_document();
  out.add("account", connection.account);
  out.add("region", connection.region);
  out.add("name", connection.name);
  out.add("id", connection.id);
  out.add("secret_id", connection.secret_id);
  add_optional(out, "description", connection.description);
  out.add("type", to_text(connection.type));
  out.add("state", to_text(connection.state));
  add_optional(out, "state_reason", connection.state_reason);
  if (!sealed.empty()) out.add("sealed", crypto::base64(sealed));
  out.add("created_ms", to_millis(connection.created_at));
  out.add("modified_ms", to_millis(connection.modified_at));
  if (connection.authorized_at) out.add("authorized_ms", to_millis(*connection.authorized_at));
  return json::write(out);
}

Result<StoredConnection> decode_connection(std::string_view bytes) {
  const auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("connection");
  Fields fields(*document);
  StoredConnection out;
  Connection& connection = out.connection;
  connection.account = fields.text("account");
  connection.region = fields.text("region");
  connection.name = fields.text("name");
  connection.id = fields.text("id");
  connection.secret_id = fields.text("secret_id");
  connection.description = fields.optional_text("description");
  const auto type = parse_authorization_type(fields.text("type"));
  const auto state = parse_connection_state(fields.text("state"));
  connection.state_reason = fields.optional_text("state_reason");
  const auto sealed = crypto::from_base64(fields.optional_text("sealed").value_or(""));
  connection.created_at = from_millis(fields.integer("created_ms"));
  connection.modified_at = from_millis(fields.integer("modified_ms"));
  if (const auto at = fields.optional_integer("authorized_ms")) {
    connection.authorized_at = from_millis(*at);
  }
  if (!fields.is_ok() || !type || !state || !sealed) return unreadable("connection");
  connection.type = *type;
  connection.state = *state;
  out.sealed = *sealed;
  return out;
}

}  // namespace rialto::model
