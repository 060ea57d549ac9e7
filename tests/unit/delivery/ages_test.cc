#include "delivery/ages.h"

#include <gtest/gtest.h>

namespace rialto::delivery {
namespace {

TEST(Ages, KnowTheOldestWhateverGoesFirst) {
  Ages ages;
  EXPECT_EQ(ages.oldest(), std::nullopt);
  ages.add(from_millis(5'900));
  ages.add(from_millis(2'100));
  ages.add(from_millis(2'700));
  EXPECT_EQ(ages.oldest(), from_millis(2'000)) << "to the second";
  ages.remove(from_millis(2'700));
  EXPECT_EQ(ages.oldest(), from_millis(2'000));
  ages.remove(from_millis(2'100));
  EXPECT_EQ(ages.oldest(), from_millis(5'000));
  ages.remove(from_millis(5'900));
  EXPECT_EQ(ages.oldest(), std::nullopt);
}

}  // namespace
}  // namespace rialto::delivery
