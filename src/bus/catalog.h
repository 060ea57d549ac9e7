// The catalog: every bus with its rules and targets, compiled, as an immutable snapshot.
//
// The hot path reads a snapshot and takes no lock that a change can hold. Changes go one at a time:
// planned against the current state, made durable, then published, so that what a reader sees is
// always stored.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/snapshot.h"
#include "bus/matcher.h"
#include "bus/metrics.h"
#include "bus/sequence.h"
#include "bus/tally.h"
#include "cron/expression.h"
#include "delivery/destination.h"
#include "json/path.h"
#include "model/arn.h"
#include "model/bus.h"
#include "net/turn.h"
#include "policy/policy.h"
#include "ruler/pattern.h"
#include "store/keys.h"
#include "store/store.h"
#include "targets/check.h"
#include "targets/endpoints.h"
#include "transform/transform.h"

namespace rialto::bus {

// A rule's target, ready to be used: one route of the bus.
struct Route {
  targets::Kind kind;
  model::Arn arn;
  transform::Transform transform;
  std::shared_ptr<const delivery::Destination> destination;
  // MessageGroupId: a text, or the path of one in the event.
  std::string group;
  std::optional<json::Path> group_path;
};

struct RuleState {
  model::Rule rule;
  std::string arn;
  std::shared_ptr<const ruler::Pattern> pattern;  // nullptr: only a schedule
  std::optional<cron::Expression> schedule;
  std::vector<Route> routes;
};

struct BusState {
  model::Bus bus;
  model::BusRef ref;
  Rules rules;
  std::shared_ptr<const policy::Policy> policy;  // nullptr: none; that of `bus`, ready to be asked
  Matcher matcher;                               // derived from `rules` when the bus is published
  // Of the archives that its rules feed; derived, too.
  std::map<store::ArchiveId, std::shared_ptr<Tally>> tallies;
  // Shared by all snapshots of the bus.
  std::shared_ptr<SequenceSource> sequences;
  std::shared_ptr<BusMetrics> metrics = std::make_shared<BusMetrics>();
};

struct CatalogState {
  // By region, account and name, in the order of ListEventBuses within a scope.
  std::map<std::string, std::shared_ptr<const BusState>, std::less<>> buses;

  std::shared_ptr<const BusState> find(const model::BusRef& ref) const;
  // As `find`; else NotFound with AWS's text (docs/spec/03 §1).
  Result<std::shared_ptr<const BusState>> get(const model::BusRef& ref) const;
  // Every bus of one scope, by name.
  std::vector<std::shared_ptr<const BusState>> list(const model::Scope& scope) const;
};

// AWS's texts.
Error no_such_bus(std::string_view bus);
Error no_such_rule(std::string_view rule, std::string_view bus);
Error over_limit();

// Compiles a rule for its bus; a target is checked only as far as that needs, for PutTargets did
// the rest. Errors: what PutRule and PutTargets answer. Who has a catalog asks that, which knows
// the endpoints.
Result<std::shared_ptr<const RuleState>> compile_rule(model::Rule rule, const model::BusRef& bus,
                                                      const targets::Endpoints& endpoints = {});

// One change of one bus: what it becomes (nothing: it is deleted) and what must be stored for it.
struct BusChange {
  std::shared_ptr<BusState> bus;
  store::Batch batch;
  bool is_of_schedule = false;  // whether a rule that it puts has a schedule
};

// The changes there are, each with the record it stores or erases.
BusChange with_bus(const BusState& bus, model::Bus changed);
// Error: InvalidArgument, for what is no policy.
Result<BusChange> with_policy(const BusState& bus, std::optional<std::string> policy);
BusChange without_bus(const BusState& bus);
BusChange with_rule(const BusState& bus, std::shared_ptr<const RuleState> rule);
BusChange without_rule(const BusState& bus, std::string_view rule);
BusChange unchanged(const BusState& bus);

// Safe to call from any thread.
class Catalog {
 public:
  // `match_seed`: see ruler::RuleSet.
  Catalog(store::Store& store, const Clock& clock, std::uint64_t match_seed = 0,
          targets::Endpoints endpoints = {});

  // Reads everything from the store. Once, before anything else.
  Result<> load();

  // `listener` is called when a rule with a schedule was put, after it was published; it must be
  // quick. Once, before changes begin.
  void on_schedule_put(std::function<void()> listener) { on_schedule_put_ = std::move(listener); }

  std::shared_ptr<const CatalogState> state() const { return state_.get(); }

  // What each archive holds; archives themselves are kept by archive, which is above.
  Tallies& tallies() { return tallies_; }

  // The bus, which for `default` is made on first use (docs/spec/03 §1).
  Task<Result<std::shared_ptr<const BusState>>> use(model::BusRef ref);

  // Plans with the current bus, or nullptr when there is none; makes the plan durable; publishes
  // it.
  using Plan = std::function<Result<BusChange>(const CatalogState& state, const BusState* bus)>;
  Task<Result<>> change(model::BusRef ref, Plan plan);

  Result<std::shared_ptr<const RuleState>> compile(model::Rule rule,
                                                   const model::BusRef& bus) const {
    return compile_rule(std::move(rule), bus, endpoints_);
  }
  const targets::Endpoints& endpoints() const { return endpoints_; }

  // A bus that is new: with an id of its own, and its record in the change's batch.
  BusChange make_bus(model::Bus bus);

  // Whether a rule of any bus gives the queue of this ARN what it cannot deliver.
  bool is_dead_letter_queue(std::string_view arn) const;

  // Removes every bus of every scope, with its rules.
  Task<Result<>> reset();

 private:
  Task<Result<>> change_in_turn(model::BusRef ref, Plan plan);
  void publish(const model::BusRef& ref, std::shared_ptr<BusState> bus);
  // What a bus has beside its rules, from them.
  void derive(BusState& bus);

  store::Store& store_;
  const Clock& clock_;
  Snapshot<CatalogState> state_;
  std::function<void()> on_schedule_put_ = [] {};
  Tallies tallies_;
  net::Turn turn_;
  // These are for whoever has the turn.
  store::BusId last_bus_id_ = 0;
  std::uint64_t match_seed_;
  const targets::Endpoints endpoints_;
  std::map<store::BusId, MatcherBuilder> matchers_;
};

}  // namespace rialto::bus
