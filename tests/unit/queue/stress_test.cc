// Senders, receivers, polls and control calls at once on several loops: every message that was
// acknowledged comes out, and with a long visibility timeout, once.
#include <algorithm>
#include <atomic>
#include <map>

#include "fixture.h"
#include "store/batch.h"

namespace rialto::queue {
namespace {

class Stress : public QueuesTest {
 protected:
  static constexpr int kSenders = 4;
  static constexpr int kReceivers = 4;
  static constexpr int kRounds = 100;
  static constexpr int kTotal = kSenders * kRounds * 3;

  Stress()
      : QueuesTest({.window_max = 50, .page_max = 20, .row_bytes = 1'000, .row_messages_min = 2}) {}

  // Half through `send`, half as part of a batch of its own.
  Task<> sender(int number) {
    for (int round = 0; round < kRounds; ++round) {
      const std::string name = std::to_string(number) + "." + std::to_string(round) + ".";
      std::vector<OutgoingMessage> messages(2);
      messages[0].body = name + "a";
      messages[1].body = name + "b";
      auto sent = co_await queues_->send(kScope, "q", std::move(messages));
      EXPECT_TRUE(sent.ok());
      const std::string body = name + "c";
      store::Batch batch;
      auto pending = queues_->append(batch, kScope, "q", {.body = body});
      store::Batch failed;
      auto lost = queues_->append(failed, kScope, "q", {.body = "lost"});
      queues_->discard(*lost);
      auto committed = co_await store_.commit(std::move(batch));
      EXPECT_TRUE(committed.ok());
      queues_->publish(*pending);
    }
  }

  Task<> receiver() {
    while (received_ < kTotal) {
      auto got = co_await queues_->receive(kScope, "q",
                                           {.count_max = 7, .visibility = 600s, .wait = 50ms});
      EXPECT_TRUE(got.ok());
      std::vector<std::string> handles;
      for (const ReceivedMessage& message : *got) {
        handles.push_back(message.receipt_handle);
        ++received_;
        const std::lock_guard guard(mutex_);
        ++seen_[message.body];
      }
      auto erased = co_await queues_->erase(kScope, "q", std::move(handles));
      EXPECT_TRUE(erased.ok());
    }
  }

  Task<> meddler() {
    while (received_ < kTotal) {
      auto counts = queues_->counts(kScope, "q");
      EXPECT_TRUE(counts.ok());
      Change retention = [](Settings& settings, Tags&) -> Result<> {
        settings.retention += 1s;
        return {};
      };
      auto changed = co_await queues_->change(kScope, "q", std::move(retention));
      EXPECT_TRUE(changed.ok());
      auto made = co_await queues_->create(kScope, "other", {}, {});
      auto removed = co_await queues_->remove(kScope, "other");
      EXPECT_TRUE(made.ok() || removed.ok());
      queues_->sweep();
      co_await net::sleep_for(1ms);
    }
  }

  std::atomic<int> received_ = 0;
  std::mutex mutex_;
  std::map<std::string, int> seen_;
};

TEST_F(Stress, LosesNothingAndRepeatsNothing) {
  create();
  for (int i = 0; i < kSenders; ++i) {
    group_.spawn(executor(static_cast<std::size_t>(i) % 2), "sender", sender(i));
  }
  for (int i = 0; i < kReceivers; ++i) {
    group_.spawn(executor(static_cast<std::size_t>(i) % 2), "receiver", receiver());
  }
  group_.spawn(executor(1), "meddler", meddler());
  ASSERT_TRUE(group_.wait(60s));
  EXPECT_EQ(seen_.size(), static_cast<std::size_t>(kTotal));
  for (const auto& [body, times] : seen_) EXPECT_EQ(times, 1) << body;
}

}  // namespace
}  // namespace rialto::queue
