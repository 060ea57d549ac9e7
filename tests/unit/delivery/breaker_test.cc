// When a breaker opens, what it lets through, and how it closes.
#include "delivery/breaker.h"

#include <gtest/gtest.h>

namespace rialto::delivery {
namespace {

using namespace std::chrono_literals;
using Sign = Breaker::Sign;
using Change = Breaker::Change;

constexpr TimePoint kStart = from_millis(1'000'000'000'000);
constexpr std::uint64_t kLeast = 0;

const Error kDead = fail(Code::Unavailable, "There is no connection.", "CONNECTION_FAILURE");

class BreakerTest : public ::testing::Test {
 protected:
  Change call(Sign sign, TimePoint now = kStart, std::uint64_t random = kLeast) {
    breaker_.begin();
    return breaker_.end(sign, &kDead, now, random);
  }
  void open() {
    for (int n = 1; n < kBreakerFailures; ++n) ASSERT_EQ(call(Sign::Dead), Change::None) << n;
    ASSERT_EQ(call(Sign::Dead), Change::Opened);
  }

  Breaker breaker_;
};

TEST_F(BreakerTest, OpensAfterTwentyCallsInARowWithoutAnAnswer) {
  for (int n = 1; n < kBreakerFailures; ++n) call(Sign::Dead);
  EXPECT_EQ(call(Sign::Alive), Change::None);
  EXPECT_FALSE(breaker_.last_error());
  open();
  EXPECT_TRUE(breaker_.is_open());
  EXPECT_EQ(breaker_.last_error()->reason, kDead.reason);
}

TEST_F(BreakerTest, LetsMoreCallsBeginTheMoreAreAnswered) {
  EXPECT_EQ(breaker_.calls_max(), 2U);
  for (int n = 0; n < 6; ++n) call(Sign::Alive);
  EXPECT_EQ(breaker_.calls_max(), 8U);
  call(Sign::Dead);
  EXPECT_EQ(breaker_.calls_max(), 4U);
  for (int n = 0; n < 5; ++n) call(Sign::Dead);
  EXPECT_EQ(breaker_.calls_max(), 1U) << "never none";
}

TEST_F(BreakerTest, LetsOneProbeBeginAtATimeWhileItIsOpen) {
  open();
  EXPECT_EQ(breaker_.calls_max(), 1U);
  EXPECT_EQ(breaker_.next_probe(), kStart + 125ms);
  EXPECT_FALSE(breaker_.may_begin(kStart + 124ms));
  EXPECT_TRUE(breaker_.may_begin(kStart + 125ms));
  breaker_.begin();
  EXPECT_FALSE(breaker_.may_begin(kStart + 1h));
  EXPECT_FALSE(breaker_.next_probe()) << "its end tells";
}

TEST_F(BreakerTest, ProbesLessAndLessOftenUpToEveryHalfMinute) {
  open();
  for (const Millis full :
       {500ms, 1'000ms, 2'000ms, 4'000ms, 8'000ms, 16'000ms, 30'000ms, 30'000ms}) {
    const auto most = static_cast<std::uint64_t>(full.count() / 2);
    EXPECT_EQ(call(Sign::Dead, kStart, most), Change::None);
    EXPECT_EQ(breaker_.next_probe(), kStart + full);
  }
  call(Sign::Dead, kStart, kLeast);
  EXPECT_EQ(breaker_.next_probe(), kStart + 15'000ms);
}

TEST_F(BreakerTest, ClosesAtTheFirstAnswerAndBeginsAsNew) {
  open();
  call(Sign::Dead);
  EXPECT_EQ(call(Sign::Alive), Change::Closed);
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_EQ(breaker_.calls_max(), kBreakerFirstCalls);
  EXPECT_TRUE(breaker_.last_error()) << "for those that became too old meanwhile";
  open();
  EXPECT_EQ(breaker_.next_probe(), kStart + 125ms);
}

TEST_F(BreakerTest, CallsThatBeganBeforeItOpenedAreNoProbes) {
  breaker_.begin();
  breaker_.begin();
  open();
  EXPECT_FALSE(breaker_.may_begin(kStart + 1h));
  EXPECT_EQ(breaker_.end(Sign::Dead, &kDead, kStart, kLeast), Change::None);
  EXPECT_EQ(breaker_.end(Sign::None, nullptr, kStart, kLeast), Change::None);
  EXPECT_EQ(breaker_.next_probe(), kStart + 125ms) << "their failure says nothing new";
  EXPECT_TRUE(breaker_.may_begin(kStart + 125ms));
}

TEST_F(BreakerTest, ProbesAfterTheClockWasMovedBack) {
  open();
  EXPECT_TRUE(breaker_.may_begin(kStart - 1h));
}

TEST_F(BreakerTest, ForgetsAllButTheCallsUnderWay) {
  breaker_.begin();
  open();
  breaker_.forget();
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_FALSE(breaker_.last_error());
  EXPECT_EQ(breaker_.end(Sign::Alive, nullptr, kStart, kLeast), Change::None);
}

TEST(Sign, OnlyWhatGotNoAnswerIsDead) {
  const auto of = [](Code code, std::string_view reason) {
    return sign_of(targets::Outcome(fail(code, "", reason)));
  };
  EXPECT_EQ(sign_of(targets::Outcome(Result<>())), Sign::Alive);
  EXPECT_EQ(of(Code::Unavailable, "CONNECTION_FAILURE"), Sign::Dead);
  EXPECT_EQ(of(Code::Timeout, "TIMEOUT"), Sign::Dead);
  EXPECT_EQ(of(Code::Unavailable, "ERROR_FROM_TARGET"), Sign::Alive) << "a 503 is an answer";
  EXPECT_EQ(of(Code::Unavailable, "INTERNAL_ERROR"), Sign::Alive) << "a bus whose store is full";
  EXPECT_EQ(of(Code::Throttled, "THROTTLING"), Sign::Alive);
  EXPECT_EQ(of(Code::InvalidArgument, "CONNECTION_FAILURE"), Sign::Alive) << "not retried";
  EXPECT_EQ(of(Code::Cancelled, ""), Sign::None);
}

}  // namespace
}  // namespace rialto::delivery
