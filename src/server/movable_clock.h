// The server's clock: the machine's, until somebody who develops moves it forward. Private to
// server.
#pragma once

#include <atomic>

#include "base/clock.h"
#include "base/result.h"

namespace rialto::server {

// The last moment that the clock may be moved to: years have four digits.
inline constexpr TimePoint kClockMax = from_millis(253'402'300'799'999);

// Safe to call from any thread. A restart begins with the machine's time again.
class MovableClock final : public Clock {
 public:
  TimePoint now() const override { return machine_.now() + Millis(offset_ms_); }

  // Requires `by` >= 0. What the clock shows afterwards; InvalidArgument beyond kClockMax. Whoever
  // sleeps by this clock must be told.
  Result<TimePoint> advance(std::chrono::seconds by);

 private:
  SystemClock machine_;
  std::atomic<std::int64_t> offset_ms_{0};
};

}  // namespace rialto::server
