#include "server/movable_clock.h"

#include <gtest/gtest.h>

namespace rialto::server {
namespace {

using namespace std::chrono_literals;

TEST(MovableClock, ShowsTheMachinesTimeUntilItIsMoved) {
  const MovableClock clock;
  const SystemClock machine;
  const TimePoint before = machine.now();
  const TimePoint shown = clock.now();
  EXPECT_GE(shown, before);
  EXPECT_LE(shown, machine.now());
}

TEST(MovableClock, MovesAddUp) {
  MovableClock clock;
  const TimePoint before = clock.now();
  ASSERT_TRUE(clock.advance(90s).ok());
  const auto shown = clock.advance(10s);
  ASSERT_TRUE(shown.ok());
  EXPECT_GE(*shown - before, 100s);
  EXPECT_LT(*shown - before, 160s);
  EXPECT_GE(clock.now(), *shown);
}

TEST(MovableClock, StaysWithinYearsOfFourDigits) {
  MovableClock clock;
  EXPECT_EQ(clock.advance(std::chrono::seconds::max()).error().code, Code::InvalidArgument);
  EXPECT_TRUE(
      clock.advance(std::chrono::floor<std::chrono::seconds>(kClockMax - clock.now())).ok());
  EXPECT_EQ(clock.advance(2s).error().message, "The clock cannot be moved beyond the year 9999.");
}

}  // namespace
}  // namespace rialto::server
