// Senders, receivers and moves at once on several loops over a FIFO queue: each group comes in its
// order, by one receiver at a time, whole.
#include <atomic>
#include <map>

#include "fixture.h"
#include "model/arn.h"
#include "store/batch.h"

namespace rialto::queue {
namespace {

class FifoStress : public QueuesTest {
 protected:
  static constexpr int kGroups = 4;
  static constexpr int kRounds = 150;
  static constexpr int kTotal = kGroups * kRounds * 3;

  FifoStress() : QueuesTest({.page_max = 20, .fifo_window_max = 50}) {}

  static OutgoingMessage message(int group, int number) {
    return {.body = std::to_string(number),
            .group = std::to_string(group),
            .deduplication_id = std::to_string(group) + "." + std::to_string(number)};
  }

  // One sender of each group; a part in batches of its own, a part twice, a part lost.
  Task<> sender(int group) {
    int number = 0;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<OutgoingMessage> messages;
      messages.push_back(message(group, number++));
      messages.push_back(message(group, number++));
      messages.push_back(messages.front());
      auto sent = co_await queues_->send(kScope, "q.fifo", std::move(messages));
      EXPECT_TRUE(sent.ok());
      const OutgoingMessage third = message(group, number++);
      OutgoingMessage never = third;
      never.deduplication_id += "never";
      store::Batch failed;
      auto lost = queues_->append(failed, kScope, "q.fifo", never.view());
      store::Batch batch;
      auto pending = queues_->append(batch, kScope, "q.fifo", third.view());
      auto committed = co_await store_.commit(std::move(batch));
      EXPECT_TRUE(committed.ok());
      queues_->publish(*pending);
      queues_->discard(*lost);
    }
  }

  Task<> receiver() {
    while (received_ < kTotal) {
      auto got = co_await queues_->receive(kScope, "q.fifo",
                                           {.count_max = 7, .visibility = 600s, .wait = 50ms});
      EXPECT_TRUE(got.ok());
      std::vector<std::string> handles;
      for (const ReceivedMessage& one : *got) {
        handles.push_back(one.receipt_handle);
        const std::lock_guard guard(mutex_);
        EXPECT_EQ(std::stoi(one.body), next_[one.group]++) << "group " << one.group;
      }
      const int count = static_cast<int>(handles.size());
      auto erased = co_await queues_->erase(kScope, "q.fifo", std::move(handles));
      EXPECT_TRUE(erased.ok());
      received_ += count;
    }
  }

  Task<> meddler() {
    while (received_ < kTotal) {
      EXPECT_TRUE(queues_->counts(kScope, "q.fifo").ok());
      queues_->sweep();
      auto moved = co_await queues_->run_moves_once();
      EXPECT_GE(moved.count(), 0);
      co_await net::sleep_for(1ms);
    }
  }

  std::atomic<int> received_ = 0;
  std::mutex mutex_;
  std::map<std::string, int> next_;
};

TEST_F(FifoStress, KeepsEveryGroupInOrder) {
  create("q.fifo", {.fifo = FifoSettings{}});
  for (int i = 0; i < kGroups; ++i) {
    group_.spawn(executor(static_cast<std::size_t>(i) % 2), "sender", sender(i));
    group_.spawn(executor(static_cast<std::size_t>(i + 1) % 2), "receiver", receiver());
  }
  group_.spawn(executor(1), "meddler", meddler());
  ASSERT_TRUE(group_.wait(60s));
  EXPECT_EQ(*queues_->counts(kScope, "q.fifo"), Counts{});
  EXPECT_EQ(store_.size(store::Table::Message), 0U);
  EXPECT_EQ(store_.size(store::Table::MessageState), 0U);
}

// Consumers that fail everything, and move tasks that bring everything back: nothing is lost.
TEST_F(FifoStress, LosesNothingBetweenAQueueAndItsDeadLetters) {
  constexpr int kMessages = 200;
  create("dead");
  create("q",
         {.redrive = RedrivePolicy{model::queue_arn(kScope.region, kScope.account, "dead"), 1}});
  std::vector<std::string> bodies;
  for (int i = 0; i < kMessages; ++i) bodies.push_back(std::to_string(i));
  ASSERT_TRUE(send(bodies));
  std::atomic<int> rounds = 0;
  const auto fail_all = [](Queues& queues, std::atomic<int>& done) -> Task<> {
    for (int i = 0; i < 200; ++i) {
      auto got =
          co_await queues.receive(kScope, "q", {.count_max = 10, .visibility = 0s, .wait = 0s});
      EXPECT_TRUE(got.ok());
    }
    ++done;
  };
  const auto bring_back = [](Queues& queues, std::atomic<int>& done) -> Task<> {
    while (done < 3) {
      auto started = co_await queues.start_move({.id = {}, .scope = kScope, .source = "dead"});
      auto pause = co_await queues.run_moves_once();
      EXPECT_GE(pause.count(), 0);
      co_await net::sleep_for(1ms);
    }
  };
  for (std::size_t i = 0; i < 3; ++i) {
    group_.spawn(executor(i % 2), "fail", fail_all(*queues_, rounds));
  }
  group_.spawn(executor(1), "back", bring_back(*queues_, rounds));
  ASSERT_TRUE(group_.wait(60s));
  clock_.advance(60s);
  EXPECT_EQ(counts().visible + queues_->counts(kScope, "dead")->visible, kMessages);
  EXPECT_EQ(store_.size(store::Table::Message), std::size_t{kMessages});
}

}  // namespace
}  // namespace rialto::queue
