// A clock that stands still until the test moves it.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace rialto::test {

// Safe to call from any thread.
class FakeClock : public Clock {
 public:
  explicit FakeClock(TimePoint start = from_millis(1'768'478'400'000)) : now_(to_millis(start)) {}

  TimePoint now() const override { return from_millis(now_); }
  void advance(Millis by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace rialto::test
