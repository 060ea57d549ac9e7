// The delivery engine: attempts what is owed until it is settled: delivered, or dead-lettered, or
// lost without a dead-letter queue and counted. Never silently gone.
//
// What is owed is stored before the engine hears of it (Table::Event and Table::Delivery), and
// stays stored until it is settled; so a crash at any moment costs at most a second attempt.
// All deliveries to one target run on one I/O thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "delivery/dead_letter.h"
#include "delivery/delivery.h"
#include "delivery/metrics.h"
#include "net/runtime.h"
#include "net/sleepers.h"
#include "net/task_group.h"
#include "queue/queues.h"
#include "store/store.h"
#include "targets/target_type.h"

namespace rialto::delivery {

// Deliveries in memory; over it, producers are throttled. About 2 KB each. Our figure.
inline constexpr std::size_t kPendingMax = 100'000;

// Safe to call from any thread.
class Engine {
 public:
  struct Services {
    net::Runtime& runtime;
    store::Store& store;
    queue::Queues& queues;
    const Clock& clock;
    Ids& ids;
    Metrics& metrics;
    std::size_t pending_max = kPendingMax;
  };

  explicit Engine(Services services);
  // Requires that `stop` was called.
  ~Engine();

  // Once, before `load` and `start`: the types reach back to the bus, which is made after us.
  void set_target_types(targets::TargetTypes types);

  // Goes on with what an earlier process left owed. Before any `start`.
  Result<> load();

  // Whether `count` more deliveries fit.
  bool has_room(std::size_t count) const { return pending_ + count <= services_.pending_max; }
  std::size_t pending() const { return pending_; }

  // Adds all that the store must know of the event and its deliveries to `batch`. Requires
  // deliveries of one event, not empty.
  static void append(store::Batch& batch, const std::vector<Delivery>& deliveries);

  // Takes on the deliveries of one event. Requires that the batch they were appended to is durable.
  void start(std::vector<Delivery> deliveries);

  // The clock was moved: what is due by now is attempted.
  void clock_moved() { sleepers_.wake_all(); }

  // Forgets everything that is owed, in memory and in the store.
  Task<Result<>> reset();

  // Ends attempts; what is still owed stays stored. Blocks; not from a loop.
  void stop();

 private:
  // What is left to settle of one event: its record goes when every delivery is durably settled.
  struct Debt {
    store::EventKey event;
    std::uint64_t era;  // of the engine, when the event was taken on
    std::atomic<std::size_t> left;
  };
  struct Owed;

  Result<> read_events(Owed& owed) const;
  Result<> read_deliveries(Owed& owed) const;
  void spawn(Delivery delivery, std::shared_ptr<Debt> debt);
  Task<> deliver(Delivery delivery, std::shared_ptr<Debt> debt);
  Task<Result<>> attempt(Delivery delivery);
  Task<> settle(store::DeliveryKey key, std::shared_ptr<Debt> debt);
  Task<> give_up(Delivery delivery, std::shared_ptr<Debt> debt, GivenUp given_up);
  void remember_retry(const Delivery& delivery);
  bool is_over(const std::shared_ptr<Debt>& debt) const;
  bool is_forgotten(const std::shared_ptr<Debt>& debt) const { return debt->era != era_; }
  store::Batch settlement(store::DeliveryKey key, const Debt& debt, bool takes_event) const;
  void settled(Debt& debt, bool took_event);

  Services services_;
  targets::TargetTypes types_;
  std::atomic<std::size_t> pending_{0};
  std::atomic<bool> is_stopping_{false};
  std::atomic<std::uint64_t> era_{0};  // resets so far
  net::Sleepers sleepers_;
  net::TaskGroup tasks_;
};

}  // namespace rialto::delivery
