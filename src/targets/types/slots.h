// A rate without bursts: whoever wants to call a destination gets the next slot of it, and slots
// are one second divided by the rate apart (docs/spec/05 §4.2).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace rialto::targets {

// Safe to call from any thread.
class Slots {
 public:
  // Nobody is given a slot farther away than `ahead_max`.
  Slots(const Clock& clock, Millis ahead_max) : clock_(clock), ahead_max_(ahead_max) {}

  struct Slot {
    Millis wait{0};         // from now on
    bool is_taken = false;  // false: it comes too late, and is left for others
  };
  // Requires a rate of at least one, a second. `latest` is when a slot is of no use any more.
  Slot take(const std::string& destination, std::int64_t rate, TimePoint latest);

 private:
  using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
  void forget_the_past(Time now);

  const Clock& clock_;
  const Millis ahead_max_;
  std::mutex mutex_;                  // a leaf
  std::map<std::string, Time> next_;  // guarded by mutex_: the first free slot of each
};

}  // namespace rialto::targets
