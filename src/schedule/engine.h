// The schedule engine: makes rules with a ScheduleExpression fire when they are due (docs/spec/06
// §2). The event goes to that rule's targets only, by the same durable route as an accepted event.
//
// The record of the last fire is part of the batch that owes the event to the targets: no moment
// fires twice, whatever happens to the process, and what was due while it was down fires once.
#pragma once

#include <atomic>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "bus/catalog.h"
#include "bus/ingest.h"
#include "net/runtime.h"
#include "net/task_group.h"
#include "net/wait_list.h"
#include "schedule/timetable.h"
#include "store/store.h"

namespace rialto::schedule {

struct Metrics {
  std::atomic<std::uint64_t> fired{0};
  std::atomic<std::uint64_t> failed{0};  // attempts; each is made again
};

// What a rule's targets get for the moment `due`, accepted at `now`.
model::Event make_scheduled_event(const bus::RuleState& rule, const model::BusRef& bus,
                                  TimePoint due, TimePoint now, std::string id);

class Engine {
 public:
  struct Services {
    net::Runtime& runtime;
    store::Store& store;
    const bus::Catalog& catalog;
    bus::Ingest& ingest;
    const Clock& clock;
    Ids& ids;
  };

  explicit Engine(Services services);

  // Reads when schedules last fired. Once, after the catalog was loaded and before `start`.
  Result<> load();
  // Begins to fire. At most once.
  void start();
  // The clock was moved, or a rule was put: what is due by now fires. Safe to call from any thread.
  void look_again();
  // Ends after what is being fired. Blocks; not from a loop.
  void stop();

  // Counts; safe to read from any thread.
  const Metrics& metrics() const { return metrics_; }

 private:
  Task<> run();
  Task<> sleep_until(TimePoint due);
  // Whether everything that was due has fired.
  Task<bool> fire_due();
  Task<> fire(Due due, std::size_t* failed);

  Services services_;
  Metrics metrics_;
  Timetable timetable_;  // of `load`, then of `run`
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> must_look_{false};
  net::WaitList sleeper_;  // `run`, when it sleeps
  net::TaskGroup tasks_;
};

}  // namespace rialto::schedule
