// What a server's buses count, since the start of the process.
#pragma once

#include <atomic>
#include <cstdint>

namespace rialto::bus {

struct Metrics {
  std::atomic<std::uint64_t> accepted{0};     // events, unmatched ones too
  std::atomic<std::uint64_t> rejected{0};     // entries
  std::atomic<std::uint64_t> unmatched{0};    // accepted, and no rule matched
  std::atomic<std::uint64_t> unknown_bus{0};  // accepted, for a bus that is not there
  std::atomic<std::uint64_t> matched_rules{0};
  std::atomic<std::uint64_t> replayed{0};  // events, unmatched ones too
};

}  // namespace rialto::bus
