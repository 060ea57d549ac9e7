// Tasks that sleep until a clock shows a certain time, also when somebody moves that clock.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "net/task.h"
#include "net/wait_list.h"

namespace rialto::net {

// Safe to call from any thread.
class Sleepers {
 public:
  // The clock must outlive this.
  explicit Sleepers(const Clock& clock) : clock_(clock) {}

  // Suspends until the clock shows `due`. May end earlier (the clock was moved, the task was
  // cancelled, the sleep is very long), so callers look at the clock again.
  Task<> sleep_until(TimePoint due);

  // The clock was moved: everybody wakes and looks again, who came first first.
  void wake_all();

 private:
  const Clock& clock_;
  std::mutex mutex_;                                          // a leaf
  std::uint64_t last_ = 0;                                    // guarded by mutex_
  std::map<std::uint64_t, std::shared_ptr<Waiter>> waiters_;  // in order of coming; guarded
};

}  // namespace rialto::net
