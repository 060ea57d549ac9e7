// A simulated world for the delivery engine: a store, targets, a clock and crashes that do as
// chance has it, on one thread and from one seed, and a model of what the engine owes.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/breaker.h"
#include "delivery/engine.h"
#include "simulated_store.h"
#include "support/fake_clock.h"
#include "support/random.h"
#include "support/seeded_ids.h"

namespace rialto::delivery {

// An attempt that the world has not answered yet.
struct Call {
  Owed owed;
  std::size_t lane = 0;
  std::size_t batch = 0;  // those of one are answered together
  std::function<void(targets::Outcome)> answer;
};

// No timer shows what it does not.
class SimulatedClock final : public test::FakeClock {
 public:
  Millis timer_for(Millis left) const override {
    return left.count() > 0 ? Millis(std::chrono::hours(24)) : left;
  }
};

class World {
 public:
  explicit World(std::uint64_t seed);
  ~World();

  // How often a breaker has opened, in all processes.
  std::size_t breakers_opened() const { return breakers_opened_; }
  // Differs between any two runs that were not the same.
  std::uint64_t fingerprint() { return random_.word(); }
  // Something happens.
  void step();
  // Everything works from now on, until nothing is owed any more.
  void finish();

 private:
  class Target;
  // What the model knows of a delivery.
  struct Known {
    std::size_t lane = 0;
    TimePoint accepted_at;
    int attempts = 0;             // that the target has seen fail
    int uncounted_max = 0;        // of these, that a crash may have made undone
    std::optional<Error> failed;  // what the last attempt of this process came to
    TimePoint failed_at;
    Millis retry_after{0};  // that the target asked for then
    bool is_last = false;   // that it wanted no other attempt then
    bool is_delivered = false;
    bool is_under_way = false;
    bool was_due = false;  // at some moment since its due time was set
    bool was_too_old = false;
  };
  // What the model knows of the calls of a lane, in this process.
  struct Calls {
    int unanswered = 0;             // in a row
    int unanswered_since_idle = 0;  // of these: a lane that owes nothing may be forgotten
    int begun_since = 0;            // since these were enough to open the breaker
    bool has_died = false;          // it may have been open
    Millis probe_wait{0};  // at least that of the engine's breaker, before chance takes of it
    std::optional<TimePoint> no_probe_before{};
    bool is_open() const { return unanswered_since_idle >= kBreakerFailures; }
  };
  enum class Mood { Up, Flaky, Down, Wrong, Hanging, Dead };

  void start();
  void crash();
  void end_process();
  void poll();
  void poll_pager();
  void put();
  void answer_call();
  void answer_batch(std::size_t batch);
  void die(std::size_t lane);
  targets::Outcome make_outcome(Mood mood);
  void answer(const Call& call, const targets::Outcome& outcome);
  void note_end(std::size_t lane, bool is_answered);
  void note_probe_wait(std::size_t lane);
  void note_idle(std::size_t lane);
  void check_begin(const Call& call);
  void answer_commits();
  void move_clock();
  void check();

  void on_change(const SimulatedDisk::Change& change);
  void on_attempt(Call call);
  void note_due(const Owed& owed, Known& known) const;
  bool is_true_to_policy(const Known& known) const;
  template <class T>
  T run(Task<T> task);

  test::Random random_;
  SimulatedClock clock_;
  SimulatedDisk disk_;
  std::vector<std::shared_ptr<const Destination>> lanes_;
  std::vector<Mood> moods_;
  std::vector<Calls> lane_calls_;
  std::size_t last_batch_ = 0;
  std::size_t breakers_opened_ = 0;
  std::map<Owed, Known> known_;  // from when its batch is submitted until it is settled
  store::Sequence last_sequence_ = 0;
  std::size_t stored_ = 0;
  std::size_t delivered_ = 0;
  std::size_t dead_lettered_ = 0;
  std::size_t dropped_ = 0;
  bool is_ending_ = false;  // nothing new comes

  // Of one process.
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<boost::asio::io_context> pager_;
  std::unique_ptr<SimulatedStore> store_;
  std::unique_ptr<test::SeededIds> ids_;
  std::unique_ptr<queue::Queues> queues_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Engine> engine_;
  std::vector<Call> calls_;
};

}  // namespace rialto::delivery
