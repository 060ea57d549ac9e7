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
  std::atomic<std::uint64_t> replayed{0};   // events, unmatched ones too
  std::atomic<std::uint64_t> throttled{0};  // entries, among the rejected
};

// The same for one bus; shared by all its snapshots.
struct BusMetrics {
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::uint64_t> matched{0};  // events that match a rule
  std::atomic<std::uint64_t> matched_rules{0};
};

}  // namespace rialto::bus
