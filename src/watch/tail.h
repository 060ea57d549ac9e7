// The tail: events as they pass, for those who watch a bus. It costs nothing while nobody does.
//
// A watcher has a bounded buffer. Whoever reads more slowly than events pass loses the ones that
// find it full, and is told how many.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/arn.h"
#include "model/event.h"
#include "net/task.h"
#include "net/wait_list.h"
#include "ruler/rule_set.h"

namespace rialto::watch {

// An event that a bus has accepted.
struct Passed {
  model::BusRef bus;
  std::shared_ptr<const model::Event> event;
  std::vector<std::string> rules;  // the names of those that matched
};

struct TailOptions {
  std::size_t watchers_max = 100;
  // Of one watcher's buffer.
  std::size_t events_max = 1'000;
  std::size_t bytes_max = 8U << 20;
};

class Tail;

// One who watches; ends with its last owner. `take` is for one task at a time.
class Watcher {
 public:
  Watcher(Tail& tail, model::BusRef bus, std::optional<ruler::Snapshot> pattern);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  struct Taken {
    std::deque<Passed> events;
    std::size_t lost = 0;  // since the last time, between what was taken then and now
    bool is_over = false;  // the server stops
  };
  // What has passed; waits for something, for `wait` at most.
  Task<Taken> take(std::chrono::milliseconds wait);

 private:
  friend Tail;
  void offer(const Passed& passed);
  bool wants(const Passed& passed) const;
  void end();
  bool has_news() const;

  Tail& tail_;
  const model::BusRef bus_;
  const std::optional<ruler::Snapshot> pattern_;
  net::WaitList waiting_;
  mutable std::mutex mutex_;        // a leaf
  Taken buffer_;                    // guarded by mutex_
  std::size_t buffered_bytes_ = 0;  // guarded by mutex_
};

// Safe to call from any thread. Must outlive its watchers.
class Tail {
 public:
  explicit Tail(TailOptions options = {}) : options_(options) {}

  // Whether anybody watches: what a producer of events asks first.
  bool is_watched() const { return size() > 0; }
  std::size_t size() const { return count_.load(std::memory_order_relaxed); }

  void show(const std::vector<Passed>& events);

  // Watches `bus`, for events that match `pattern` if there is one. Errors: LimitExceeded;
  // InvalidArgument for a pattern that is not valid.
  Result<std::shared_ptr<Watcher>> watch(model::BusRef bus,
                                         const std::optional<std::string>& pattern);

  // Ends all watchers, and those to come.
  void stop();

 private:
  friend Watcher;
  void forget_gone();
  std::vector<std::shared_ptr<Watcher>> watchers() const;

  const TailOptions options_;
  std::atomic<std::size_t> count_{0};
  mutable std::mutex mutex_;                      // a leaf
  std::vector<std::weak_ptr<Watcher>> watchers_;  // guarded by mutex_
  bool is_stopping_ = false;                      // guarded by mutex_
};

}  // namespace rialto::watch
