// Coroutines that wait for something to happen, or for a moment in time, whichever comes first.
//
// To miss nothing: while you hold what guards the condition, find it false and `enlist`; let go,
// then await the waiter. Whoever makes the condition true calls `notify_*` afterwards.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>

#include "net/task.h"

namespace rialto::net {

class Sleepers;
class WaitList;

// One place in the list, for one wait.
class Waiter {
 public:
  virtual ~Waiter() = default;

  // True when notified, false when `timeout` passed first. Resumes on the awaiting executor.
  virtual Task<bool> wait(std::chrono::milliseconds timeout) = 0;

 private:
  friend Sleepers;
  friend WaitList;
  virtual void notify() = 0;
};

// Safe to call from any thread.
class WaitList {
 public:
  // The waiter belongs to the executor of the coroutine that will await it.
  static Task<std::shared_ptr<Waiter>> make_waiter();
  void enlist(std::shared_ptr<Waiter> waiter);
  // Takes a waiter that no longer waits out of the list.
  void leave(const std::shared_ptr<Waiter>& waiter);

  // False when nobody waited.
  bool notify_one();
  void notify_all();

 private:
  std::mutex mutex_;  // a leaf
  std::deque<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace rialto::net
