// The router: what one event leads to on one bus. Plans only; the plan is committed by ingest.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/result.h"
#include "bus/catalog.h"
#include "delivery/dead_letter.h"
#include "delivery/engine.h"
#include "delivery/payload.h"
#include "model/event.h"
#include "queue/queues.h"
#include "store/batch.h"
#include "watch/watch.h"

namespace rialto::bus {

// Sequence numbers that a plan's batch reserves.
struct Reservation {
  std::shared_ptr<SequenceSource> source;
  store::Sequence end = 0;
};

// What one bus counts of a plan once it is durable.
struct BusCounts {
  std::shared_ptr<BusMetrics> metrics;
  std::size_t events = 0;
  std::size_t matched = 0;
  std::size_t matched_rules = 0;
};

// What a plan's batch adds to an archive in one hour.
struct Archived {
  std::shared_ptr<Tally> tally;
  Hour hour = 0;
  Totals totals;
};

// Everything that the events of one call lead to.
struct Plan {
  store::Batch batch;
  std::vector<queue::Pending> messages;                     // to publish once it is durable
  std::vector<std::vector<delivery::Delivery>> deliveries;  // to start then, one list an event
  std::vector<Reservation> reservations;                    // to confirm then
  std::vector<Archived> archived;                           // to be counted by the batch
  std::size_t unmatched = 0;                                // events
  std::size_t matched_rules = 0;
  std::size_t delivered = 0;  // messages to targets
  std::size_t dead_lettered = 0;
  std::size_t dropped = 0;
  std::vector<std::string_view> given_up;  // the reason of each dead letter and loss
  std::vector<BusCounts> buses;
  std::string steps;                  // for the trace
  std::vector<watch::Passed> passed;  // for those who watch
  Stopwatch since;                    // the call began
};

// Safe to call from any thread.
class Router {
 public:
  // `watch`: maybe none.
  Router(queue::Queues& queues, delivery::Engine& deliveries, const watch::Watch* watch)
      : queues_(queues), deliveries_(deliveries), watch_(watch) {}

  // Adds to `plan` what `event` leads to. Error: Throttled, with nothing added, when a FIFO queue
  // is at its limit.
  Result<> route(const BusState& bus, std::shared_ptr<const model::Event> event, Plan& plan);

  // As `route`, to these rules of the bus whatever their patterns say. Where none of them needs it
  // (`needs_document`), the event may lack its parsed form.
  Result<> route_to(const BusState& bus, const std::vector<const RuleState*>& rules,
                    std::shared_ptr<const model::Event> event, Plan& plan);
  // Whether a rule looks into the event, beyond its text.
  static bool needs_document(const std::vector<const RuleState*>& rules);

  // The same for a bus that is not there: an unknown one, or the default bus of a scope that was
  // never used, which has no rules.
  void route_nowhere(const model::BusRef& bus, const model::Event& event, Plan& plan);

 private:
  using Matched = std::vector<const RuleState*>;

  bool is_traced() const { return watch_ != nullptr && watch_->trace.is_on(); }
  void tell(const BusState& bus, const std::shared_ptr<const model::Event>& event,
            const Matched& matched, Plan& plan) const;
  void trace(const Route& route, const model::Event& event, watch::StepKind kind,
             std::string_view extra, Plan& plan) const;
  bool has_room(const RuleState& rule) const;
  void send(const RuleState& rule, const Route& route, const model::Event& event,
            const BusState& bus, Plan& plan);
  static void archive(const BusState& bus, store::ArchiveId id, const model::Event& event,
                      store::Sequence sequence, Plan& plan);
  void give_up(const Route& route, const model::Event& event, Error error, Plan& plan);

  queue::Queues& queues_;
  delivery::Engine& deliveries_;
  const watch::Watch* const watch_;
};

}  // namespace rialto::bus
