// When a failed delivery is tried again (docs/spec/02 §5).
#include "delivery/retry.h"

#include <gtest/gtest.h>

namespace rialto::delivery {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kAccepted = from_millis(1'000'000'000'000);
// The least and the most that chance can add.
constexpr std::uint64_t kLeast = 0;

std::uint64_t most(Millis full) { return static_cast<std::uint64_t>(full.count()) - 1; }

TEST(Retry, StopsAtTheGreatestNumberOfRetries) {
  const model::RetryPolicy policy{.retries_max = 3, .event_age_max = 24h};
  for (int attempts = 1; attempts <= 3; ++attempts) {
    EXPECT_TRUE(after_failure(policy, {attempts, kAccepted, kAccepted}, kLeast).retry_at)
        << attempts;
  }
  const NextStep end = after_failure(policy, {4, kAccepted, kAccepted}, kLeast);
  EXPECT_FALSE(end.retry_at);
  EXPECT_EQ(end.exhausted, "MaximumRetryAttempts");
}

TEST(Retry, OfNoneIsOneAttempt) {
  const model::RetryPolicy policy{.retries_max = 0, .event_age_max = 24h};
  EXPECT_EQ(after_failure(policy, {1, kAccepted, kAccepted}, kLeast).exhausted,
            "MaximumRetryAttempts");
}

TEST(Retry, IsMade185TimesByDefault) {
  const model::RetryPolicy policy;
  EXPECT_TRUE(after_failure(policy, {185, kAccepted, kAccepted}, kLeast).retry_at);
  EXPECT_FALSE(after_failure(policy, {186, kAccepted, kAccepted}, kLeast).retry_at);
}

TEST(Retry, MayComeAtTheGreatestAgeAndNotLater) {
  const model::RetryPolicy policy{.retries_max = 185, .event_age_max = 60s};
  const NextStep last = after_failure(policy, {1, kAccepted, kAccepted + 60s - 1ms}, kLeast);
  EXPECT_EQ(last.retry_at, kAccepted + 60s);
  const NextStep end = after_failure(policy, {1, kAccepted, kAccepted + 60s}, kLeast);
  EXPECT_FALSE(end.retry_at);
  EXPECT_EQ(end.exhausted, "MaximumEventAgeInSeconds");
}

TEST(Retry, StopsAt24HoursByDefault) {
  const model::RetryPolicy policy;
  EXPECT_TRUE(after_failure(policy, {1, kAccepted, kAccepted + 24h - 1ms}, kLeast).retry_at);
  EXPECT_FALSE(after_failure(policy, {1, kAccepted, kAccepted + 24h}, kLeast).retry_at);
}

TEST(Retry, NamesTheAttemptsWhenBothLimitsAreReached) {
  const model::RetryPolicy policy{.retries_max = 0, .event_age_max = 60s};
  EXPECT_EQ(after_failure(policy, {1, kAccepted, kAccepted + 61s}, kLeast).exhausted,
            kRetriesExhausted);
}

TEST(Retry, WaitsTwiceAsLongEveryTimeUpToFifteenMinutes) {
  const model::RetryPolicy policy{.retries_max = 185, .event_age_max = 24h};
  Millis full = 1s;
  for (int attempts = 1; attempts <= 185; ++attempts) {
    EXPECT_EQ(after_failure(policy, {attempts, kAccepted, kAccepted}, kLeast).retry_at,
              kAccepted + 1ms);
    EXPECT_EQ(after_failure(policy, {attempts, kAccepted, kAccepted}, most(full)).retry_at,
              kAccepted + full)
        << attempts;
    full = std::min<Millis>(full * 2, 15min);
  }
}

TEST(Retry, ComesNoSoonerThanTheTargetAsks) {
  const model::RetryPolicy policy{.retries_max = 185, .event_age_max = 24h};
  const auto after = [&](Millis asked, std::uint64_t random) {
    return after_failure(policy, {1, kAccepted, kAccepted, asked}, random);
  };
  EXPECT_EQ(after(30s, kLeast).retry_at, kAccepted + 30s);
  EXPECT_EQ(after(500ms, most(1s)).retry_at, kAccepted + 1s) << "our own wait is longer";
  EXPECT_EQ(after(-30s, kLeast).retry_at, kAccepted + 1ms);
  EXPECT_FALSE(after(15min, kLeast).is_by_request);
  EXPECT_TRUE(after(16min, kLeast).is_by_request);
  EXPECT_EQ(after(24h, kLeast).retry_at, kAccepted + 24h);
}

TEST(Retry, IsNotMadeWhenTheTargetAsksForMoreThanTheGreatestAge) {
  const model::RetryPolicy policy{.retries_max = 185, .event_age_max = 60s};
  for (const Millis asked : {Millis(60'001), Millis(24h), Millis::max()}) {
    const NextStep end = after_failure(policy, {1, kAccepted, kAccepted, asked}, kLeast);
    EXPECT_FALSE(end.retry_at);
    EXPECT_EQ(end.exhausted, kAgeExhausted);
  }
}

TEST(Retry, IsNotCountedWhereTheTargetWasNotCalled) {
  const model::RetryPolicy policy{.retries_max = 0, .event_age_max = std::chrono::seconds(60)};
  Failure failure{.accepted_at = from_millis(0), .now = from_millis(1'000)};
  failure.was_called = false;
  failure.retry_after = Millis(5'000);
  EXPECT_EQ(after_failure(policy, failure, 7).retry_at, from_millis(6'000));
  failure.retry_after = Millis(60'000);
  EXPECT_EQ(after_failure(policy, failure, 7).exhausted, kAgeExhausted);
}

}  // namespace
}  // namespace rialto::delivery
