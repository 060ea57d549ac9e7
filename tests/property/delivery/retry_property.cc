// Whatever the policy and the chance: no retry beyond a limit, and never a wait out of bounds.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "delivery/retry.h"

namespace rialto::delivery {
namespace {

using namespace std::chrono_literals;

RC_GTEST_PROP(RetryProperty, KeepsBothLimitsAndTheBoundsOfTheWait, ()) {
  const model::RetryPolicy policy{
      .retries_max = *rc::gen::inRange(0, 186),
      .event_age_max = std::chrono::seconds(*rc::gen::inRange(60, 86'401))};
  const int attempts = *rc::gen::inRange(1, 400);
  const TimePoint accepted = from_millis(*rc::gen::inRange<std::int64_t>(0, 2'000'000'000'000));
  const TimePoint now = accepted + Millis(*rc::gen::inRange<std::int64_t>(0, 90'000'000));
  const auto random = *rc::gen::arbitrary<std::uint64_t>();

  const NextStep next = after_failure(policy, {attempts, accepted, now}, random);
  const bool has_retries = attempts <= policy.retries_max;
  if (next.retry_at) {
    RC_ASSERT(has_retries);
    RC_ASSERT(next.exhausted.empty());
    RC_ASSERT(*next.retry_at - accepted <= policy.event_age_max);
    const Millis wait = *next.retry_at - now;
    const Millis full =
        attempts > 10 ? kBackoffMax : std::min(kBackoffMax, kBackoffBase * (1 << (attempts - 1)));
    RC_ASSERT(wait >= 1ms && wait <= full);
  } else if (has_retries) {
    RC_ASSERT(next.exhausted == kAgeExhausted);
    RC_ASSERT(now - accepted > policy.event_age_max - kBackoffMax);
  } else {
    RC_ASSERT(next.exhausted == kRetriesExhausted);
  }
}

// A simulated delivery that always fails ends, and by one of the two limits.
RC_GTEST_PROP(RetryProperty, EveryDeliveryEnds, ()) {
  const model::RetryPolicy policy{
      .retries_max = *rc::gen::inRange(0, 186),
      .event_age_max = std::chrono::seconds(*rc::gen::inRange(60, 86'401))};
  const TimePoint accepted = from_millis(0);
  TimePoint now = accepted;
  int attempts = 0;
  while (true) {
    ++attempts;
    RC_ASSERT(attempts <= policy.retries_max + 1);
    RC_ASSERT(now - accepted <= policy.event_age_max);
    const NextStep next =
        after_failure(policy, {attempts, accepted, now}, *rc::gen::arbitrary<std::uint64_t>());
    if (!next.retry_at) break;
    now = *next.retry_at;
  }
}

}  // namespace
}  // namespace rialto::delivery
