#include "cli/match/progress.h"

#include <gtest/gtest.h>

namespace rialto::cli {
namespace {

TEST(Progress, IsToldInGroupsOfDigits) {
  using std::chrono::milliseconds;
  EXPECT_EQ(progress_text(0, milliseconds(0)), "0 events, 0 events/s");
  EXPECT_EQ(progress_text(999, milliseconds(1000)), "999 events, 999 events/s");
  EXPECT_EQ(progress_text(1'234'567, milliseconds(2000)), "1,234,567 events, 617,284 events/s");
}

}  // namespace
}  // namespace rialto::cli
