// How a queue behaves, and what can be asked about it. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/arn.h"

namespace rialto::queue {

// Where messages go that were received too often.
struct RedrivePolicy {
  std::string dead_letter_arn;
  std::uint32_t receive_count_max = 0;
  bool operator==(const RedrivePolicy&) const = default;
};

struct FifoSettings {
  bool deduplicates_content = false;   // ContentBasedDeduplication
  bool deduplicates_by_group = false;  // DeduplicationScope
  bool is_limited_by_group = false;    // FifoThroughputLimit; nothing here depends on it
  bool operator==(const FifoSettings&) const = default;
};

// The defaults are SQS's; the bounds are checked by whoever takes a request.
struct Settings {
  std::chrono::seconds delay{0};
  std::uint32_t message_size_bytes_max = 1'048'576;
  std::chrono::seconds retention{345'600};  // four days
  std::chrono::seconds receive_wait{0};
  std::chrono::seconds visibility{30};
  std::optional<RedrivePolicy> redrive{};
  std::optional<FifoSettings> fifo{};  // set exactly when the name ends in `.fifo`
  // Kept as they were given, because nothing here depends on them (Policy, for one).
  std::map<std::string, std::string, std::less<>> extras{};

  bool operator==(const Settings&) const = default;
};

using Tags = std::map<std::string, std::string, std::less<>>;

struct QueueInfo {
  std::string name{};
  Settings settings{};
  Tags tags{};
  TimePoint created_at{};
  TimePoint modified_at{};  // of the settings
};

struct Counts {
  std::int64_t visible = 0;
  std::int64_t in_flight = 0;
  std::int64_t delayed = 0;
  bool operator==(const Counts&) const = default;
};

// Of some queues of all scopes; and how many queues there are.
struct Depths {
  struct Depth {
    model::Scope scope;
    std::string queue;
    Counts counts;
  };
  std::vector<Depth> first;
  std::size_t queues = 0;
};

// Changes settings and tags in place, or says why not. Called once, while no other change runs.
using Change = std::function<Result<>(Settings&, Tags&)>;

}  // namespace rialto::queue
