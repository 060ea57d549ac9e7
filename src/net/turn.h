// One at a time: tasks take turns, first come first served, and may suspend while it is theirs.
#pragma once

#include <mutex>
#include <utility>

#include "net/task.h"
#include "net/wait_list.h"

namespace rialto::net {

// Safe to call from any thread.
class Turn {
 public:
  // Suspends until the turn is the caller's, who must `pass` it on.
  Task<> take();
  void pass();

  // Does `work` when it is its turn, and passes the turn on.
  template <class T>
  Task<T> hold(Task<T> work) {
    co_await take();
    T outcome = co_await std::move(work);
    pass();
    co_return outcome;
  }

 private:
  std::mutex mutex_;
  bool is_taken_ = false;  // guarded by mutex_
  WaitList waiting_;
};

}  // namespace rialto::net
