#include "api/timestamp.h"

#include <gtest/gtest.h>

namespace rialto::api {
namespace {

std::int64_t millis(std::string_view text) {
  const auto time = parse_timestamp(text);
  return time ? to_millis(*time) : -1;
}

TEST(Timestamp, IsReadFromNumbers) {
  EXPECT_EQ(millis("1736942400"), 1736942400000);
  EXPECT_EQ(millis("1736942400.123"), 1736942400123);
  EXPECT_EQ(millis("1736942400.1239"), 1736942400123);
  EXPECT_EQ(millis("1736942400.5"), 1736942400500);
  EXPECT_EQ(millis("1.7369424E9"), 1736942400000);
  EXPECT_EQ(millis("0"), 0);
  EXPECT_EQ(millis("-1.5"), -1500);
}

TEST(Timestamp, IsReadFromIso8601) {
  EXPECT_EQ(millis("2025-01-15T12:00:00Z"), 1736942400000);
  EXPECT_EQ(millis("2025-01-15T12:00:00.123Z"), 1736942400123);
  EXPECT_EQ(millis("2025-01-15T14:00:00+02:00"), 1736942400000);
  EXPECT_EQ(millis("2025-01-15T06:30:00-0530"), 1736942400000);
  EXPECT_EQ(millis("2025-01-15T12:00Z"), 1736942400000);
  EXPECT_EQ(millis("2025-01-15"), 1736899200000);
}

TEST(Timestamp, RefusesTheRest) {
  for (const char* text : {"", "now", "2025-02-30", "2025-01-15T25:00:00Z", "2025-01-15T12:00:00Zx",
                           "99999999999999", "253402300800", "1e300", "2025-1-5"}) {
    EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
  }
}

TEST(Timestamp, IsWrittenWithoutExponent) {
  EXPECT_EQ(to_epoch_seconds(from_millis(1736942400000)), "1736942400");
  EXPECT_EQ(to_epoch_seconds(from_millis(1736942400123)), "1736942400.123");
  EXPECT_EQ(to_epoch_seconds(from_millis(1736942400005)), "1736942400.005");
  EXPECT_EQ(to_epoch_seconds(from_millis(-1500)), "-1.500");
  EXPECT_EQ(to_epoch_seconds(from_millis(0)), "0");
}

}  // namespace
}  // namespace rialto::api
