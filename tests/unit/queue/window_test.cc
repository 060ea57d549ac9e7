// More messages than are known in memory.
#include "fixture.h"

#include "store/batch.h"

namespace rialto::queue {
namespace {

using Bodies = std::vector<std::string>;

class SmallWindow : public QueuesTest {
 protected:
  SmallWindow() : QueuesTest({.window_max = 5, .page_max = 3, .delayed_max = 4}) {}
};

TEST_F(SmallWindow, PagesInWhatLiesOnDisk) {
  create();
  ASSERT_TRUE(send(numbers(0, 40)));
  EXPECT_EQ(counts(), (Counts{.visible = 40}));
  EXPECT_EQ(drain(), numbers(0, 40));
  EXPECT_EQ(counts(), Counts{});
  ASSERT_TRUE(send(numbers(40, 42)));
  EXPECT_EQ(drain(), numbers(40, 42));
}

TEST_F(SmallWindow, PagesInAfterARestart) {
  create();
  ASSERT_TRUE(send(numbers(0, 20)));
  const auto first = receive(2, 5s);
  restart();
  EXPECT_EQ(counts(), (Counts{.visible = 18, .in_flight = 2}));
  EXPECT_EQ(drain(), numbers(2, 20));
  clock_.advance(5s);
  EXPECT_EQ(drain(), numbers(0, 2));
}

TEST_F(SmallWindow, SkipsPendingMessagesAndFindsThemLater) {
  create();
  ASSERT_TRUE(send(numbers(0, 8)));
  store::Batch batch;
  auto pending = queues_->append(batch, kScope, "q", {.body = "pending"});
  ASSERT_TRUE(send(numbers(8, 16)));
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  EXPECT_EQ(drain(), numbers(0, 16));
  queues_->publish(*pending);
  EXPECT_EQ(counts(), (Counts{.visible = 1}));
  EXPECT_EQ(drain(), Bodies{"pending"});
}

TEST_F(SmallWindow, LeavesNoMessageBehindWhenAnAppendFails) {
  create();
  ASSERT_TRUE(send(numbers(0, 8)));
  store_.fail_next(1);
  EXPECT_FALSE(send({"lost"}));
  ASSERT_TRUE(send(numbers(8, 10)));
  EXPECT_EQ(drain(), numbers(0, 10));
}

TEST_F(SmallWindow, KeepsDelaysThatAreNotKnownInMemory) {
  create();
  ASSERT_TRUE(send(numbers(0, 20), 10s));
  ASSERT_TRUE(send({"now"}, 0s));
  EXPECT_EQ(drain(), Bodies{"now"});
  clock_.advance(9'999ms);
  EXPECT_EQ(drain(), Bodies());
  clock_.advance(1ms);
  EXPECT_EQ(drain().size(), 20U);
  EXPECT_EQ(counts(), Counts{});
}

TEST_F(SmallWindow, SweepsWhatLiesOnDisk) {
  create("q", {.retention = 60s});
  ASSERT_TRUE(send(numbers(0, 20)));
  clock_.advance(30s);
  ASSERT_TRUE(send(numbers(20, 25)));
  clock_.advance(30s);
  EXPECT_EQ(counts(), (Counts{.visible = 5}));
  EXPECT_EQ(drain(), numbers(20, 25));
  EXPECT_EQ(store_.size(store::Table::Message), 0U);
}

TEST_F(SmallWindow, PurgesWhatLiesOnDisk) {
  create();
  ASSERT_TRUE(send(numbers(0, 20)));
  ASSERT_TRUE(run(queues_->purge(kScope, "q")).ok());
  ASSERT_TRUE(send(numbers(20, 30)));
  EXPECT_EQ(counts(), (Counts{.visible = 10}));
  EXPECT_EQ(drain(), numbers(20, 30));
}

class SlowSweep : public QueuesTest {
 protected:
  SlowSweep() : QueuesTest({.sweep_max = 3}) {}
};

TEST_F(SlowSweep, RemovesABoundedNumberAtATime) {
  create("q", {.retention = 60s});
  ASSERT_TRUE(send(Bodies(8, "x")));
  clock_.advance(60s);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Message), 5U);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Message), 2U);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Message), 0U);
  EXPECT_EQ(counts(), Counts{});
}

}  // namespace
}  // namespace rialto::queue
