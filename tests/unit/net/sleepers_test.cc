// Sleepers: asleep until the clock shows the time, awake at once when it was moved.
#include "net/sleepers.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/run.h"

namespace rialto::net {
namespace {

using namespace std::chrono_literals;

class SleepersTest : public ::testing::Test {
 protected:
  ~SleepersTest() override { group_.stop(); }

  // Sleeps until `due`, however often it must look.
  Task<bool> sleep(TimePoint due) {
    while (clock_.now() < due) co_await sleepers_.sleep_until(due);
    co_return true;
  }
  std::future<bool> begin(Millis after, std::size_t loop = 0) {
    return test::start(group_, runtime_.executor(loop), sleep(clock_.now() + after));
  }

  test::FakeClock clock_;
  Runtime runtime_{2};
  Sleepers sleepers_{clock_};
  TaskGroup group_;
};

TEST_F(SleepersTest, WhatIsDueDoesNotSleep) {
  EXPECT_TRUE(begin(0ms).get());
  test::run(runtime_.executor(0), sleep(clock_.now() - 1h));
}

TEST_F(SleepersTest, AMoveOfTheClockWakesThoseWhoAreDueByIt) {
  auto near = begin(1h);
  auto far = begin(400 * 24h, 1);
  clock_.advance(1h);
  sleepers_.wake_all();
  EXPECT_TRUE(near.get());
  EXPECT_EQ(far.wait_for(10ms), std::future_status::timeout);
  clock_.advance(400 * 24h);
  sleepers_.wake_all();
  EXPECT_TRUE(far.get());
}

TEST_F(SleepersTest, NoMoveIsMissed) {
  for (int round = 0; round < 200; ++round) {
    auto one = begin(1h, 0);
    auto other = begin(1h, 1);
    clock_.advance(1h);
    sleepers_.wake_all();
    EXPECT_TRUE(one.get() && other.get());
  }
}

TEST_F(SleepersTest, CancellingEndsASleepEarly) {
  auto slept = test::start(group_, runtime_.executor(0),
                           [](Sleepers* sleepers, TimePoint due) -> Task<bool> {
                             co_await sleepers->sleep_until(due);
                             co_return true;
                           }(&sleepers_, clock_.now() + 1h));
  while (slept.wait_for(1ms) != std::future_status::ready) group_.cancel();
}

}  // namespace
}  // namespace rialto::net
