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

namespace rialto::bus {

// Sequence numbers that a plan's batch reserves.
struct Reservation {
  std::shared_ptr<SequenceSource> source;
  store::Sequence end = 0;
};

// Everything that the events of one call lead to.
struct Plan {
  store::Batch batch;
  std::vector<queue::Pending> messages;                     // to publish once it is durable
  std::vector<std::vector<delivery::Delivery>> deliveries;  // to start then, one list an event
  std::vector<Reservation> reservations;                    // to confirm then
  std::size_t unmatched = 0;                                // events
  std::size_t matched_rules = 0;
  std::size_t delivered = 0;  // messages to targets
  std::size_t dead_lettered = 0;
  std::size_t dropped = 0;
};

// Safe to call from any thread.
class Router {
 public:
  Router(queue::Queues& queues, const delivery::Engine& deliveries)
      : queues_(queues), deliveries_(deliveries) {}

  // Adds to `plan` what `event` leads to. Error: Throttled, with nothing added, when the deliveries
  // in memory, or a FIFO queue, are at their limit.
  Result<> route(const BusState& bus, std::shared_ptr<const model::Event> event, Plan& plan);

  // As `route`, to these rules of the bus whatever their patterns say.
  Result<> route_to(const BusState& bus, const std::vector<const RuleState*>& rules,
                    std::shared_ptr<const model::Event> event, Plan& plan);

 private:
  bool has_room(const RuleState& rule) const;
  void send(const Route& route, const model::Event& event, const BusState& bus, Plan& plan);
  void give_up(const Route& route, const model::Event& event, Error error, Plan& plan);

  queue::Queues& queues_;
  const delivery::Engine& deliveries_;
};

}  // namespace rialto::bus
