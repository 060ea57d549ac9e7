// API destinations: HTTP endpoints that rules call through a connection (docs/spec/05 §3).
//
// A destination's state is its connection's and is not kept. Changes go one at a time; each is
// durable before anybody sees it. Safe to call from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "connection/connections.h"
#include "connection/endpoint.h"
#include "connection/shelf.h"
#include "model/api_destination.h"
#include "net/task.h"
#include "net/turn.h"
#include "store/store.h"

namespace rialto::connection {

using SharedDestination = std::shared_ptr<const model::ApiDestination>;

// AWS's text, of whatever operation (only that of Describe is known).
Error no_such_api_destination(std::string_view destination);

struct ApiDestinationChange {
  std::optional<std::string> description{};
  std::optional<model::ConnectionRef> connection{};
  std::optional<std::string> endpoint{};
  std::optional<std::string> http_method{};
  std::optional<std::int64_t> rate{};
};

class ApiDestinations {
 public:
  struct Services {
    store::Store& store;
    const Clock& clock;
    Ids& ids;
    const Connections& connections;
    PlainHttp plain_endpoints = PlainHttp::Refused;
    std::size_t count_max = 3'000;  // of a scope (docs/spec/10 §3)
  };
  explicit ApiDestinations(Services services) : services_(services) {}

  // Reads everything from the store. Once, before anything else.
  Result<> load();

  // Makes the destination, with an id and times of its own. Errors: AlreadyExists; LimitExceeded;
  // NotFound for its connection; InvalidArgument for its endpoint, and for a connection elsewhere.
  Task<Result<SharedDestination>> create(model::ApiDestination destination);
  Task<Result<SharedDestination>> update(model::Scope scope, std::string name,
                                         ApiDestinationChange change);
  Task<Result<>> remove(model::Scope scope, std::string name);

  // Error: NotFound.
  Result<SharedDestination> get(const model::Scope& scope, std::string_view name) const;
  // The very destination that an ARN names; nullptr when it is gone, whoever has its name now.
  SharedDestination find(const model::ApiDestinationRef& ref) const;
  // By name.
  std::vector<SharedDestination> list(const model::Scope& scope) const {
    return destinations_.list(scope);
  }
  // Before anything changes: who is told what happens to destinations.
  void observe(Notify notify) { notify_ = std::move(notify); }
  // What a connection may do, its destinations may.
  void connection_turned(const model::Connection& connection, bool is_active) const;
  // Whether its connection lets it call.
  bool is_active(const model::ApiDestination& destination) const;

  // Removes every destination of every scope.
  Task<Result<>> reset();

 private:
  Task<Result<SharedDestination>> create_in_turn(model::ApiDestination destination);
  Task<Result<SharedDestination>> update_in_turn(model::Scope scope, std::string name,
                                                 ApiDestinationChange change);
  Task<Result<>> remove_in_turn(model::Scope scope, std::string name);
  Result<> check(const model::ApiDestination& destination) const;
  Task<Result<SharedDestination>> keep(model::ApiDestination destination);
  void tell(const model::ApiDestination& destination, bool is_active) const;

  Services services_;
  net::Turn turn_;
  Shelf<model::ApiDestination> destinations_;
  Notify notify_;
};

}  // namespace rialto::connection
