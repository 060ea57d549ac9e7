// When a failed delivery is tried again, and when it is given up (docs/spec/02 §5). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "model/target.h"

namespace rialto::delivery {

// AWS does not publish its curve; ours is 1 s · 2^n, at most 15 minutes, with full jitter.
inline constexpr Millis kBackoffBase{1'000};
inline constexpr Millis kBackoffMax{15 * 60 * 1'000};
// What a target asks for may be later: as late as the greatest age that a policy can allow.
inline constexpr Millis kRequestMax{24 * 60 * 60 * 1'000};

// The values of EXHAUSTED_RETRY_CONDITION.
inline constexpr std::string_view kRetriesExhausted = "MaximumRetryAttempts";
inline constexpr std::string_view kAgeExhausted = "MaximumEventAgeInSeconds";

struct Failure {
  int attempts = 1;       // made so far
  TimePoint accepted_at;  // of the event
  TimePoint now;
  std::optional<Millis> retry_after = {};  // what the target asks us to wait at least
  bool was_called = true;  // else it is only not its turn: no retry is counted, none is missing
};

struct NextStep {
  std::optional<TimePoint> retry_at;  // nothing: give up
  std::string_view exhausted = {};    // which limit ended it, when one did
  bool is_by_request = false;         // later than any back-off, because the target asked for it
};

// Whichever is later: our own back-off, or what the target asked for. `random` is 64 random bits. A
// retry that would come after the greatest age is not made: the age ends the delivery.
NextStep after_failure(const model::RetryPolicy& policy, const Failure& failure,
                       std::uint64_t random);

}  // namespace rialto::delivery
