// What is told of each delivery: to the counters, and to the trace.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "delivery/dead_letter.h"
#include "delivery/delivery.h"
#include "delivery/metrics.h"
#include "watch/watch.h"

namespace rialto::delivery {

// Safe to call from any thread.
class Reporter {
 public:
  // `watch`: maybe none.
  Reporter(Metrics& metrics, watch::Watch* watch, const Clock& clock)
      : metrics_(metrics), watch_(watch), clock_(clock) {}

  // Attempt number `delivery.attempts` begins; is a success; is none, and the next one comes at
  // `next_at` if there is one.
  void attempting(const Delivery& delivery);
  void delivered(const Delivery& delivery, std::chrono::nanoseconds took);
  void failed(const Delivery& delivery, const Error& error, std::chrono::nanoseconds took,
              std::optional<TimePoint> next_at);

  // The breaker of a destination has opened, after a call that ended with `error`; has closed.
  void opened(const Destination& destination, const Error& error);
  void closed(const Destination& destination);

  // Given up, durably.
  void given_up(const Delivery& delivery, const GivenUp& given_up, bool is_dead_lettered);

 private:
  bool is_traced() const { return watch_ != nullptr && watch_->trace.is_on(); }
  void trace(const Delivery& delivery, watch::Step step);

  Metrics& metrics_;
  watch::Watch* const watch_;
  const Clock& clock_;
};

// The step of giving up, but for when; also for what is given up without an attempt. Its views
// point into the arguments.
watch::Step give_up_step(const Destination& destination, const GivenUp& given_up,
                         bool is_dead_lettered);

}  // namespace rialto::delivery
