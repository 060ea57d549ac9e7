// WaitList: a notification wakes one waiter or all of them, and none is lost.
#include "net/wait_list.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "net/bridge.h"
#include "support/run.h"

namespace rialto::net {
namespace {

using namespace std::chrono_literals;

class WaitListTest : public ::testing::Test {
 protected:
  ~WaitListTest() override { group_.stop(); }

  std::shared_ptr<Waiter> enlisted(std::size_t loop = 0) {
    auto waiter = test::run(runtime_.executor(loop), list_.make_waiter());
    list_.enlist(waiter);
    return waiter;
  }
  static Task<bool> wait(std::shared_ptr<Waiter> waiter, std::chrono::milliseconds timeout) {
    co_return co_await waiter->wait(timeout);
  }
  std::future<bool> begin(std::shared_ptr<Waiter> waiter, std::chrono::milliseconds timeout = 1h,
                          std::size_t loop = 0) {
    return test::start(group_, runtime_.executor(loop), wait(std::move(waiter), timeout));
  }

  Runtime runtime_{2};
  WaitList list_;
  TaskGroup group_;
};

TEST_F(WaitListTest, NotifyOneWakesTheFirstToEnlist) {
  auto first = begin(enlisted());
  auto second = begin(enlisted());
  EXPECT_TRUE(list_.notify_one());
  EXPECT_TRUE(first.get());
  EXPECT_EQ(second.wait_for(10ms), std::future_status::timeout);
  EXPECT_TRUE(list_.notify_one());
  EXPECT_TRUE(second.get());
}

TEST_F(WaitListTest, NotifyOneSaysThatNobodyWaited) {
  EXPECT_FALSE(list_.notify_one());
  const auto waiter = enlisted();
  EXPECT_TRUE(list_.notify_one());
  EXPECT_FALSE(list_.notify_one()) << "a waiter is notified once";
}

TEST_F(WaitListTest, NotifyAllWakesEveryoneOnEveryLoop) {
  std::vector<std::future<bool>> waits;
  for (std::size_t i = 0; i < 10; ++i) waits.push_back(begin(enlisted(i % 2), 1h, i % 2));
  list_.notify_all();
  for (auto& one : waits) EXPECT_TRUE(one.get());
  EXPECT_FALSE(list_.notify_one());
}

TEST_F(WaitListTest, AnswersFalseWhenTheTimeIsUp) {
  EXPECT_FALSE(test::run(runtime_.executor(0), wait(enlisted(), 1ms)));
}

TEST_F(WaitListTest, ANotificationBeforeTheWaitIsNotLost) {
  const auto waiter = enlisted();
  EXPECT_TRUE(list_.notify_one());
  EXPECT_TRUE(test::run(runtime_.executor(0), wait(waiter, 1h)));
}

TEST_F(WaitListTest, WhoLeavesIsNotNotified) {
  const auto first = enlisted();
  auto second = begin(enlisted());
  list_.leave(first);
  EXPECT_TRUE(list_.notify_one());
  EXPECT_TRUE(second.get());
  EXPECT_FALSE(test::run(runtime_.executor(0), wait(first, 1ms)));
}

TEST_F(WaitListTest, CancellationEndsAWaitWithoutANotification) {
  auto waiting = begin(enlisted());
  group_.cancel();
  EXPECT_FALSE(waiting.get());
}

// The recipe at the head of the file: check, enlist under the lock of the condition, then await.
TEST_F(WaitListTest, NoWakeUpIsLostBetweenCheckAndWait) {
  constexpr int kItems = 500;
  struct Box {
    std::mutex mutex;
    int items = 0;
  } box;
  const auto consume = [](WaitList* list, Box* from) -> Task<bool> {
    for (int taken = 0; taken < kItems;) {
      const auto waiter = co_await list->make_waiter();
      {
        const std::lock_guard guard(from->mutex);
        if (from->items > 0) {
          --from->items;
          ++taken;
          continue;
        }
        list->enlist(waiter);
      }
      co_await waiter->wait(1h);
    }
    co_return true;
  };
  auto consumer = test::start(group_, runtime_.executor(0), consume(&list_, &box));
  std::thread producer([&] {
    for (int i = 0; i < kItems; ++i) {
      {
        const std::lock_guard guard(box.mutex);
        ++box.items;
      }
      list_.notify_one();
      if (i % 16 == 0) std::this_thread::yield();
    }
  });
  producer.join();
  EXPECT_EQ(consumer.wait_for(20s), std::future_status::ready);
}

TEST_F(WaitListTest, AWaiterMayOutliveItsList) {
  auto list = std::make_unique<WaitList>();
  const auto waiter = test::run(runtime_.executor(0), list->make_waiter());
  list->enlist(waiter);
  auto waiting = begin(waiter);
  list->notify_all();
  list.reset();
  EXPECT_TRUE(waiting.get());
}

TEST_F(WaitListTest, ACallbackFromAnotherThreadResumesTheCoroutineOnItsOwnLoop) {
  const auto ask = [](std::thread* from) -> Task<std::pair<int, std::thread::id>> {
    const int value = co_await await_callback<int>(
        [from](auto resume) { *from = std::thread([resume = std::move(resume)] { resume(7); }); });
    co_return std::pair{value, std::this_thread::get_id()};
  };
  const auto where = []() -> Task<std::thread::id> { co_return std::this_thread::get_id(); };
  std::thread other;
  const auto [value, resumed_on] = test::run(runtime_.executor(1), ask(&other));
  other.join();
  EXPECT_EQ(value, 7);
  EXPECT_EQ(resumed_on, test::run(runtime_.executor(1), where()));
}

}  // namespace
}  // namespace rialto::net
