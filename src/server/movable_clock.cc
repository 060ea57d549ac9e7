#include "server/movable_clock.h"

namespace rialto::server {

Result<TimePoint> MovableClock::advance(std::chrono::seconds by) {
  // Compared in seconds, where no sum can overflow.
  if (by > std::chrono::floor<std::chrono::seconds>(kClockMax - now())) {
    return fail(Code::InvalidArgument, "The clock cannot be moved beyond the year 9999.");
  }
  offset_ms_ += Millis(by).count();
  return now();
}

}  // namespace rialto::server
