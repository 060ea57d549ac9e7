// Who may go on when not all may.
#include "http/outbound/places.h"

#include <gtest/gtest.h>

namespace rialto::http {
namespace {

// Places never look at who it is.
Transfer* caller(std::uintptr_t number) { return reinterpret_cast<Transfer*>(number); }

TEST(Places, AreGivenInTheOrderOfComing) {
  Places places(2, 10);
  EXPECT_TRUE(places.take("a", caller(1)));
  EXPECT_TRUE(places.take("a", caller(2)));
  EXPECT_FALSE(places.take("a", caller(3)));
  EXPECT_FALSE(places.take("a", caller(4)));
  EXPECT_TRUE(places.take("b", caller(5))) << "another host has its own";
  EXPECT_EQ(places.give_back("b"), nullptr);
  EXPECT_EQ(places.give_back("a"), caller(3));
  EXPECT_EQ(places.give_back("a"), caller(4));
  EXPECT_EQ(places.give_back("a"), nullptr);
  EXPECT_EQ(places.give_back("a"), nullptr);
  EXPECT_EQ(places.taken(), 0U);
}

TEST(Places, OfAllHostsAreGivenInTurns) {
  Places places(2, 2);
  EXPECT_TRUE(places.take("a", caller(1)));
  EXPECT_TRUE(places.take("a", caller(2)));
  for (std::uintptr_t i = 3; i < 6; ++i) EXPECT_FALSE(places.take("a", caller(i)));
  EXPECT_FALSE(places.take("b", caller(10)));
  EXPECT_FALSE(places.take("b", caller(11)));
  EXPECT_FALSE(places.take("c", caller(20)));
  EXPECT_EQ(places.give_back("a"), caller(10));
  EXPECT_EQ(places.give_back("b"), caller(20));
  EXPECT_EQ(places.give_back("c"), caller(3));
  EXPECT_EQ(places.give_back("a"), caller(11));
  EXPECT_EQ(places.give_back("b"), caller(4));
  EXPECT_EQ(places.give_back("a"), caller(5));
  EXPECT_EQ(places.give_back("a"), nullptr);
  EXPECT_EQ(places.give_back("a"), nullptr);
  EXPECT_EQ(places.taken(), 0U);
}

TEST(Places, AreNotGivenToWhoLeft) {
  Places places(1, 2);
  EXPECT_TRUE(places.take("a", caller(1)));
  EXPECT_TRUE(places.take("b", caller(2)));
  EXPECT_FALSE(places.take("c", caller(3)));
  EXPECT_FALSE(places.take("a", caller(4)));
  EXPECT_FALSE(places.take("a", caller(5)));
  places.leave_line("c", caller(3));
  places.leave_line("a", caller(4));
  EXPECT_EQ(places.give_back("b"), nullptr) << "a has its one";
  EXPECT_EQ(places.give_back("a"), caller(5));
  EXPECT_EQ(places.give_back("a"), nullptr);
  EXPECT_TRUE(places.take("c", caller(6)));
  EXPECT_EQ(places.give_back("c"), nullptr);
  EXPECT_EQ(places.taken(), 0U);
}

}  // namespace
}  // namespace rialto::http
