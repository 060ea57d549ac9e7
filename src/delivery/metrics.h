// What delivery counts, since the start of the process.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/metrics.h"

namespace rialto::delivery {

struct Metrics {
  std::atomic<std::uint64_t> attempts{0};
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> retried{0};
  std::atomic<std::uint64_t> dead_lettered{0};
  std::atomic<std::uint64_t> dropped{0};  // given up without a dead-letter queue: lost

  std::atomic<std::uint64_t> breakers_opened{0};

  // By the ERROR_CODE of docs/spec/02 §5.
  CountsByName failed_attempts;
  CountsByName given_up;
  // From when the event was accepted.
  Histogram to_first_attempt = make_latency_histogram();
  Histogram to_success = make_latency_histogram();
};

}  // namespace rialto::delivery
