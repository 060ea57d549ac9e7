// Partner event sources: a partner makes one for a customer's account, who takes what it sends by
// making a bus of its name (docs/spec/03 §3). Any account may be a partner.
//
// Changes go one at a time; each is durable before anybody sees it, together with the bus where
// that changes, too. Safe to call from any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/snapshot.h"
#include "bus/catalog.h"
#include "model/event_source.h"
#include "net/task.h"
#include "net/turn.h"
#include "store/store.h"

namespace rialto::partner {

using SharedSource = std::shared_ptr<const model::EventSource>;

// AWS's text.
Error no_such_event_source(std::string_view source);

class EventSources {
 public:
  struct Services {
    store::Store& store;
    bus::Catalog& catalog;
    const Clock& clock;
    std::size_t count_max = 100;  // of a customer's scope (unverified at AWS)
  };
  explicit EventSources(Services services);

  // Reads everything from the store. Once, after the catalog and before anything else.
  Result<> load();

  // The partner's side. Makes the source, pending and with times of its own. Errors: AlreadyExists,
  // LimitExceeded.
  Task<Result<SharedSource>> create(model::EventSource source);
  // A customer whose bus matches it keeps the source as deleted. That there is none is no error.
  Task<Result<>> remove(model::EventSource source);
  // Of one partner in one Region, by name and customer.
  std::vector<SharedSource> list_made(const model::Scope& partner) const;
  // Those of one name, by customer.
  std::vector<SharedSource> list_made(const model::Scope& partner, std::string_view name) const;

  // The customer's side. Error: NotFound.
  Result<SharedSource> get(const model::Scope& scope, std::string_view name) const;
  // By name.
  std::vector<SharedSource> list(const model::Scope& scope) const;
  // Errors: NotFound; Conflict, for a source that is not in a state for it.
  Task<Result<>> activate(model::Scope scope, std::string name);
  Task<Result<>> deactivate(model::Scope scope, std::string name);
  // Makes the source's bus by `plan`, and the source active. Errors: NotFound; Conflict, for a
  // source that is deleted; what the plan says.
  Task<Result<>> match(model::BusRef bus, bus::Catalog::Plan plan);
  // Removes the bus by `plan`; its source, if it has one, is pending again or, once deleted, gone.
  Task<Result<>> unmatch(model::BusRef bus, bus::Catalog::Plan plan);

  // Removes every source of every account; their buses are the catalog's to remove.
  Task<Result<>> reset();

 private:
  // Region, name, customer.
  using Key = std::tuple<std::string, std::string, std::string>;
  using Index = std::map<Key, SharedSource>;

  static Key key_of(const model::EventSource& source);
  // nullptr when there is none, or none any more.
  SharedSource find(const model::Scope& scope, std::string_view name) const;
  Task<Result<SharedSource>> create_in_turn(model::EventSource source);
  Task<Result<>> remove_in_turn(model::EventSource source);
  Task<Result<>> switch_in_turn(model::Scope scope, std::string name, model::EventSourceState to);
  Task<Result<>> match_in_turn(model::BusRef bus, bus::Catalog::Plan plan);
  Task<Result<>> unmatch_in_turn(model::BusRef bus, bus::Catalog::Plan plan);
  Task<Result<>> reset_in_turn();
  Task<Result<>> keep(model::EventSource source);
  Task<Result<>> drop(SharedSource source);
  void show(SharedSource source);
  void hide(const model::EventSource& source);

  Services services_;
  net::Turn turn_;
  Snapshot<Index> sources_;
};

}  // namespace rialto::partner
