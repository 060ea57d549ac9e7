// Connections: what API destinations authorize themselves with (docs/spec/05 §1 and §2).
//
// Secrets are sealed before they are stored, with the record's own key bound to them, and leave
// this class only as what a request must carry. OAuth tokens are fetched when they are needed, and
// are never stored.
//
// Changes go one at a time; each is durable before anybody sees it. Safe to call from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/crypto/seal.h"
#include "base/ids.h"
#include "base/result.h"
#include "connection/endpoint.h"
#include "connection/notice.h"
#include "connection/shelf.h"
#include "connection/tokens.h"
#include "http/sender.h"
#include "model/connection.h"
#include "net/task.h"
#include "net/task_group.h"
#include "net/turn.h"
#include "store/store.h"

namespace rialto::connection {

using SharedConnection = std::shared_ptr<const model::Connection>;

// AWS's text, of whatever operation (only that of Describe is known).
Error no_such_connection(std::string_view connection);

// What a request to the endpoint of an API destination must carry.
struct Access {
  SharedConnection connection;
  http::Header header;  // the proof
  std::string token;    // of OAuth: for `reject`
  // Never nullptr where there is a connection to speak of.
  const model::Authorization& authorization() const { return *connection->authorization; }
};

// What UpdateConnection may change. Within `authorization`, an absent member stays as it was.
struct AuthorizationChange {
  std::optional<std::string> name{};
  std::optional<std::string> secret{};
  std::optional<std::string> endpoint{};
  std::optional<std::string> http_method{};
  std::optional<model::ConnectionParameters> token_parameters{};
  std::optional<model::ConnectionParameters> invocation_parameters{};
};
struct ConnectionChange {
  std::optional<std::string> description{};
  std::optional<model::AuthorizationType> type{};
  std::optional<AuthorizationChange> authorization{};
};

class Connections {
 public:
  struct Services {
    net::Executor loop;  // that first tokens are fetched on
    store::Store& store;
    const Clock& clock;
    Ids& ids;
    http::Sender& sender;
    PlainHttp plain_token_servers = PlainHttp::Refused;
    std::size_t count_max = 3'000;  // of a scope (docs/spec/10 §3)
  };
  explicit Connections(Services services) : services_(services) {}
  // Requires that `stop` was called, if `start` was, or a connection was made.
  ~Connections() = default;

  // Whether anything is stored that only the key it was sealed with can open.
  static Result<bool> has_secrets(const store::Store& store);

  // Reads everything from the store. Once, before anything else. Error: AccessDenied for a key that
  // is not the one the secrets were sealed with.
  Result<> load(const crypto::SecretKey& key);
  // Goes on with what an earlier process was about to authorize.
  void start();
  // Ends fetching; no connection changes its state for that. Blocks; not from a loop.
  void stop();

  // Makes the connection, with ids and times of its own. Errors: AlreadyExists; LimitExceeded;
  // InvalidArgument for what its type needs and is not there.
  Task<Result<SharedConnection>> create(model::Connection connection);
  Task<Result<SharedConnection>> update(model::Scope scope, std::string name,
                                        ConnectionChange change);
  // Takes everything secret from it.
  Task<Result<SharedConnection>> deauthorize(model::Scope scope, std::string name);
  // Answers what was removed.
  Task<Result<SharedConnection>> remove(model::Scope scope, std::string name);

  // Error: NotFound.
  Result<SharedConnection> get(const model::Scope& scope, std::string_view name) const;
  // The very connection that an ARN names; nullptr when it is gone, whoever has its name now.
  SharedConnection find(const model::ConnectionRef& ref) const;
  // By name.
  std::vector<SharedConnection> list(const model::Scope& scope) const {
    return connections_.list(scope);
  }

  // What proves that we may call. Fetches a token if there is none that is good for a minute more;
  // a token server that gives none deauthorizes the connection. Errors: AccessDenied; Unavailable
  // while it is being authorized. Their `reason` is an ERROR_CODE (docs/spec/02 §5).
  Task<Result<Access>> access(model::ConnectionRef ref);
  // The endpoint did not want this token: the next access has another one.
  void reject(const Access& access);

  // Before anything changes. `notify` is told what happens to connections, and `activity` whose
  // connections may call from now on, or may not any more.
  using Activity = std::function<void(const model::Connection&, bool is_active)>;
  void observe(Notify notify, Activity activity) {
    notify_ = std::move(notify);
    activity_ = std::move(activity);
  }

  // Removes every connection of every scope.
  Task<Result<>> reset();

 private:
  using Changed = Result<SharedConnection>;

  Task<Changed> create_in_turn(model::Connection connection);
  Task<Changed> update_in_turn(model::Scope scope, std::string name, ConnectionChange change);
  Task<Changed> deauthorize_in_turn(model::Scope scope, std::string name);
  Task<Changed> remove_in_turn(model::Scope scope, std::string name);
  Task<> settle_in_turn(SharedConnection before, Result<Token> token);

  Result<> check(const model::Connection& connection) const;
  using Happened = std::vector<std::string_view>;  // in order
  Task<Changed> keep(model::Connection connection, Happened happened);
  void begin(model::Connection& connection);
  void authorize(SharedConnection connection);
  Task<> fetch_first(SharedConnection connection);
  Task<Result<Token>> fetch(SharedConnection connection);
  Task<Result<Token>> fetch_in_turn(model::ConnectionRef ref);
  Task<Result<Token>> token_of(model::ConnectionRef ref);
  void tell(const SharedConnection& before, const SharedConnection& after,
            const Happened& happened) const;

  Services services_;
  crypto::SecretKey key_;
  net::Turn turn_;
  Shelf<model::Connection> connections_;
  Tokens tokens_;
  Notify notify_;
  Activity activity_;
  std::atomic<bool> is_stopping_{false};
  net::TaskGroup tasks_;
};

}  // namespace rialto::connection
