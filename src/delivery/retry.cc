#include "delivery/retry.h"

#include <algorithm>

namespace rialto::delivery {
namespace {

Millis backoff(int attempts, std::uint64_t random) {
  // 2^10 s is beyond the cap already; no larger shift is needed.
  const int doublings = std::min(attempts - 1, 10);
  const Millis full = std::min(kBackoffBase * (1 << doublings), kBackoffMax);
  return Millis(1 + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(full.count())));
}

}  // namespace

NextStep after_failure(const model::RetryPolicy& policy, const Failure& failure,
                       std::uint64_t random) {
  const int retries_made = failure.attempts - 1;
  if (failure.was_called && retries_made >= policy.retries_max)
    return {std::nullopt, kRetriesExhausted};
  // No target's number is so great that it could not be added to a time.
  const Millis asked = std::min(failure.retry_after.value_or(Millis(0)), 2 * kRequestMax);
  const Millis wait =
      failure.was_called ? std::max(backoff(failure.attempts, random), asked) : asked;
  const TimePoint retry_at = failure.now + wait;
  if (retry_at - failure.accepted_at > policy.event_age_max) return {std::nullopt, kAgeExhausted};
  return {retry_at, {}, wait > kBackoffMax};
}

}  // namespace rialto::delivery
