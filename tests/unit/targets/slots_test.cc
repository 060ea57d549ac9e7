// Slots of a rate: evenly apart, of each destination its own, and not beyond the horizon.
#include "targets/types/slots.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace rialto::targets {
namespace {

using namespace std::chrono_literals;

class SlotsTest : public ::testing::Test {
 protected:
  Slots::Slot take(std::int64_t rate = 10, std::string destination = "d", Millis within = 24h) {
    return slots_.take(destination, rate, clock_.now() + within);
  }

  test::FakeClock clock_;
  Slots slots_{clock_, 60s};
};

TEST_F(SlotsTest, AreOneOverTheRateApart) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(take().wait, i * 100ms) << i;
  clock_.advance(250ms);
  EXPECT_EQ(take().wait, 250ms);
}

TEST_F(SlotsTest, AreNotSavedUp) {
  EXPECT_EQ(take().wait, 0ms);
  clock_.advance(10s);
  EXPECT_EQ(take().wait, 0ms);
  EXPECT_EQ(take().wait, 100ms);
}

TEST_F(SlotsTest, OfManyASecondAddUpToTheRate) {
  Slots::Slot last;
  for (int i = 0; i < 301; ++i) last = take(300);
  EXPECT_EQ(last.wait, 1'000ms);
}

TEST_F(SlotsTest, BelongToOneDestination) {
  EXPECT_EQ(take(1, "a").wait, 0ms);
  EXPECT_EQ(take(1, "b").wait, 0ms);
  EXPECT_EQ(take(1, "a").wait, 1s);
}

TEST_F(SlotsTest, ThatComeTooLateAreLeftForOthers) {
  for (int i = 0; i <= 60; ++i) EXPECT_TRUE(take(1).is_taken) << i;
  for (int i = 0; i < 3; ++i) {
    const auto slot = take(1);
    EXPECT_FALSE(slot.is_taken);
    EXPECT_EQ(slot.wait, 61s);
  }
  clock_.advance(1s);
  EXPECT_TRUE(take(1).is_taken);
}

TEST_F(SlotsTest, AreOfNoUseAfterTheEventsEnd) {
  EXPECT_TRUE(take(1, "d", 500ms).is_taken);
  EXPECT_FALSE(take(1, "d", 500ms).is_taken);
  EXPECT_TRUE(take(1, "d", 1s).is_taken);
}

TEST_F(SlotsTest, AreGivenAgainAtOnceWhenTheClockIsPutBack) {
  EXPECT_TRUE(take(1).is_taken);
  clock_.advance(-3'600s);
  EXPECT_EQ(take(1).wait, 0ms);
  EXPECT_EQ(take(1).wait, 1s);
}

TEST_F(SlotsTest, AreForgottenOnceTheyArePast) {
  for (int i = 0; i < 20'000; ++i) {
    EXPECT_EQ(take(1'000, std::to_string(i)).wait, 0ms);
    clock_.advance(2ms);
  }
}

}  // namespace
}  // namespace rialto::targets
