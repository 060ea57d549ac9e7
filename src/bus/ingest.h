// Ingest: from entries to events, and from events to what they owe.
//
// An accepted event is written together with everything that it leads to: messages in built-in
// queues, dead letters, and deliveries that are still owed. One batch, one commit; only then is the
// producer answered. An event that matches nothing is counted and costs no write.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/memory_budget.h"
#include "bus/catalog.h"
#include "bus/metrics.h"
#include "bus/permission.h"
#include "bus/rates.h"
#include "bus/router.h"
#include "delivery/engine.h"
#include "model/event.h"
#include "queue/queues.h"
#include "store/store.h"
#include "targets/target_type.h"
#include "watch/watch.h"

namespace rialto::bus {

// One item of a PutEvents call, before it is accepted (docs/spec/01 §2). Absent and empty are the
// same where a text is required.
struct Entry {
  std::string source;
  std::string detail_type;
  std::string detail;
  std::vector<std::string> resources;
  std::optional<TimePoint> time;
  std::optional<std::string> bus;  // name or ARN
  std::string trace_header;

  // What counts against the limit on the sum of a call's entries.
  std::size_t size_bytes() const;
};

// What a partner sends, and the buses that it is for, or why there is none.
struct PartnerEntry {
  Entry entry;
  Result<std::vector<model::BusRef>> buses;
};

// An event id; or why the entry was not accepted: `reason` is the ErrorCode of docs/spec/01 §2.
using EntryOutcome = Result<std::string>;

// Events that are put on their bus a second time (docs/spec/04 §2).
struct ReplayedEvents {
  struct One {
    std::string text;  // the envelope as it was accepted
    std::uint8_t hops = 0;
  };
  model::BusRef bus;
  std::string replay;
  std::set<std::string, std::less<>> rule_arns;  // who may see them; empty: all rules
  std::vector<One> events;
};

// Safe to call from any thread.
class Ingest final : public targets::BusPort {
 public:
  struct Services {
    store::Store& store;
    Catalog& catalog;
    queue::Queues& queues;
    delivery::Engine& deliveries;
    const Clock& clock;
    Ids& ids;
    Metrics& metrics;
    delivery::Metrics& delivery_metrics;
    watch::Watch* watch = nullptr;         // maybe none
    const MemoryBudget* memory = nullptr;  // maybe none
    RateLimits rates{};
  };

  explicit Ingest(Services services);

  // One outcome per entry, in order; one bad entry does not fail the others. Everything that was
  // accepted is durable when this answers.
  Task<std::vector<EntryOutcome>> put_events(Asker caller, std::vector<Entry> entries);

  // As put_events. An event goes to each of the entry's buses, with one id for all; an entry that
  // one of them refuses may have come to others, and comes again when its partner tries again.
  Task<std::vector<EntryOutcome>> put_partner_events(std::vector<PartnerEntry> entries);

  // Whole envelopes, `aws.*` sources included; members that are missing are filled in. All of them
  // or none. Errors: InvalidArgument names the envelope; NotFound for the bus; Throttled;
  // Unavailable.
  Task<Result<std::size_t>> put_envelopes(model::BusRef bus, std::vector<json::Value> envelopes);

  // One event of our own making that is meant for one rule, whatever the rule's pattern says.
  struct ForRule {
    std::shared_ptr<const BusState> bus;
    std::shared_ptr<const RuleState> rule;
    model::Event event;
    store::Batch with;  // durable when, and only when, what the event leads to is
  };
  // Errors: Throttled, Unavailable, Cancelled; then nothing has happened.
  Task<Result<>> send(ForRule what);

  // Puts as many of `count` events as there is room for, from number `from` on, and answers how
  // many: none when the memory budget is spent. `keep` is called with that number, to
  // add to the batch what must be stored with them. Errors: NotFound for the bus; Unavailable, and
  // then nothing was put; Corruption for what is no envelope.
  using Keep = std::function<void(store::Batch& batch, std::size_t count)>;
  Task<Result<std::size_t>> replay(std::shared_ptr<const ReplayedEvents> replayed, std::size_t from,
                                   std::size_t count, Keep keep);

  Task<Result<>> forward(model::BusRef bus, std::shared_ptr<const model::Event> event,
                         targets::Forwarder by) override;

 private:
  Result<model::Event> accept_entry(const model::Scope& scope, Entry entry, std::string id) const;
  Result<> put_entry(const CatalogState& state, const Asker& caller, Entry entry,
                     const std::string& id, Plan& plan);
  Result<> put_partner_entry(const CatalogState& state, const PartnerEntry& given,
                             const std::string& id, Plan& plan);
  // `bus` is nullptr for one that is not there.
  Result<> route_entry(const model::BusRef& ref, const BusState* bus, model::Event event,
                       Plan& plan);
  // What the entries of one call have come to, once all of them are routed.
  Task<std::vector<EntryOutcome>> conclude(Plan plan, std::vector<EntryOutcome> outcomes);
  Result<> route_again(const BusState& bus, const ReplayedEvents& replayed,
                       const ReplayedEvents::One& one, Plan& plan);
  Result<> check_room() const;
  Task<Result<>> commit(Plan plan);
  void count(const Plan& plan);
  // Lets go of what a plan that is not committed has taken.
  void abandon(const Plan& plan);

  Services services_;
  Router router_;
  Rates rates_;
};

}  // namespace rialto::bus
