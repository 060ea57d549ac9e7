#include "connection/api_destinations.h"

#include "store/keys.h"

namespace rialto::connection {
namespace {

using store::Table;

std::string key_of(const model::ApiDestination& destination) {
  return store::api_destination_key(destination.scope(), destination.name);
}

store::Range stored_destinations() {
  return store::prefix_range(store::resource_prefix(store::ResourceKind::ApiDestination));
}

}  // namespace

Error no_such_api_destination(std::string_view destination) {
  return fail(Code::NotFound, "Failed to describe the api-destination(s). An api-destination '" +
                                  std::string(destination) + "' does not exist.");
}

Result<> ApiDestinations::load() {
  Result<> outcome;
  RIALTO_TRY_VOID(services_.store.scan(
      Table::Resource, stored_destinations(), [&](std::string_view, std::string_view value) {
        auto destination = model::decode_api_destination(value);
        if (destination.ok()) {
          destinations_.put(
              std::make_shared<const model::ApiDestination>(std::move(destination).value()));
        } else {
          outcome = destination.error();
        }
        return outcome.ok();
      }));
  return outcome;
}

Result<> ApiDestinations::check(const model::ApiDestination& destination) const {
  if (!is_acceptable(destination.endpoint, services_.plain_endpoints)) {
    return fail(Code::InvalidArgument,
                "Parameter InvocationEndpoint is not valid. Reason: Endpoint '" +
                    destination.endpoint + "' is not valid");
  }
  const model::ConnectionRef& ref = destination.connection;
  if (ref.scope != destination.scope()) {
    return fail(Code::InvalidArgument, "Invalid ARN: '" + ref.arn() + "'");
  }
  // AWS's text is unverified.
  if (!services_.connections.find(ref)) {
    return fail(Code::NotFound, "Connection '" + ref.arn() + "' does not exist.");
  }
  return {};
}

Task<Result<SharedDestination>> ApiDestinations::keep(model::ApiDestination destination) {
  store::Batch batch;
  batch.put(Table::Resource, key_of(destination), model::encode(destination));
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  auto kept = std::make_shared<const model::ApiDestination>(std::move(destination));
  const auto before = destinations_.find(kept->scope(), kept->name);
  destinations_.put(kept);
  const bool was_active = before && is_active(*before);
  if (was_active != is_active(*kept)) tell(*kept, !was_active);
  co_return kept;
}

void ApiDestinations::tell(const model::ApiDestination& destination, bool is_active) const {
  if (!notify_) return;
  const std::string_view what =
      is_active ? happened::kDestinationActivated : happened::kDestinationDeactivated;
  notify_(make_notice(what, destination, services_.clock.now()));
}

void ApiDestinations::connection_turned(const model::Connection& connection, bool is_active) const {
  for (const SharedDestination& destination : destinations_.list(connection.scope())) {
    const model::ConnectionRef& ref = destination->connection;
    if (ref.name == connection.name && ref.id == connection.id) tell(*destination, is_active);
  }
}

Task<Result<SharedDestination>> ApiDestinations::create(model::ApiDestination destination) {
  co_await turn_.take();
  auto outcome = co_await create_in_turn(std::move(destination));
  turn_.pass();
  co_return outcome;
}

Task<Result<SharedDestination>> ApiDestinations::create_in_turn(model::ApiDestination destination) {
  if (destinations_.find(destination.scope(), destination.name)) {
    co_return fail(Code::AlreadyExists,
                   "An api-destination '" + destination.name + "' already exists.");
  }
  if (destinations_.count(destination.scope()) >= services_.count_max) {
    co_return fail(Code::LimitExceeded,
                   "The requested resource exceeds the maximum number allowed.");
  }
  RIALTO_CO_TRY_VOID(check(destination));
  destination.id = services_.ids.uuid();
  destination.created_at = services_.clock.now();
  destination.modified_at = destination.created_at;
  co_return co_await keep(std::move(destination));
}

Task<Result<SharedDestination>> ApiDestinations::update(model::Scope scope, std::string name,
                                                        ApiDestinationChange change) {
  co_await turn_.take();
  auto outcome = co_await update_in_turn(std::move(scope), std::move(name), std::move(change));
  turn_.pass();
  co_return outcome;
}

Task<Result<SharedDestination>> ApiDestinations::update_in_turn(model::Scope scope,
                                                                std::string name,
                                                                ApiDestinationChange change) {
  RIALTO_CO_TRY(const auto before, get(scope, name));
  model::ApiDestination destination = *before;
  if (change.description) destination.description = std::move(change.description);
  if (change.endpoint) destination.endpoint = *std::move(change.endpoint);
  if (change.http_method) destination.http_method = *std::move(change.http_method);
  if (change.rate) destination.rate = *change.rate;
  const bool is_checked = change.connection || change.endpoint;
  if (change.connection) destination.connection = *std::move(change.connection);
  // A destination whose connection is gone may still be described anew.
  if (is_checked) RIALTO_CO_TRY_VOID(check(destination));
  destination.modified_at = services_.clock.now();
  co_return co_await keep(std::move(destination));
}

Task<Result<>> ApiDestinations::remove(model::Scope scope, std::string name) {
  co_await turn_.take();
  auto outcome = co_await remove_in_turn(std::move(scope), std::move(name));
  turn_.pass();
  co_return outcome;
}

Task<Result<>> ApiDestinations::remove_in_turn(model::Scope scope, std::string name) {
  RIALTO_CO_TRY(const auto before, get(scope, name));
  store::Batch batch;
  batch.erase(Table::Resource, key_of(*before));
  RIALTO_CO_TRY_VOID(co_await services_.store.commit(std::move(batch)));
  destinations_.erase(scope, name);
  co_return Result<>();
}

Result<SharedDestination> ApiDestinations::get(const model::Scope& scope,
                                               std::string_view name) const {
  if (auto found = destinations_.find(scope, name)) return found;
  return no_such_api_destination(name);
}

SharedDestination ApiDestinations::find(const model::ApiDestinationRef& ref) const {
  auto found = destinations_.find(ref.scope, ref.name);
  return found && found->id == ref.id ? found : nullptr;
}

bool ApiDestinations::is_active(const model::ApiDestination& destination) const {
  const auto connection = services_.connections.find(destination.connection);
  return connection && connection->state == model::ConnectionState::Authorized;
}

Task<Result<>> ApiDestinations::reset() {
  co_await turn_.take();
  store::Batch batch;
  const store::Range all = stored_destinations();
  batch.erase_range(Table::Resource, all.from, all.to);
  const Result<> outcome = co_await services_.store.commit(std::move(batch));
  if (outcome.ok()) destinations_.clear();
  turn_.pass();
  co_return outcome;
}

}  // namespace rialto::connection
