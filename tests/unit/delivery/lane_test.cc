// A lane in memory and on disk: what a page may bring, and what it may not.
#include "delivery/lane.h"

#include "fixture.h"

namespace rialto::delivery {
namespace {

class LaneTest : public ::testing::Test {
 protected:
  static TimePoint at(int second) { return from_millis(1'000'000 + second * 1'000); }
  Delivery make(int number, int due_second = 0) const {
    Delivery out;
    out.key = {{1, static_cast<store::Sequence>(number)}, 0};
    out.destination = lane_.destination();
    out.due_at = at(due_second);
    return out;
  }
  void arrive(int number, int due_second = 0) {
    lane_.hold(make(number, due_second).place());
    lane_.arrive(make(number, due_second));
  }
  std::vector<store::Sequence> take_all(int second = 0) {
    std::vector<store::Sequence> out;
    while (auto taken = lane_.take(at(second))) out.push_back(taken->key.event.sequence);
    return out;
  }
  using Numbers = std::vector<store::Sequence>;

  Lane lane_{make_destination("rule", "r", {})};
};

TEST_F(LaneTest, GivesWhatIsDueInOrderOfTimeThenOfAcceptance) {
  arrive(3, 5);
  arrive(2, 0);
  arrive(1, 0);
  EXPECT_EQ(lane_.next_due(0), at(0));
  EXPECT_EQ(lane_.count_due(at(0), 10), 2U);
  EXPECT_EQ(take_all(0), (Numbers{1, 2}));
  EXPECT_EQ(lane_.next_due(0), at(5));
  EXPECT_EQ(take_all(5), Numbers{3});
}

TEST_F(LaneTest, IsIdleWhenNothingIsOwedAndNothingOnItsWay) {
  EXPECT_TRUE(lane_.is_idle());
  lane_.hold(make(1).place());
  EXPECT_FALSE(lane_.is_idle());
  lane_.arrive(make(1));
  EXPECT_EQ(take_all(), Numbers{1});
  EXPECT_FALSE(lane_.is_idle()) << "it is in hands";
  EXPECT_TRUE(lane_.let_go(make(1).place()));
  EXPECT_TRUE(lane_.is_idle());
  EXPECT_FALSE(lane_.let_go(make(1).place()));
}

TEST_F(LaneTest, LeavesWhatLiesBehindTheFrontierToAPage) {
  for (int number = 1; number <= 3; ++number) arrive(number);
  EXPECT_EQ(lane_.drop_last()->key.event.sequence, 3U);
  EXPECT_EQ(lane_.arrive(make(4)), nullptr) << "behind what was dropped";
  EXPECT_NE(lane_.arrive(make(0)), nullptr);
  EXPECT_EQ(take_all(), (Numbers{0, 1, 2}));
  const auto from = lane_.begin_page(at(0), 0);
  ASSERT_TRUE(from);
  EXPECT_EQ(from->key.event.sequence, 3U);
  EXPECT_FALSE(lane_.begin_page(at(0), 0)) << "one page at a time";
  lane_.end_page(*from, {make(3), make(4)}, std::nullopt);
  EXPECT_EQ(take_all(), (Numbers{3, 4}));
  EXPECT_FALSE(lane_.begin_page(at(0), 0)) << "all is read";
}

TEST_F(LaneTest, ReadsNoPageBeforeItIsDue) {
  lane_.set_frontier(make(1, 60).place());
  EXPECT_EQ(lane_.next_due(0), at(60));
  EXPECT_FALSE(lane_.begin_page(at(59), 0));
  EXPECT_TRUE(lane_.begin_page(at(60), 0));
}

TEST_F(LaneTest, APageBringsNothingThatIsInHands) {
  lane_.set_frontier(make(1).place());
  lane_.hold(make(2).place());  // on its way into the store; the page sees it there already
  const auto from = lane_.begin_page(at(0), 0);
  lane_.end_page(*from, {make(1), make(2)}, std::nullopt);
  EXPECT_EQ(take_all(), Numbers{1});
  lane_.arrive(make(2));
  EXPECT_EQ(take_all(), Numbers{2});
}

TEST_F(LaneTest, WhatArrivesDuringAPageIsNotMissedAndNotDoubled) {
  lane_.set_frontier(make(1).place());
  const auto from = lane_.begin_page(at(0), 0);
  arrive(2);  // read by the page
  arrive(3);  // too late for it
  arrive(9);  // behind its end
  lane_.end_page(*from, {make(1), make(2)}, make(5).place());
  EXPECT_EQ(take_all(), (Numbers{1, 2, 3}));
  const auto next = lane_.begin_page(at(0), 0);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->key.event.sequence, 5U);
}

TEST_F(LaneTest, ReadsAgainWhatItCouldNotKeepDuringAPage) {
  lane_.set_frontier(make(1).place());
  const auto from = lane_.begin_page(at(0), 0);
  for (int number = 2; number <= 1'500; ++number) arrive(number);
  lane_.end_page(*from, {make(1)}, std::nullopt);
  EXPECT_EQ(take_all().size(), 1'001U);
  const auto next = lane_.begin_page(at(0), 0);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->key.event.sequence, 1'002U);
}

TEST_F(LaneTest, WhatIsSettledDuringAPageIsNotBroughtBack) {
  arrive(1, 10);
  EXPECT_EQ(take_all(10), Numbers{1});
  arrive(2, 5);
  arrive(3, 6);
  lane_.drop_last();
  lane_.drop_last();
  const auto from = lane_.begin_page(at(10), 0);
  EXPECT_TRUE(lane_.let_go(make(1, 10).place())) << "settled, but the page has seen it";
  lane_.end_page(*from, {make(2, 5), make(3, 6), make(1, 10)}, std::nullopt);
  EXPECT_EQ(take_all(10), (Numbers{2, 3}));
}

TEST_F(LaneTest, APageIsForNothingWhenTheWindowRanOverMeanwhile) {
  lane_.set_frontier(make(5).place());
  const auto from = lane_.begin_page(at(0), 4);
  arrive(1);
  arrive(2);
  lane_.drop_last();
  lane_.end_page(*from, {make(5), make(6)}, std::nullopt);
  EXPECT_EQ(take_all(), Numbers{1});
  const auto again = lane_.begin_page(at(0), 0);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->key.event.sequence, 2U) << "what was dropped comes first";
}

TEST_F(LaneTest, WhatIsPutOffTooLongIsDueForTheClockWasMovedBack) {
  arrive(1, 16 * 60);
  EXPECT_EQ(take_all(0), Numbers{1});
  arrive(2, 15 * 60);
  EXPECT_EQ(take_all(0), Numbers{});
}

TEST_F(LaneTest, WhatTheTargetAskedForMayBeADayAhead) {
  constexpr int kDay = 24 * 60 * 60;
  const auto arrive_asked = [&](int number, int due_second) {
    Delivery made = make(number, due_second);
    made.is_due_by_request = true;
    lane_.arrive(made);
  };
  arrive_asked(1, kDay);
  EXPECT_EQ(lane_.count_due(at(0), 10), 0U);
  EXPECT_EQ(take_all(0), Numbers{});
  EXPECT_EQ(take_all(kDay), Numbers{1});
  arrive_asked(2, kDay + 1);
  EXPECT_EQ(take_all(0), Numbers{2}) << "for the clock was moved back";
}

}  // namespace
}  // namespace rialto::delivery
