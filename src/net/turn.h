// One at a time: tasks take turns, first come first served, and may suspend while it is theirs.
#pragma once

#include <mutex>

#include "net/task.h"
#include "net/wait_list.h"

namespace rialto::net {

// Safe to call from any thread.
class Turn {
 public:
  // Suspends until the turn is the caller's, who must `pass` it on.
  Task<> take();
  void pass();

 private:
  std::mutex mutex_;
  bool is_taken_ = false;  // guarded by mutex_
  WaitList waiting_;
};

}  // namespace rialto::net
