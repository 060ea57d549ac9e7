// How fast a replay goes.
#include "archive/pace.h"

#include <gtest/gtest.h>

namespace rialto::archive {
namespace {

using namespace std::chrono_literals;

TimePoint at(Millis time) { return from_millis(1'000'000) + time; }

Pace pace(std::optional<std::int64_t> events_per_second, bool keeps_pace) {
  model::Replay replay;
  replay.events_per_second = events_per_second;
  replay.keeps_pace = keeps_pace;
  return Pace(replay);
}

TEST(Pace, WithoutOneNothingWaits) {
  Pace free = pace(std::nullopt, false);
  EXPECT_TRUE(free.is_free());
  EXPECT_EQ(free.wait(at(0ms), at(9h), 1'000), 0ms);
}

TEST(Pace, OfSoManyASecondSpacesEvents) {
  Pace ten = pace(10, false);
  EXPECT_EQ(ten.wait(at(0ms), at(9h), 0), 0ms);
  EXPECT_EQ(ten.wait(at(0ms), at(9h), 1), 100ms);
  ten.put(1);
  EXPECT_EQ(ten.wait(at(30ms), at(9h), 0), 70ms);
  EXPECT_EQ(ten.wait(at(100ms), at(9h), 0), 0ms);
}

TEST(Pace, OfTheEventsIsAsFarApartAsTheyWereAccepted) {
  Pace own = pace(std::nullopt, true);
  EXPECT_EQ(own.wait(at(5s), at(1h), 0), 0ms) << "the first at once";
  own.put(1);
  EXPECT_EQ(own.wait(at(5s), at(1h + 10s), 0), 10s);
  EXPECT_EQ(own.wait(at(14s), at(1h + 10s), 0), 1s);
  EXPECT_EQ(own.wait(at(20s), at(1h + 10s), 0), 0ms);
  EXPECT_EQ(own.wait(at(20s), at(50min), 0), 0ms) << "never into the past";
}

}  // namespace
}  // namespace rialto::archive
