// What delivery counts, since the start of the process.
#pragma once

#include <atomic>
#include <cstdint>

namespace rialto::delivery {

struct Metrics {
  std::atomic<std::uint64_t> attempts{0};
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> retried{0};
  std::atomic<std::uint64_t> dead_lettered{0};
  std::atomic<std::uint64_t> dropped{0};  // given up without a dead-letter queue: lost
};

}  // namespace rialto::delivery
