// Turn: one at a time, in the order of asking.
#include "net/turn.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/run.h"

namespace rialto::net {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

// Lets whatever else is ready on the loop run first.
Task<> step_aside() {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

Task<bool> take(Turn* turn) {
  co_await turn->take();
  co_return true;
}

TEST(Turn, IsFreeAtFirstAndAgainAfterEveryPass) {
  Runtime runtime(1);
  Turn turn;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(test::run(runtime.executor(0), take(&turn)));
    turn.pass();
  }
}

TEST(Turn, GoesToTheOneWhoAskedFirst) {
  Runtime runtime(1);
  TaskGroup group;
  Turn turn;
  std::vector<int> order;  // touched on one loop only
  const auto follow = [](Turn* with, std::vector<int>* out, int number) -> Task<bool> {
    co_await with->take();
    out->push_back(number);
    with->pass();
    co_return true;
  };
  ASSERT_TRUE(test::run(runtime.executor(0), take(&turn)));
  std::vector<std::future<bool>> done;
  for (int i = 0; i < 5; ++i) {
    done.push_back(test::start(group, runtime.executor(0), follow(&turn, &order, i)));
    // On one loop the next task starts after this one has asked.
  }
  EXPECT_EQ(done.front().wait_for(20ms), std::future_status::timeout) << "the turn is taken";
  turn.pass();
  for (auto& one : done) EXPECT_TRUE(one.get());
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  group.stop();
}

TEST(Turn, IsHeldByOneTaskAtATimeOverManyLoops) {
  constexpr std::size_t kLoops = 4;
  constexpr int kRounds = 300;
  Runtime runtime(kLoops);
  TaskGroup group;
  Turn turn;
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  int unguarded = 0;  // what the turn protects: the thread sanitizer watches it
  const auto work = [](Turn* with, std::atomic<int>* in, std::atomic<int>* max,
                       int* count) -> Task<bool> {
    for (int i = 0; i < kRounds; ++i) {
      co_await with->take();
      const int now = ++*in;
      if (now > *max) *max = now;
      co_await step_aside();
      ++*count;
      --*in;
      with->pass();
    }
    co_return true;
  };
  std::vector<std::future<bool>> done;
  for (std::size_t i = 0; i < 2 * kLoops; ++i) {
    done.push_back(
        test::start(group, runtime.executor(i % kLoops), work(&turn, &inside, &most, &unguarded)));
  }
  for (auto& one : done) {
    ASSERT_EQ(one.wait_for(20s), std::future_status::ready) << "a wake-up was lost";
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(unguarded, static_cast<int>(2 * kLoops) * kRounds);
  group.stop();
}

// A change of the catalog must not be abandoned half way because a client's connection ended.
TEST(Turn, ACancelledTaskStillWaitsForItsTurn) {
  Runtime runtime(1);
  TaskGroup group;
  Turn turn;
  ASSERT_TRUE(test::run(runtime.executor(0), take(&turn)));
  auto second = test::start(group, runtime.executor(0), take(&turn));
  group.cancel();
  EXPECT_EQ(second.wait_for(20ms), std::future_status::timeout);
  turn.pass();
  EXPECT_TRUE(second.get());
  turn.pass();
  group.stop();
}

}  // namespace
}  // namespace rialto::net
