// Replays: each archived event comes back once, whatever happens on the way.
#include "archive/replays.h"

#include "fixture.h"

namespace rialto::archive {
namespace {

using model::ReplayState;

std::vector<int> numbers(int count) {
  std::vector<int> out;
  for (int n = 0; n < count; ++n) out.push_back(n);
  return out;
}

// Three events a batch, so that there are many.
class ReplaysTest : public ArchiveTest {
 protected:
  explicit ReplaysTest(ReplayLimits limits = {.page = {3, 1U << 20}}) : ArchiveTest(limits) {
    EXPECT_TRUE(make_archive().ok());
    catch_replays();
  }
  void fill(int count) {
    for (int n = 0; n < count; ++n) put(n, std::chrono::seconds(n));
  }
};

TEST_F(ReplaysTest, BringEveryEventBackInOrder) {
  fill(20);
  const auto begun = begin(replay());
  ASSERT_TRUE(begun.ok());
  EXPECT_EQ(begun->state, ReplayState::Starting);
  EXPECT_EQ(begun->started_at, clock_.now());
  const model::Replay done = await_end();
  EXPECT_EQ(done.state, ReplayState::Completed);
  EXPECT_EQ(done.ended_at, clock_.now());
  EXPECT_EQ(done.last_event_at, start_ + 19s);
  EXPECT_EQ(done.replayed, 20);
  EXPECT_EQ(received(), numbers(20));
  EXPECT_EQ(bus_metrics_.replayed, 20U);
  EXPECT_EQ(count(), 20U) << "nothing is archived twice";
}

TEST_F(ReplaysTest, OfNothingComplete) {
  ASSERT_TRUE(begin(replay()).ok());
  const model::Replay done = await_end();
  EXPECT_EQ(done.state, ReplayState::Completed);
  EXPECT_FALSE(done.last_event_at);
}

TEST_F(ReplaysTest, AreStoredBeforeTheyAreAnswered) {
  store_.fail_next(1);
  EXPECT_FALSE(begin(replay()).ok());
  EXPECT_FALSE(replays_->get(kScope, "again").ok());
  EXPECT_TRUE(begin(replay()).ok());
  await_end();
}

TEST_F(ReplaysTest, GoOnAfterARestartWithoutAGapOrADuplicate) {
  fill(60);
  std::vector<int> found;
  ASSERT_TRUE(begin(replay()).ok());
  for (int round = 0; round < 100; ++round) {
    const auto before = replays_->get(kScope, "again")->replayed;
    if (before >= 60) break;
    await([&] { return replays_->get(kScope, "again")->replayed > before; });
    restart();
    for (const int n : received()) found.push_back(n);
  }
  EXPECT_EQ(await_end().state, ReplayState::Completed);
  for (const int n : received()) found.push_back(n);
  EXPECT_EQ(found, numbers(60));
  EXPECT_EQ(replays_->get(kScope, "again")->replayed, 60);
}

TEST_F(ReplaysTest, WaitForAStoreThatFails) {
  fill(10);
  store_.hold();
  auto started = test::start(group_, runtime_.executor(0), replays_->start(replay()));
  EXPECT_EQ(started.wait_for(1ms), std::future_status::timeout);
  store_.release();
  ASSERT_TRUE(started.get().ok());
  store_.fail_next(1);
  EXPECT_EQ(await_end().state, ReplayState::Completed);
  EXPECT_EQ(received(), numbers(10));
}

TEST_F(ReplaysTest, AreCancelledBetweenTwoBatches) {
  fill(9);
  model::Replay slow = replay();
  slow.events_per_second = 1;  // and the clock stands still
  ASSERT_TRUE(begin(slow).ok());
  await([&] { return replays_->get(kScope, "again")->replayed == 1; });
  const auto cancelled = run(replays_->cancel(kScope, "again"));
  ASSERT_TRUE(cancelled.ok()) << cancelled.error().message;
  EXPECT_EQ(cancelled->state, ReplayState::Cancelling);
  const model::Replay done = await_end();
  EXPECT_EQ(done.state, ReplayState::Cancelled);
  EXPECT_TRUE(done.ended_at);
  EXPECT_EQ(done.replayed, 1);
  EXPECT_EQ(received(), numbers(1));
  const auto again = run(replays_->cancel(kScope, "again"));
  EXPECT_EQ(again.error().reason, kIllegalStatus);
  EXPECT_EQ(run(replays_->cancel(kScope, "none")).error().message, "Replay none does not exist.");
}

TEST_F(ReplaysTest, ThatWereToBeCancelledAreAfterARestart) {
  fill(9);
  model::Replay slow = replay();
  slow.events_per_second = 1;
  ASSERT_TRUE(begin(slow).ok());
  await([&] { return replays_->get(kScope, "again")->replayed == 1; });
  model::Replay stored = *replays_->get(kScope, "again");
  end();
  stored.state = ReplayState::Cancelling;
  store::Batch batch;
  batch.put(store::Table::Resource, store::replay_key({kScope.account, kScope.region}, "again"),
            model::encode(stored));
  store_.submit(std::move(batch), [](const Result<>&) {});
  restart();
  EXPECT_EQ(await_end().state, ReplayState::Cancelled);
}

TEST_F(ReplaysTest, KeepTheirPace) {
  for (int n = 0; n < 3; ++n) {
    put(n, std::chrono::seconds(n));
    clock_.advance(10s);
  }
  model::Replay paced = replay();
  paced.keeps_pace = true;
  ASSERT_TRUE(begin(paced).ok());
  for (int n = 1; n <= 3; ++n) {
    await([&] { return replays_->get(kScope, "again")->replayed == n; });
    EXPECT_EQ(received(), std::vector<int>{n - 1});
    clock_.advance(10s);
  }
  EXPECT_EQ(await_end().state, ReplayState::Completed);
}

TEST_F(ReplaysTest, OfOneEventBringBackThatOneOnly) {
  fill(5);
  const std::string id = put(5, 5s);
  put(6, 6s);
  model::Replay one = replay();
  one.only_event = id;
  ASSERT_TRUE(begin(one).ok());
  EXPECT_EQ(await_end().replayed, 1);
  EXPECT_EQ(received(), std::vector<int>{5});
}

TEST_F(ReplaysTest, AreShownToTheRulesOfTheFilterOnly) {
  fill(2);
  put_rule("other", R"({"source":["app"]})", R"("Arn":"arn:aws:sqs:us-east-1:111122223333:q")");
  model::Replay filtered = replay();
  filtered.filter_arns = {"arn:aws:events:us-east-1:111122223333:rule/other"};
  ASSERT_TRUE(begin(filtered).ok());
  await_end();
  EXPECT_EQ(received(), numbers(2)) << "by one rule of two";
}

TEST_F(ReplaysTest, FailWhenTheirArchiveGoes) {
  fill(3);
  model::Replay of_none = replay();
  of_none.archive_id += 1;  // as if it had been deleted, and made again
  ASSERT_TRUE(begin(of_none).ok());
  const model::Replay done = await_end();
  EXPECT_EQ(done.state, ReplayState::Failed);
  EXPECT_EQ(done.state_reason, "Archive kept does not exist.");
}

TEST_F(ReplaysTest, AreTenAtOnce) {
  fill(3);
  for (int n = 0; n < 10; ++n) {
    model::Replay slow = replay("r" + std::to_string(n));
    slow.events_per_second = 1;
    ASSERT_TRUE(begin(slow).ok());
  }
  EXPECT_TRUE(replays_->is_reading(replay().archive_id));
  const auto refused = begin(replay());
  EXPECT_EQ(refused.error().code, Code::LimitExceeded);
  EXPECT_EQ(begin(replay("r0")).error().message, "Replay r0 already exists.");
  ASSERT_TRUE(run(replays_->cancel(kScope, "r3")).ok());
  await_end("r3");
  EXPECT_TRUE(begin(replay()).ok());
}

TEST_F(ReplaysTest, AreForgottenAfterNinetyDays) {
  ASSERT_TRUE(begin(replay()).ok());
  await_end();
  clock_.advance(24h * 90 - 1s);
  net::run_blocking(runtime_.executor(0), replays_->sweep());
  EXPECT_EQ(begin(replay()).error().code, Code::AlreadyExists);
  clock_.advance(1s);
  net::run_blocking(runtime_.executor(0), replays_->sweep());
  EXPECT_FALSE(replays_->get(kScope, "again").ok());
  restart();
  EXPECT_FALSE(replays_->get(kScope, "again").ok());
  EXPECT_TRUE(begin(replay()).ok());
  await_end();
}

TEST_F(ReplaysTest, EndWithAReset) {
  fill(9);
  model::Replay slow = replay();
  slow.events_per_second = 1;
  ASSERT_TRUE(begin(slow).ok());
  await([&] { return replays_->get(kScope, "again")->replayed == 1; });
  ASSERT_TRUE(run(replays_->reset()).ok());
  EXPECT_TRUE(replays_->list(kScope).empty());
  restart();
  EXPECT_TRUE(replays_->list(kScope).empty());
}

TEST_F(ReplaysTest, WaitForMemoryAndDropNothing) {
  fill(30);
  memory_.set_used_bytes(memory_.limit_bytes() + 1);
  ASSERT_TRUE(begin(replay()).ok());
  await([&] { return replays_->get(kScope, "again")->state == ReplayState::Running; });
  EXPECT_EQ(bus_metrics_.replayed, 0U);
  memory_.set_used_bytes(0);
  EXPECT_EQ(await_end().state, ReplayState::Completed);
  EXPECT_EQ(received(), numbers(30));
}

}  // namespace
}  // namespace rialto::archive
