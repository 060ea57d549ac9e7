#include "bus/rates.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace rialto::bus {
namespace {

using namespace std::chrono_literals;

const model::BusRef kOne{"us-east-1", "111122223333", "one"};
const model::BusRef kTwo{"us-east-1", "111122223333", "two"};
const model::BusRef kOther{"us-east-1", "999999999999", "one"};

int take(Rates& rates, const model::BusRef& bus, int count) {
  int taken = 0;
  while (count-- > 0) taken += rates.take(bus);
  return taken;
}

TEST(Rates, LetEverythingPassUnlessTheyAreSet) {
  test::FakeClock clock;
  Rates rates({}, clock);
  EXPECT_EQ(take(rates, kOne, 10'000), 10'000);
}

TEST(Rates, OfAnAccountCountAllItsBuses) {
  test::FakeClock clock;
  Rates rates({.per_account = 10}, clock);
  EXPECT_EQ(take(rates, kOne, 7), 7);
  EXPECT_EQ(take(rates, kTwo, 7), 3);
  EXPECT_EQ(take(rates, kOther, 20), 10);
  clock.advance(500ms);
  EXPECT_EQ(take(rates, kOne, 7), 5);
  clock.advance(1h);
  EXPECT_EQ(take(rates, kTwo, 70), 10) << "no more than a second's worth is saved";
}

TEST(Rates, OfABusAreItsOwnAndTakeNothingWhereTheAccountHasNone) {
  test::FakeClock clock;
  Rates rates({.per_account = 5, .per_bus = 4}, clock);
  EXPECT_EQ(take(rates, kOne, 9), 4);
  EXPECT_EQ(take(rates, kTwo, 9), 1);
  clock.advance(200ms);
  EXPECT_EQ(take(rates, kTwo, 9), 1) << "the refused ones took nothing from the bus";
}

TEST(Rates, StandStillWhenTheClockIsMovedBack) {
  test::FakeClock clock;
  Rates rates({.per_bus = 2}, clock);
  EXPECT_EQ(take(rates, kOne, 2), 2);
  clock.advance(-1h);
  EXPECT_EQ(take(rates, kOne, 2), 0);
  clock.advance(1s);
  EXPECT_EQ(take(rates, kOne, 5), 2);
}

}  // namespace
}  // namespace rialto::bus
