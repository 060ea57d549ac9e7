#include "connection/connections.h"

#include "base/crypto/digest.h"
#include "base/log.h"
#include "net/runtime.h"
#include "store/keys.h"

namespace rialto::connection {
namespace {

using model::AuthorizationType;
using model::ConnectionState;
using store::Table;

// Of the model's bound on StateReason.
constexpr std::size_t kReasonBytesMax = 512;

std::string key_of(const model::Connection& connection) {
  return store::connection_key(connection.scope(), connection.name);
}

model::ConnectionRef ref_of(const model::Connection& connection) {
  return {.scope = connection.scope(), .name = connection.name, .id = connection.id};
}

store::Range stored_connections() {
  return store::prefix_range(store::resource_prefix(store::ResourceKind::Connection));
}

std::string_view block_of(AuthorizationType type) {
  switch (type) {
    case AuthorizationType::Basic: return "BasicAuthParameters";
    case AuthorizationType::ApiKey: return "ApiKeyAuthParameters";
    case AuthorizationType::OAuth: return "OAuthParameters";
  }
  return {};
}

Error missing_fields(std::string_view parameter) {
  return fail(Code::InvalidArgument, "Parameter " + std::string(parameter) +
                                         " is not valid. Reason: Missing required field(s)");
}

Error wrong_key(const std::string& arn) {
  return fail(Code::AccessDenied,
              "The secrets of " + arn +
                  " cannot be read with the key of this server. Bring back the key that they were "
                  "written with: secrets.key of the data directory as it was, or the file that "
                  "--secrets-key-file named.");
}

void apply(AuthorizationChange change, model::Authorization& to) {
  if (change.name) to.name = *std::move(change.name);
  if (change.secret) to.secret = *std::move(change.secret);
  if (change.endpoint) to.endpoint = *std::move(change.endpoint);
  if (change.http_method) to.http_method = *std::move(change.http_method);
  if (change.token_parameters) to.token_parameters = std::move(change.token_parameters);
  if (change.invocation_parameters) {
    to.invocation_parameters = std::move(change.invocation_parameters);
  }
}

// Where a connection gets another type, what belongs to the old one goes.
model::Authorization start_over(const model::Authorization& before) {
  return {.invocation_parameters = before.invocation_parameters};
}

http::Header proof(const model::Connection& connection, const std::string& token) {
  const model::Authorization& with = *connection.authorization;
  switch (connection.type) {
    case AuthorizationType::Basic:
      return {"Authorization", "Basic " + crypto::base64(with.name + ":" + with.secret)};
    case AuthorizationType::ApiKey: return {with.name, with.secret};
    case AuthorizationType::OAuth: return {"Authorization", "Bearer " + token};
  }
  return {};
}

// The ERROR_CODE of a call without authorization is unverified.
Error not_authorized(const model::Connection& connection) {
  std::string why = "The connection " + connection.name + " is ";
  why += model::to_text(connection.state);
  why += '.';
  if (connection.state_reason) why += ' ' + *connection.state_reason;
  const bool comes_soon = connection.state == ConnectionState::Authorizing;
  return fail(comes_soon ? Code::Unavailable : Code::AccessDenied, std::move(why),
              "NO_PERMISSIONS");
}

Error gone(const model::ConnectionRef& ref) {
  return fail(Code::NotFound, "The connection " + ref.name + " of the API destination is gone.",
              "NO_RESOURCE");
}

bool is_active(const SharedConnection& connection) {
  return connection && connection->state == ConnectionState::Authorized;
}

// What it means for a connection to have got another authorization.
std::string_view next_step(const model::Connection& connection) {
  return connection.state == ConnectionState::Authorizing ? happened::kAuthorizationStarted
                                                          : happened::kAuthorized;
}

}  // namespace

Error no_such_connection(std::string_view connection) {
  return fail(Code::NotFound, "Failed to describe the connection(s). Connection '" +
                                  std::string(connection) + "' does not exist.");
}

Result<bool> Connections::has_secrets(const store::Store& store) {
  bool has_some = false;
  RIALTO_TRY_VOID(store.scan(Table::Resource, stored_connections(),
                             [&](std::string_view, std::string_view value) {
                               const auto stored = model::decode_connection(value);
                               has_some = !stored.ok() || !stored->sealed.empty();
                               return !has_some;
                             }));
  return has_some;
}

Result<> Connections::load(const crypto::SecretKey& key) {
  key_ = key;
  Result<> outcome;
  const auto read = [&](std::string_view at, std::string_view value) -> Result<> {
    RIALTO_TRY(auto stored, model::decode_connection(value));
    if (!stored.sealed.empty()) {
      const auto plain = crypto::unseal(key_, stored.sealed, at);
      if (!plain) return wrong_key(stored.connection.arn());
      RIALTO_TRY(stored.connection.authorization, model::decode_authorization(*plain));
    }
    connections_.put(std::make_shared<const model::Connection>(std::move(stored.connection)));
    return {};
  };
  RIALTO_TRY_VOID(services_.store.scan(Table::Resource, stored_connections(),
                                       [&](std::string_view at, std::string_view value) {
                                         outcome = read(at, value);
                                         return outcome.ok();
                                       }));
  return outcome;
}

void Connections::start() {
  for (SharedConnection& connection : connections_.all()) authorize(std::move(connection));
}

void Connections::stop() {
  is_stopping_ = true;
  tasks_.stop();
}

Result<> Connections::check(const model::Connection& connection) const {
  const std::string_view block = block_of(connection.type);
  if (!connection.authorization) return missing_fields(block);
  const model::Authorization& with = *connection.authorization;
  if (with.name.empty() || with.secret.empty()) return missing_fields(block);
  if (connection.type != AuthorizationType::OAuth) return {};
  if (with.endpoint.empty() || with.http_method.empty()) return missing_fields(block);
  if (is_acceptable(with.endpoint, services_.plain_token_servers)) return {};
  return fail(Code::InvalidArgument,
              "Parameter AuthorizationEndpoint is not valid. Reason: Endpoint '" + with.endpoint +
                  "' is not valid");
}

// What is known of the authorization at once.
void Connections::begin(model::Connection& connection) {
  connection.modified_at = services_.clock.now();
  connection.state_reason.reset();
  if (connection.type == AuthorizationType::OAuth) {
    connection.state = ConnectionState::Authorizing;
    return;
  }
  connection.state = ConnectionState::Authorized;
  connection.authorized_at = connection.modified_at;
}

Task<Connections::Changed> Connections::keep(model::Connection connection, Happened happened) {
  const std::string key = key_of(connection);
  std::string sealed;
  if (connection.authorization) {
    sealed = crypto::seal(key_, model::encode(*connection.authorization), key);
  }
  store::Batch batch;
  batch.put(Table::Resource, key, model::encode(connection, sealed));
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  auto kept = std::make_shared<const model::Connection>(std::move(connection));
  const SharedConnection before = connections_.find(kept->scope(), kept->name);
  connections_.put(kept);
  log::info("connection.state",
            {{"connection", kept->arn()}, {"state", model::to_text(kept->state)}});
  tell(before, kept, happened);
  co_return kept;
}

void Connections::tell(const SharedConnection& before, const SharedConnection& after,
                       const Happened& happened) const {
  const model::Connection& connection = after ? *after : *before;
  if (notify_) {
    for (const std::string_view what : happened) {
      notify_(make_notice(what, connection, services_.clock.now()));
    }
  }
  if (activity_ && is_active(before) != is_active(after)) activity_(connection, is_active(after));
}

Task<Connections::Changed> Connections::create(model::Connection connection) {
  co_await turn_.take();
  auto outcome = co_await create_in_turn(std::move(connection));
  turn_.pass();
  co_return outcome;
}

Task<Connections::Changed> Connections::create_in_turn(model::Connection connection) {
  if (connections_.find(connection.scope(), connection.name)) {
    co_return fail(Code::AlreadyExists, "Connection " + connection.name + " already exists.");
  }
  if (connections_.count(connection.scope()) >= services_.count_max) {
    co_return fail(Code::LimitExceeded,
                   "The requested resource exceeds the maximum number allowed.");
  }
  RIALTO_CO_TRY_VOID(check(connection));
  connection.id = services_.ids.uuid();
  // Secrets Manager ends its ARNs with six random characters.
  connection.secret_id = services_.ids.uuid() + "-" + services_.ids.uuid().substr(0, 6);
  begin(connection);
  connection.created_at = connection.modified_at;
  const std::string_view next = next_step(connection);
  RIALTO_CO_TRY(auto made,
                co_await keep(std::move(connection), {happened::kCreationStarted, next}));
  authorize(made);
  co_return made;
}

Task<Connections::Changed> Connections::update(model::Scope scope, std::string name,
                                               ConnectionChange change) {
  co_await turn_.take();
  auto outcome = co_await update_in_turn(std::move(scope), std::move(name), std::move(change));
  turn_.pass();
  co_return outcome;
}

Task<Connections::Changed> Connections::update_in_turn(model::Scope scope, std::string name,
                                                       ConnectionChange change) {
  RIALTO_CO_TRY(const auto before, get(scope, name));
  model::Connection connection = *before;
  if (change.description) connection.description = std::move(change.description);
  const bool has_new_type = change.type && *change.type != connection.type;
  if (has_new_type) {
    connection.type = *change.type;
    connection.authorization =
        start_over(connection.authorization.value_or(model::Authorization{}));
  }
  if (change.authorization) {
    if (!connection.authorization) connection.authorization.emplace();
    apply(*std::move(change.authorization), *connection.authorization);
  }
  // What changes nothing about a connection that works is no reason to fetch another token.
  const bool is_as_before = connection.type == before->type &&
                            connection.authorization == before->authorization &&
                            connection.state != ConnectionState::Deauthorized;
  if (is_as_before || (!connection.authorization && !has_new_type)) {
    connection.modified_at = services_.clock.now();
    co_return co_await keep(std::move(connection), {happened::kUpdateStarted});
  }
  RIALTO_CO_TRY_VOID(check(connection));
  begin(connection);
  const std::string_view next = next_step(connection);
  RIALTO_CO_TRY(auto changed,
                co_await keep(std::move(connection), {happened::kUpdateStarted, next}));
  tokens_.drop(changed->arn());
  authorize(changed);
  co_return changed;
}

Task<Connections::Changed> Connections::deauthorize(model::Scope scope, std::string name) {
  co_await turn_.take();
  auto outcome = co_await deauthorize_in_turn(std::move(scope), std::move(name));
  turn_.pass();
  co_return outcome;
}

Task<Connections::Changed> Connections::deauthorize_in_turn(model::Scope scope, std::string name) {
  RIALTO_CO_TRY(const auto before, get(scope, name));
  model::Connection connection = *before;
  connection.authorization.reset();
  connection.state = ConnectionState::Deauthorized;
  connection.state_reason.reset();
  connection.modified_at = services_.clock.now();
  RIALTO_CO_TRY(auto changed,
                co_await keep(std::move(connection),
                              {happened::kDeauthorizationStarted, happened::kDeauthorized}));
  tokens_.drop(changed->arn());
  co_return changed;
}

Task<Connections::Changed> Connections::remove(model::Scope scope, std::string name) {
  co_await turn_.take();
  auto outcome = co_await remove_in_turn(std::move(scope), std::move(name));
  turn_.pass();
  co_return outcome;
}

Task<Connections::Changed> Connections::remove_in_turn(model::Scope scope, std::string name) {
  RIALTO_CO_TRY(auto before, get(scope, name));
  store::Batch batch;
  batch.erase(Table::Resource, key_of(*before));
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  connections_.erase(scope, name);
  tokens_.drop(before->arn());
  tell(before, nullptr, {happened::kDeletionStarted});
  co_return before;
}

Result<SharedConnection> Connections::get(const model::Scope& scope, std::string_view name) const {
  if (auto found = connections_.find(scope, name)) return found;
  return no_such_connection(name);
}

SharedConnection Connections::find(const model::ConnectionRef& ref) const {
  auto found = connections_.find(ref.scope, ref.name);
  return found && found->id == ref.id ? found : nullptr;
}

// Every path to a token server goes through the connection's turn.
void Connections::authorize(SharedConnection connection) {
  if (connection->state != ConnectionState::Authorizing || is_stopping_) return;
  tasks_.spawn(services_.loop, "connection.authorize", fetch_first(std::move(connection)));
}

Task<> Connections::fetch_first(SharedConnection connection) {
  const auto turn = tokens_.turn(connection->arn());
  co_await turn->take();
  (void)co_await fetch(std::move(connection));
  turn->pass();
}

Task<Result<Token>> Connections::fetch(SharedConnection connection) {
  const http::Call call = token_call(*connection->authorization);
  auto answer = co_await services_.sender.send(call);
  // A call that was given up says nothing of the connection.
  if (is_stopping_ || (!answer.ok() && answer.error().code == Code::Cancelled)) {
    co_return fail(Code::Unavailable, "The server is stopping.", "INTERNAL_ERROR");
  }
  Result<Token> token = answer.ok() ? read_token(*answer, services_.clock.now())
                                    : Result<Token>(no_token(answer.error().message));
  co_await turn_.take();
  co_await settle_in_turn(connection, token);
  turn_.pass();
  co_return token;
}

// What came of a fetch counts for the connection as it was when the fetch began, and no other.
Task<> Connections::settle_in_turn(SharedConnection before, Result<Token> token) {
  const auto now = find(ref_of(*before));
  if (!now || now->authorization != before->authorization || now->type != before->type) co_return;
  if (token.ok()) tokens_.keep(now->arn(), std::move(token).value());
  if (token.ok() && now->state == ConnectionState::Authorized) co_return;
  model::Connection connection = *now;
  if (token.ok()) {
    connection.state = ConnectionState::Authorized;
    connection.state_reason.reset();
    connection.authorized_at = services_.clock.now();
  } else {
    connection.state = ConnectionState::Deauthorized;
    connection.state_reason = token.error().message.substr(0, kReasonBytesMax);
  }
  const std::string_view what = token.ok() ? happened::kAuthorized : happened::kDeauthorized;
  const auto kept = co_await keep(std::move(connection), {what});
  if (!kept.ok()) {
    log::error("connection.not_stored",
               {{"connection", now->arn()}, {"error", kept.error().message}});
  }
}

Task<Result<Access>> Connections::access(model::ConnectionRef ref) {
  auto connection = find(ref);
  if (!connection) co_return gone(ref);
  if (connection->state != ConnectionState::Authorized) co_return not_authorized(*connection);
  std::string text;
  if (connection->type == AuthorizationType::OAuth) {
    RIALTO_CO_TRY(Token token, co_await token_of(ref));
    text = std::move(token.text);
    // It may be another one by now.
    connection = find(ref);
    if (!connection) co_return gone(ref);
    if (connection->state != ConnectionState::Authorized) co_return not_authorized(*connection);
  }
  http::Header header = proof(*connection, text);
  co_return Access{std::move(connection), std::move(header), std::move(text)};
}

Task<Result<Token>> Connections::token_of(model::ConnectionRef ref) {
  const std::string arn = ref.arn();
  if (auto token = tokens_.find(arn, services_.clock.now())) co_return *std::move(token);
  const auto turn = tokens_.turn(arn);
  co_await turn->take();
  auto token = co_await fetch_in_turn(std::move(ref));
  turn->pass();
  co_return token;
}

Task<Result<Token>> Connections::fetch_in_turn(model::ConnectionRef ref) {
  // Whoever had the turn before may have fetched one, or found out that there is none.
  auto connection = find(ref);
  if (!connection) co_return gone(ref);
  if (auto token = tokens_.find(connection->arn(), services_.clock.now())) {
    co_return *std::move(token);
  }
  if (connection->state != ConnectionState::Authorized) co_return not_authorized(*connection);
  co_return co_await fetch(std::move(connection));
}

void Connections::reject(const Access& access) {
  if (!access.token.empty()) tokens_.reject(access.connection->arn(), access.token);
}

Task<Result<>> Connections::reset() {
  co_await turn_.take();
  store::Batch batch;
  const store::Range all = stored_connections();
  batch.erase_range(Table::Resource, all.from, all.to);
  const Result<> outcome = co_await services_.store.commit(std::move(batch));
  if (outcome.ok()) {
    connections_.clear();
    tokens_.clear();
  }
  turn_.pass();
  co_return outcome;
}

}  // namespace rialto::connection
