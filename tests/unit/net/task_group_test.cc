// TaskGroup owns what it spawns; run_together ends when the last one has.
#include "net/task_group.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <thread>

#include "support/run.h"

namespace rialto::net {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

Task<> sleep_once(std::atomic<int>* woken) {
  co_await sleep_for(1h);
  ++*woken;
}

Task<> sleep_often(std::atomic<int>* woken, int times) {
  for (int i = 0; i < times; ++i) {
    co_await sleep_for(1h);
    ++*woken;
  }
}

Task<> count(std::atomic<int>* runs) {
  ++*runs;
  co_return;
}

TEST(TaskGroup, CountsTasksUntilTheyHaveEnded) {
  Runtime runtime(1);
  TaskGroup group;
  EXPECT_EQ(group.size(), 0U);
  std::atomic<int> woken{0};
  group.spawn(runtime.executor(0), "a", sleep_once(&woken));
  group.spawn(runtime.executor(0), "b", sleep_once(&woken));
  EXPECT_EQ(group.size(), 2U);
  EXPECT_FALSE(group.wait(1ms)) << "both still sleep";
  group.stop();
  EXPECT_EQ(group.size(), 0U);
  EXPECT_EQ(woken, 2);
}

TEST(TaskGroup, WaitEndsWithTheLastTask) {
  Runtime runtime(2);
  TaskGroup group;
  EXPECT_TRUE(group.wait(0ms)) << "nothing runs";
  std::atomic<int> runs{0};
  for (std::size_t i = 0; i < 200; ++i) group.spawn(runtime.executor(i % 2), "c", count(&runs));
  EXPECT_TRUE(group.wait(20s));
  EXPECT_EQ(runs, 200);
}

TEST(TaskGroup, CancelEndsTheWaitAndNotTheTask) {
  Runtime runtime(1);
  TaskGroup group;
  std::atomic<int> woken{0};
  group.spawn(runtime.executor(0), "twice", sleep_often(&woken, 2));
  group.cancel();
  while (woken == 0) std::this_thread::yield();
  EXPECT_FALSE(group.wait(20ms)) << "the second wait has not been cancelled";
  EXPECT_EQ(woken, 1);
  group.cancel();
  EXPECT_TRUE(group.wait(20s));
  EXPECT_EQ(woken, 2);
}

TEST(TaskGroup, CancelReachesATaskThatHasNotStartedYet) {
  Runtime runtime(1);
  TaskGroup group;
  std::atomic<bool> is_open{false};
  asio::post(runtime.executor(0), [&is_open] {
    while (!is_open) std::this_thread::yield();  // the loop is busy
  });
  std::atomic<int> woken{0};
  group.spawn(runtime.executor(0), "late", sleep_once(&woken));
  group.cancel();
  is_open = true;
  EXPECT_TRUE(group.wait(20s));
  EXPECT_EQ(woken, 1);
}

TEST(TaskGroup, StopCancelsWaitsThatBeginAfterTheFirstSignal) {
  Runtime runtime(1);
  TaskGroup group;
  std::atomic<int> woken{0};
  group.spawn(runtime.executor(0), "thrice", sleep_often(&woken, 3));
  group.stop();
  EXPECT_EQ(woken, 3);
}

TEST(TaskGroup, StopWaitsForWhatItsTasksSpawn) {
  Runtime runtime(2);
  TaskGroup group;
  std::atomic<int> woken{0};
  const auto parent = [](TaskGroup* with, Executor other, std::atomic<int>* out) -> Task<> {
    co_await sleep_for(1h);
    with->spawn(other, "child", sleep_once(out));
  };
  group.spawn(runtime.executor(0), "parent", parent(&group, runtime.executor(1), &woken));
  group.stop();
  EXPECT_EQ(woken, 1);
}

TEST(TaskGroup, MayBeSpawnedIntoAndCancelledFromManyThreads) {
  Runtime runtime(2);
  TaskGroup group;
  std::atomic<int> runs{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 100; ++j) {
        group.spawn(runtime.executor(i % 2), "many", count(&runs));
        if (j % 10 == 0) group.cancel();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  group.stop();
  EXPECT_EQ(runs, 400);
}

TEST(TaskGroup, MayGoAsSoonAsItsTasksHaveEnded) {
  Runtime runtime(2);
  std::atomic<int> runs{0};
  for (std::size_t i = 0; i < 500; ++i) {
    TaskGroup group;
    group.spawn(runtime.executor(i % 2), "brief", count(&runs));
    ASSERT_TRUE(group.wait(20s));
  }
  EXPECT_EQ(runs, 500);
}

TEST(TaskGroupDeathTest, AnEscapedExceptionEndsTheProcessWithTheTasksName) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto broken = []() -> Task<> {
    throw std::runtime_error("as the test asked");
    co_return;
  };
  EXPECT_DEATH(
      {
        Runtime runtime(1);
        TaskGroup group;
        group.spawn(runtime.executor(0), "broken_task", broken());
        group.wait(20s);
      },
      "broken_task");
}

TEST(RunTogether, EndsWhenAllHave) {
  Runtime runtime(1);
  std::atomic<int> runs{0};
  const auto all = [](std::atomic<int>* out) -> Task<bool> {
    co_await run_together(10, [out](std::size_t) { return count(out); });
    co_return *out == 10;
  };
  EXPECT_TRUE(test::run(runtime.executor(0), all(&runs)));
}

TEST(RunTogether, OfNothingEndsAtOnce) {
  Runtime runtime(1);
  const auto none = []() -> Task<bool> {
    co_await run_together(0, [](std::size_t) -> Task<> { co_return; });
    co_return true;
  };
  EXPECT_TRUE(test::run(runtime.executor(0), none()));
}

TEST(RunTogether, RunsThemSideBySide) {
  Runtime runtime(1);
  // Each waits until all have arrived: one after the other would never end.
  const auto meet = [](int* arrived, int all) -> Task<> {
    const Executor executor = co_await asio::this_coro::executor;
    ++*arrived;
    while (*arrived < all) co_await asio::post(executor, asio::use_awaitable);
  };
  const auto together = [meet](int* arrived) -> Task<bool> {
    co_await run_together(5, [meet, arrived](std::size_t) { return meet(arrived, 5); });
    co_return true;
  };
  int arrived = 0;
  // Named, because a coroutine's closure must outlive it.
  EXPECT_TRUE(test::run(runtime.executor(0), together(&arrived)));
  EXPECT_EQ(arrived, 5);
}

TEST(Runtime, PinsEachLoopToOneThreadOfItsOwn) {
  Runtime runtime(3);
  ASSERT_EQ(runtime.size(), 3U);
  const auto where = []() -> Task<std::thread::id> { co_return std::this_thread::get_id(); };
  std::vector<std::thread::id> ids;
  for (std::size_t i = 0; i < 3; ++i) {
    ids.push_back(test::run(runtime.executor(i), where()));
    EXPECT_EQ(test::run(runtime.executor(i), where()), ids.back());
  }
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_NE(ids[1], ids[2]);
  EXPECT_NE(ids[0], ids[2]);
}

TEST(Runtime, HasOneLoopAtLeast) { EXPECT_EQ(Runtime(0).size(), 1U); }

TEST(Runtime, MayBeStoppedTwice) {
  Runtime runtime(2);
  runtime.stop();
  runtime.stop();
}

}  // namespace
}  // namespace rialto::net
