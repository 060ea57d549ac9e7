// How a queue behaves, and what can be asked about it. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace rialto::queue {

// The defaults are SQS's; the bounds are checked by whoever takes a request.
struct Settings {
  std::chrono::seconds delay{0};
  std::uint32_t message_size_bytes_max = 1'048'576;
  std::chrono::seconds retention{345'600};  // four days
  std::chrono::seconds receive_wait{0};
  std::chrono::seconds visibility{30};
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

// Changes settings and tags in place, or says why not. Called once, while no other change runs.
using Change = std::function<Result<>(Settings&, Tags&)>;

}  // namespace rialto::queue
