// Receives that wait.
#include "fixture.h"

namespace rialto::queue {
namespace {

constexpr std::chrono::seconds kPatience{20};

class LongPoll : public QueuesTest {
 protected:
  using Received = Result<std::vector<ReceivedMessage>>;

  std::future<Received> poll(std::size_t loop = 0, std::size_t count_max = 1) {
    return start(queues_->receive(kScope, "q",
                                  {.count_max = count_max, .visibility = 30s, .wait = kPatience}),
                 loop);
  }
  // Whatever was started on the loops before has run as far as it can.
  void settle() {
    for (int round = 0; round < 4; ++round) {
      for (std::size_t loop = 0; loop < runtime_.size(); ++loop) {
        net::run_blocking(executor(loop), nothing());
      }
    }
  }
  static Task<> nothing() { co_return; }
  Stopwatch watch_;
};

TEST_F(LongPoll, WakesAtOnceWhenAMessageComes) {
  create();
  auto waiting = poll();
  settle();
  ASSERT_TRUE(send({"a"}));
  auto got = waiting.get();
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->at(0).body, "a");
  EXPECT_LT(watch_.elapsed(), kPatience / 2);
}

TEST_F(LongPoll, EveryPollerGetsItsMessage) {
  create();
  std::vector<std::future<Received>> waiting;
  for (std::size_t i = 0; i < 20; ++i) waiting.push_back(poll(i % 2));
  settle();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(send({"a", "b"}));
  for (auto& one : waiting) EXPECT_EQ(one.get()->size(), 1U);
  EXPECT_LT(watch_.elapsed(), kPatience / 2);
}

TEST_F(LongPoll, WakesWhenAMessageBecomesDue) {
  create();
  ASSERT_TRUE(send({"flying"}));
  EXPECT_EQ(bodies(1, 30s).size(), 1U);
  auto waiting = poll();
  auto second = poll(1);
  settle();
  // Ten milliseconds before it is due the pollers are asked to look again, and wait for just that.
  clock_.advance(29'990ms);
  ASSERT_TRUE(send({"other"}));
  const auto tick = [&] {
    clock_.advance(1ms);
    return waiting.wait_for(5ms) != std::future_status::ready ||
           second.wait_for(5ms) != std::future_status::ready;
  };
  while (tick() && watch_.elapsed() < kPatience) {
  }
  EXPECT_EQ(waiting.get()->size(), 1U);
  EXPECT_EQ(second.get()->size(), 1U);
  EXPECT_LT(watch_.elapsed(), kPatience / 2);
}

TEST_F(LongPoll, WakesWhenAMessageIsGivenBack) {
  create();
  ASSERT_TRUE(send({"a"}));
  const std::string handle = receive().at(0).receipt_handle;
  auto waiting = poll();
  settle();
  ASSERT_TRUE(change_visibility(handle, 0s).ok());
  EXPECT_EQ(waiting.get()->size(), 1U);
}

TEST_F(LongPoll, EndsEmptyWhenItsTimeIsOver) {
  create();
  auto got = run(queues_->receive(kScope, "q", {.count_max = 1, .wait = 20ms}));
  ASSERT_TRUE(got.ok());
  EXPECT_TRUE(got->empty());
  EXPECT_GE(watch_.elapsed(), 20ms);
}

TEST_F(LongPoll, EndsEmptyWhenTheServerStops) {
  create();
  auto waiting = poll();
  auto other = poll(1);
  settle();
  queues_->stop();
  EXPECT_TRUE(waiting.get()->empty());
  EXPECT_TRUE(other.get()->empty());
  EXPECT_TRUE(poll().get()->empty());
  EXPECT_LT(watch_.elapsed(), kPatience / 2);
}

TEST_F(LongPoll, EndsWhenTheQueueIsRemoved) {
  create();
  auto waiting = poll();
  settle();
  ASSERT_TRUE(run(queues_->remove(kScope, "q")).ok());
  auto got = waiting.get();
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, kQueueDoesNotExist);
}

TEST_F(LongPoll, MaintenanceSweepsAndEndsWithTheServer) {
  create("q", {.retention = 60s});
  ASSERT_TRUE(send({"a"}));
  clock_.advance(60s);
  group_.spawn(executor(), "maintain", queues_->maintain());
  settle();
  EXPECT_EQ(store_.size(store::Table::Message), 0U);
  queues_->stop();
  EXPECT_TRUE(group_.wait(10s));
}

}  // namespace
}  // namespace rialto::queue
