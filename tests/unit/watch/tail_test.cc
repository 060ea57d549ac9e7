// Watchers see what passes, and are told what they lost.
#include "watch/tail.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "support/run.h"

namespace rialto::watch {
namespace {

using namespace std::chrono_literals;

const model::BusRef kBus{"us-east-1", "111122223333", "orders"};

Passed passed(const std::string& source, model::BusRef bus = kBus) {
  auto event = std::make_shared<model::Event>();
  event->text = R"({"source":")" + source + R"("})";
  event->root = *json::parse(event->text);
  return {std::move(bus), std::move(event), {"rule"}};
}

class TailTest : public ::testing::Test {
 protected:
  ~TailTest() override { runtime_.stop(); }

  static std::shared_ptr<Watcher> watch(Tail& tail, std::optional<std::string> pattern = {}) {
    auto watcher = tail.watch(kBus, pattern);
    EXPECT_TRUE(watcher.ok());
    return std::move(watcher).value();
  }
  Watcher::Taken take(Watcher& watcher, std::chrono::milliseconds wait = 10s) {
    return test::run(runtime_.executor(0), watcher.take(wait));
  }
  static std::vector<std::string> texts(const Watcher::Taken& taken) {
    std::vector<std::string> out;
    for (const Passed& each : taken.events)
      out.push_back(each.event->root.find("source")->as_string());
    return out;
  }

  net::Runtime runtime_{1};
};

TEST_F(TailTest, IsWatchedAsLongAsSomebodyWatches) {
  Tail tail;
  EXPECT_FALSE(tail.is_watched());
  auto one = watch(tail);
  auto two = watch(tail);
  one.reset();
  EXPECT_TRUE(tail.is_watched());
  two.reset();
  EXPECT_FALSE(tail.is_watched());
}

TEST_F(TailTest, ShowsTheEventsOfOneBusInOrder) {
  Tail tail;
  const auto watcher = watch(tail);
  tail.show({passed("a"), passed("b", {"us-east-1", "111122223333", "other"}), passed("c")});
  tail.show({passed("d")});
  const auto taken = take(*watcher);
  EXPECT_EQ(texts(taken), (std::vector<std::string>{"a", "c", "d"}));
  EXPECT_EQ(taken.events.front().rules, std::vector<std::string>{"rule"});
  EXPECT_EQ(taken.lost, 0U);
  EXPECT_FALSE(taken.is_over);
}

TEST_F(TailTest, ShowsWhatMatchesThePattern) {
  Tail tail;
  const auto watcher = watch(tail, R"({"source":["a",{"prefix":"b"}]})");
  tail.show({passed("a"), passed("x"), passed("bcd")});
  EXPECT_EQ(texts(take(*watcher)), (std::vector<std::string>{"a", "bcd"}));
}

TEST_F(TailTest, APatternThatIsNoneIsRefused) {
  Tail tail;
  const auto watcher = tail.watch(kBus, R"({"source":"a"})");
  ASSERT_FALSE(watcher.ok());
  EXPECT_EQ(watcher.error().code, Code::InvalidArgument);
  EXPECT_FALSE(tail.is_watched());
}

TEST_F(TailTest, ASlowReaderIsToldWhatItLost) {
  Tail tail({.events_max = 2});
  const auto watcher = watch(tail);
  tail.show({passed("a"), passed("b"), passed("c"), passed("d")});
  auto taken = take(*watcher);
  EXPECT_EQ(texts(taken), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(taken.lost, 2U);
  tail.show({passed("e")});
  taken = take(*watcher);
  EXPECT_EQ(texts(taken), std::vector<std::string>{"e"});
  EXPECT_EQ(taken.lost, 0U);
}

TEST_F(TailTest, TheBufferIsBoundedInBytesToo) {
  Tail tail({.bytes_max = 1'000});
  const auto watcher = watch(tail);
  tail.show({passed(std::string(900, 'a')), passed(std::string(900, 'b')), passed("c")});
  const auto taken = take(*watcher);
  EXPECT_EQ(taken.events.size(), 1U);
  EXPECT_EQ(taken.lost, 2U);
}

TEST_F(TailTest, WaitsNoLongerThanItIsTold) {
  Tail tail;
  const auto watcher = watch(tail);
  const auto taken = take(*watcher, 1ms);
  EXPECT_TRUE(taken.events.empty());
  EXPECT_FALSE(taken.is_over);
}

TEST_F(TailTest, WakesWhoeverWaits) {
  Tail tail;
  const auto watcher = watch(tail);
  net::TaskGroup group;
  const auto show = [](Tail* to) -> Task<> {
    to->show({passed("a")});
    co_return;
  };
  // On the loop that the watcher waits on, so it runs once the watcher waits, or before.
  group.spawn(runtime_.executor(0), "show", show(&tail));
  EXPECT_EQ(texts(take(*watcher)), std::vector<std::string>{"a"});
  group.stop();
}

TEST_F(TailTest, EndsWithTheServer) {
  Tail tail;
  const auto before = watch(tail);
  tail.stop();
  const auto after = watch(tail);
  EXPECT_TRUE(take(*before).is_over);
  EXPECT_TRUE(take(*before).is_over);
  EXPECT_TRUE(take(*after).is_over);
}

TEST_F(TailTest, NotManyMayWatch) {
  Tail tail({.watchers_max = 1});
  const auto watcher = watch(tail);
  const auto refused = tail.watch(kBus, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::LimitExceeded);
  EXPECT_TRUE(tail.is_watched());
}

}  // namespace
}  // namespace rialto::watch
