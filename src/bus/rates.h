// How many events a second an account, and a bus, may be sent: an operator's choice.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "model/arn.h"

namespace rialto::bus {

// Events a second; 0: as many as come.
struct RateLimits {
  std::uint32_t per_account = 0;
  std::uint32_t per_bus = 0;
};

// Token buckets that hold what one second fills. Safe to call from any thread.
class Rates {
 public:
  Rates(RateLimits limits, const Clock& clock) : limits_(limits), clock_(clock) {}

  // Takes room for one event on the bus, if the bus and its account both have some.
  bool take(const model::BusRef& bus);

 private:
  struct Bucket {
    double tokens = 0;
    TimePoint filled_at;
  };
  void drop_full(TimePoint now);
  Bucket& fill(const std::string& whose, std::uint32_t per_second, TimePoint now);

  const RateLimits limits_;
  const Clock& clock_;
  std::mutex mutex_;                       // a leaf
  std::map<std::string, Bucket> buckets_;  // guarded by mutex_
};

}  // namespace rialto::bus
