// The delivery engine: attempts what is owed until it is settled: delivered, or dead-lettered, or
// lost without a dead-letter queue and counted. Never silently gone.
//
// What is owed is stored before the engine hears of it, and stays stored until it is settled; so a
// crash at any moment costs at most a second attempt. In memory is only the beginning of each lane
// (delivery/lane.h). All deliveries to one target run on one I/O thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "delivery/dead_letter.h"
#include "delivery/delivery.h"
#include "delivery/lanes.h"
#include "delivery/metrics.h"
#include "delivery/pager.h"
#include "delivery/reporter.h"
#include "delivery/retry.h"
#include "net/runtime.h"
#include "net/sleepers.h"
#include "net/task_group.h"
#include "net/turn.h"
#include "net/wait_list.h"
#include "queue/queues.h"
#include "store/store.h"
#include "targets/target_type.h"

namespace rialto::delivery {

// Safe to call from any thread.
class Engine {
 public:
  struct Services {
    std::vector<net::Executor> loops;  // that attempts run on
    net::Executor pager;               // for reading the store, which blocks; none of the above
    store::Store& store;
    queue::Queues& queues;
    const Clock& clock;
    Ids& ids;
    Metrics& metrics;
    watch::Watch* watch = nullptr;  // maybe none
    LaneLimits limits{};
  };

  explicit Engine(Services services);
  // Requires that `stop` was called.
  ~Engine();

  // Once, before `load`: the types reach back to the bus, which is made after us.
  void set_target_types(targets::TargetTypes types);

  // Goes on with what an earlier process left owed. Once, before any `owe`. Blocks.
  Result<> load();

  // How many deliveries are owed, and how many of them are in memory.
  std::size_t pending() const { return lanes_.owed(); }
  std::size_t in_memory() const { return lanes_.in_memory(); }
  // When the event that has been owed for longest was accepted.
  std::optional<TimePoint> oldest() const { return lanes_.oldest(); }
  // Destinations that are called only to find out whether they live again, and deliveries that wait
  // for it (delivery/breaker.h).
  std::size_t open_breakers() const { return lanes_.open_breakers(); }
  std::size_t held_back() const { return lanes_.held_back(); }

  // Adds all that the store must know of one event and its deliveries to `batch`, whose end is told
  // by `start` or `abandon`. Requires deliveries of one event, not empty.
  void owe(store::Batch& batch, const std::vector<Delivery>& deliveries);
  // The batch is durable: takes them on.
  void start(std::vector<Delivery> deliveries);
  // It was not committed.
  void abandon(const std::vector<Delivery>& deliveries);

  // The clock was moved: what is due by now is attempted.
  void clock_moved();

  // Forgets everything that is owed, in memory and in the store.
  Task<Result<>> reset();

  // Ends attempts; what is still owed stays stored. Blocks; not from a loop.
  void stop();

 private:
  Result<> load_lanes();
  Result<> load_deliveries();
  void carry_out(Lanes::Work work);
  void start_runner(Lanes::Runner runner);

  Task<> look_at_the_clock();
  Task<> read_page(Lanes::Page page);
  Task<> run(Lanes::Handle lane, net::Executor loop);
  // What is to be done with a delivery then: attempted again, or settled.
  struct Judged {
    Delivery delivery;
    NextStep next;
    std::optional<GivenUp> given_up;  // nothing, and no next attempt: it is delivered
  };

  Task<> search(Lanes::Search search);
  Task<> deliver(Lanes::Handle lane, std::vector<Delivery> deliveries, std::uint64_t era,
                 net::Executor loop);
  Task<bool> find_event(Delivery* delivery, std::uint64_t era);
  Task<> find_events(std::vector<Delivery>* deliveries, std::uint64_t era);
  Task<std::vector<targets::Outcome>> attempt(Lanes::Handle lane,
                                              const std::vector<Delivery>* deliveries);
  Task<> invoke(const Way* way, std::vector<targets::Invocation> invocations,
                std::vector<targets::Outcome*> outcomes);
  void note_end(const Lanes::Handle& lane, const std::vector<targets::Outcome>& outcomes);
  std::optional<Judged> judge(Delivery delivery, const targets::Outcome& outcome,
                              std::chrono::nanoseconds took);
  NextStep next_step(const Delivery& delivery, const targets::Outcome& outcome);
  Task<> give_up_too_old(Lanes::Handle lane, Lanes::Taken taken, net::Executor loop);
  Task<> finish_all(Lanes::Handle lane, std::vector<Judged> all, std::uint64_t era,
                    net::Executor loop);
  Task<> finish(Lanes::Handle lane, Judged judged, std::uint64_t era);
  Task<> finish_and_count(Lanes::Handle lane, Judged judged, std::uint64_t era, std::size_t* left,
                          net::WaitList* ends);
  Task<> put_off(Lanes::Handle lane, Delivery delivery, NextStep next, std::uint64_t era);
  Task<> settle(Lanes::Handle lane, Delivery delivery, std::optional<GivenUp> given_up,
                std::uint64_t era);
  Task<Result<>> try_to_settle(const Delivery* delivery, const GivenUp* given_up,
                               std::uint64_t era);
  Task<Result<>> try_to_settle_in_turn(const Delivery* delivery, const GivenUp* given_up,
                                       std::uint64_t era);
  Result<bool> is_last(const Delivery& delivery) const;
  Task<Result<>> commit(store::Batch batch, std::uint64_t era);
  Task<> wait_for_the_store();

  Services services_;
  Reporter reporter_;
  targets::TargetTypes types_;
  Lanes lanes_;
  Pager pager_;
  std::atomic<bool> is_stopping_{false};
  net::WaitList alarm_;
  net::Sleepers sleepers_;
  // Deliveries of one event are settled one after the other, so that the last one knows that it is;
  // those of different events may share a turn.
  std::array<net::Turn, 256> turns_;
  net::TaskGroup tasks_;
};

}  // namespace rialto::delivery
