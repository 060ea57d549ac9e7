// Time, as an argument: whatever depends on the time is given a Clock, so that tests own it.
#pragma once

#include <chrono>
#include <string>

namespace rialto {

// Wall-clock time in milliseconds since 1970-01-01T00:00:00Z.
using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
using Millis = std::chrono::milliseconds;

constexpr std::int64_t to_millis(TimePoint time) { return time.time_since_epoch().count(); }
constexpr TimePoint from_millis(std::int64_t millis) { return TimePoint(Millis(millis)); }

// `2026-01-15T12:00:00Z`: UTC, whole seconds, cut and not rounded (docs/spec/01 §1).
std::string to_iso_seconds(TimePoint time);

// `2026-01-15T12:00:00.123Z`.
std::string to_iso_millis(TimePoint time);

// Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;

  // How long a timer has to run until the clock shows `left` more than now. Other than `left` only
  // for clocks that do not go by themselves.
  virtual Millis timer_for(Millis left) const { return left; }
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
};

// Seconds that only go forward, for measuring how long something took.
class Stopwatch {
 public:
  Stopwatch() : start_(std::chrono::steady_clock::now()) {}
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }

 private:
  std::chrono::steady_clock::time_point start_;
};

}  // namespace rialto
