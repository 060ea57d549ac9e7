// The steps of an event's way, as the trace keeps them: few bytes, and nothing that points anywhere
// else, so that keeping one keeps nothing alive.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace rialto::watch {

enum class StepKind : std::uint8_t {
  Received,      // by a bus, and matched against its rules
  UnknownBus,    // for a bus that is not there: accepted and forgotten, as AWS does
  Queued,        // the message of a target is in its queue
  Owed,          // a delivery to a target is stored and will be attempted
  Delivered,     // an attempt was a success
  Failed,        // an attempt was none
  DeadLettered,  // given up, with a dead letter
  Dropped,       // given up without one: lost
};

// The views need to live during the call only. Longer texts than kStepTextMax are cut.
struct Step {
  StepKind kind = StepKind::Received;
  TimePoint at{};
  // Received: the rules that matched. Delivered and Failed: the number of the attempt. DeadLettered
  // and Dropped: the retries made.
  std::uint32_t count = 0;
  std::chrono::microseconds took{0};   // Delivered and Failed
  std::optional<TimePoint> next_at{};  // Failed: when it is tried again

  // Received and UnknownBus.
  std::string_view region{};
  std::string_view account{};
  std::string_view bus{};
  // All others: the target of a rule.
  std::string_view rule_arn{};
  std::string_view target_id{};
  std::string_view target_arn{};
  // What went wrong.
  std::string_view code{};
  std::string_view message{};
  // Queued: the message's id, as UuidBytes. DeadLettered: the queue's ARN. Dropped: why there is no
  // dead letter.
  std::string_view extra{};
};

// 128 bits of an id, without making a text of them.
class UuidBytes {
 public:
  UuidBytes(std::uint64_t high, std::uint64_t low) : numbers_{high, low} {}
  std::string_view view() const {
    return {reinterpret_cast<const char*>(numbers_.data()), sizeof numbers_};
  }
  // The text form of what `view` gave; of anything else nothing.
  static std::string text_of(std::string_view bytes);

 private:
  std::array<std::uint64_t, 2> numbers_;
};

inline constexpr std::size_t kStepTextMax = 1'600;  // as long as ARNs may be
inline constexpr std::size_t kStepBytesMax = 8U << 10;

// Adds `step` of the event `id` to the bytes of `steps`.
void append_step(std::string& steps, std::string_view id, const Step& step);

// What is told of an event's id in each of its steps.
std::uint64_t step_key(std::string_view id);

// One step in bytes that append_step wrote.
struct StoredStep {
  std::uint64_t key = 0;
  std::string_view id;  // Received and UnknownBus only
  Step step;            // its views point into the bytes
};

// The size of the first step in `steps`, and its key. Requires that there is one.
std::size_t step_size(std::string_view steps);
std::uint64_t first_key(std::string_view steps);
StoredStep decode_step(std::string_view steps);

}  // namespace rialto::watch
