// Move tasks: bringing dead letters back.
#include <thread>

#include "fixture.h"

#include "model/arn.h"

namespace rialto::queue {
namespace {

std::string arn_of(std::string_view queue) {
  return model::queue_arn(kScope.region, kScope.account, queue);
}

class MoveTest : public QueuesTest {
 protected:
  MoveTest() {
    create("dead");
    create("q", {.redrive = RedrivePolicy{arn_of("dead"), 1}});
  }
  void dead_letters(std::vector<std::string> bodies) {
    ASSERT_TRUE(send(std::move(bodies)));
    receive(10, 0s);
    receive(10, 0s);
  }
  Result<MoveTask> begin(std::optional<std::string> destination = {},
                         std::optional<int> per_second_max = {}) {
    return run(queues_->start_move({.id = {},
                                    .scope = kScope,
                                    .source = "dead",
                                    .destination = std::move(destination),
                                    .per_second_max = per_second_max}));
  }
  MoveTask latest() {
    const auto tasks = queues_->list_moves(kScope, "dead", 10);
    return tasks.empty() ? MoveTask{} : tasks.front();
  }
  Millis round() { return run(queues_->run_moves_once()); }
  std::int64_t visible(std::string queue) { return queues_->counts(kScope, queue)->visible; }
};

TEST_F(MoveTest, BringsMessagesBackAsNewOnes) {
  dead_letters({"a", "b"});
  ASSERT_EQ(visible("dead"), 2);
  clock_.advance(7s);
  const auto started = begin();
  ASSERT_TRUE(started.ok());
  EXPECT_EQ(started->to_move, 2);
  EXPECT_EQ(latest().status, MoveStatus::Running);
  round();
  EXPECT_EQ(latest().status, MoveStatus::Completed);
  EXPECT_EQ(latest().moved, 2);
  EXPECT_EQ(visible("dead"), 0);
  const auto got = receive();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].body, "a");
  EXPECT_EQ(got[0].sent_at, clock_.now());
  EXPECT_EQ(got[0].receive_count, 1U);
  EXPECT_EQ(got[0].dead_letter_source, "");
}

TEST_F(MoveTest, KeepsARate) {
  dead_letters({"a", "b", "c", "d"});
  ASSERT_TRUE(begin({}, 2).ok());
  round();
  EXPECT_EQ(latest().moved, 1);
  EXPECT_GT(round(), 400ms);
  EXPECT_EQ(latest().moved, 1);
  clock_.advance(500ms);
  round();
  EXPECT_EQ(latest().moved, 2);
  clock_.advance(60s);
  round();
  EXPECT_EQ(latest().moved, 4) << "never more than a second's worth at once";
  EXPECT_EQ(latest().status, MoveStatus::Completed);
}

TEST_F(MoveTest, RunsUntilItIsStoppedAndSeesAMovedClock) {
  dead_letters({"a", "b"});
  ASSERT_TRUE(begin({}, 1).ok());
  auto running = test::start(group_, executor(1), [](Queues& queues) -> Task<bool> {
    co_await queues.run_moves();
    co_return true;
  }(*queues_));
  const auto await_moved = [this](std::int64_t count) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (latest().moved < count && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    EXPECT_EQ(latest().moved, count);
  };
  await_moved(1);
  clock_.advance(1s);
  queues_->clock_moved();
  await_moved(2);
  queues_->stop();
  EXPECT_TRUE(running.get());
}

TEST_F(MoveTest, GoesOnAfterARestart) {
  dead_letters({"a", "b", "c"});
  ASSERT_TRUE(begin({}, 1).ok());
  round();
  restart();
  EXPECT_EQ(latest().status, MoveStatus::Running);
  EXPECT_EQ(latest().moved, 1);
  clock_.advance(1s);
  round();
  clock_.advance(1s);
  round();
  EXPECT_EQ(latest().status, MoveStatus::Completed);
  restart();
  EXPECT_EQ(latest().status, MoveStatus::Completed);
  EXPECT_EQ(latest().moved, 3);
  EXPECT_EQ(visible("q"), 3);
}

TEST_F(MoveTest, AllowsOneTaskOfAQueueAtATime) {
  dead_letters({"a", "b"});
  ASSERT_TRUE(begin({}, 1).ok());
  const auto second = begin();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message,
            "There is already a task running. Only one active task is allowed for a source queue "
            "arn at a given time.");
}

TEST_F(MoveTest, StopsWhenItIsCancelled) {
  dead_letters({"a", "b"});
  const auto started = begin({}, 1);
  round();
  ASSERT_TRUE(run(queues_->cancel_move(kScope, "dead", started->id)).ok());
  EXPECT_EQ(latest().status, MoveStatus::Cancelling);
  restart();
  clock_.advance(10s);
  round();
  EXPECT_EQ(latest().status, MoveStatus::Cancelled);
  EXPECT_EQ(visible("dead"), 1);
  const auto again = run(queues_->cancel_move(kScope, "dead", started->id));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().message, "Only active tasks can be cancelled.");
  EXPECT_EQ(run(queues_->cancel_move(kScope, "dead", "x")).error().code, Code::NotFound);
  EXPECT_TRUE(begin().ok()) << "and another may start";
}

TEST_F(MoveTest, FailsOverAMessageOfUnknownOrigin) {
  std::vector<OutgoingMessage> messages;
  messages.push_back({.body = "sent here"});
  ASSERT_TRUE(run(queues_->send(kScope, "dead", std::move(messages))).ok());
  ASSERT_TRUE(begin().ok());
  round();
  EXPECT_EQ(latest().status, MoveStatus::Failed);
  EXPECT_EQ(latest().failure, "CouldNotDetermineMessageSource");
  EXPECT_EQ(visible("dead"), 1);
  ASSERT_TRUE(begin(arn_of("q")).ok());
  round();
  EXPECT_EQ(latest().status, MoveStatus::Completed);
  EXPECT_EQ(visible("q"), 1);
}

TEST_F(MoveTest, FailsWhenTheDestinationIsGone) {
  create("other");
  dead_letters({"a", "b"});
  ASSERT_TRUE(begin(arn_of("other"), 1).ok());
  round();
  ASSERT_TRUE(run(queues_->remove(kScope, "other")).ok());
  clock_.advance(1s);
  round();
  EXPECT_EQ(latest().status, MoveStatus::Failed);
  EXPECT_EQ(latest().failure, "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(latest().moved, 1);
  EXPECT_EQ(visible("dead"), 1);
}

TEST_F(MoveTest, MovesNothingWhenTheStoreFails) {
  dead_letters({"a"});
  ASSERT_TRUE(begin().ok());
  store_.fail_next(1);
  round();
  EXPECT_EQ(latest().status, MoveStatus::Running);
  EXPECT_EQ(latest().moved, 0);
  EXPECT_EQ(visible("q"), 0);
  clock_.advance(30s);
  round();
  EXPECT_EQ(latest().moved, 1);
  EXPECT_EQ(visible("q"), 1);
}

TEST_F(MoveTest, FailsWhenItRunsFor36Hours) {
  dead_letters({"a", "b", "c"});
  ASSERT_TRUE(begin({}, 1).ok());
  round();
  clock_.advance(36h - 1ms);
  round();
  EXPECT_EQ(latest().status, MoveStatus::Running);
  EXPECT_EQ(latest().moved, 2);
  clock_.advance(1ms);
  round();
  EXPECT_EQ(latest().status, MoveStatus::Failed);
  EXPECT_EQ(latest().failure, "TaskTimedOut");
  EXPECT_EQ(visible("dead"), 1);
  EXPECT_TRUE(begin().ok()) << "another one may move the rest";
}

TEST_F(MoveTest, AllowsAHundredTasksOfAnAccountAtATime) {
  const auto begin_of = [this](std::string queue, store::Scope scope) {
    return run(queues_->start_move({.id = {},
                                    .scope = std::move(scope),
                                    .source = std::move(queue),
                                    .destination = arn_of("q"),
                                    .per_second_max = 1}));
  };
  for (int i = 0; i < 101; ++i) create("dead-" + std::to_string(i));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(begin_of("dead-" + std::to_string(i), kScope).ok());
  const auto refused = begin_of("dead-100", kScope);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "There are already 100 tasks running in this account. Cancel one, or wait until one "
            "has ended.");
  const Scope other{.account = "111122223333", .region = kScope.region};
  ASSERT_TRUE(run(queues_->create(other, "dead", {}, {})).ok());
  EXPECT_TRUE(begin_of("dead", other).ok());
  round();  // there is nothing to move
  EXPECT_TRUE(begin_of("dead-100", kScope).ok());
}

TEST_F(MoveTest, KeepsTheLatestTenTasks) {
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(begin().ok());
    round();
  }
  EXPECT_EQ(queues_->list_moves(kScope, "dead", 20).size(), 10U);
  EXPECT_EQ(queues_->list_moves(kScope, "dead", 3).size(), 3U);
  restart();
  const auto tasks = queues_->list_moves(kScope, "dead", 20);
  ASSERT_EQ(tasks.size(), 10U);
  for (std::size_t i = 1; i < tasks.size(); ++i) {
    EXPECT_GT(tasks[i - 1].started_at, tasks[i].started_at);
  }
}

TEST_F(MoveTest, ForgetsTheTasksOfAQueueThatWasRemoved) {
  dead_letters({"a", "b"});
  ASSERT_TRUE(begin({}, 1).ok());
  ASSERT_TRUE(run(queues_->remove(kScope, "dead")).ok());
  create("dead");
  EXPECT_TRUE(queues_->list_moves(kScope, "dead", 10).empty());
  round();
  EXPECT_TRUE(begin().ok());
}

TEST_F(MoveTest, KeepsTheOrderOfAGroup) {
  create("dead.fifo", {.fifo = FifoSettings{}});
  create("q.fifo", {.redrive = RedrivePolicy{arn_of("dead.fifo"), 1}, .fifo = FifoSettings{}});
  std::vector<OutgoingMessage> messages;
  for (const char* body : {"1", "2", "3"}) {
    messages.push_back({.body = body, .group = "g", .deduplication_id = body});
  }
  ASSERT_TRUE(run(queues_->send(kScope, "q.fifo", std::move(messages))).ok());
  const ReceiveOptions at_once{.count_max = 10, .visibility = 0s, .wait = 0s};
  ASSERT_TRUE(run(queues_->receive(kScope, "q.fifo", at_once)).ok());
  ASSERT_TRUE(run(queues_->receive(kScope, "q.fifo", at_once)).ok());
  ASSERT_TRUE(run(queues_->start_move({.id = {}, .scope = kScope, .source = "dead.fifo"})).ok());
  round();
  const auto got = run(queues_->receive(kScope, "q.fifo", at_once));
  ASSERT_TRUE(got.ok());
  ASSERT_EQ(got->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ((*got)[i].body, std::to_string(i + 1));
}

TEST(StoredMoveTask, IsPinned) {
  const MoveTask task{.id = "t",
                      .scope = kScope,
                      .source = "dead",
                      .destination = "arn",
                      .per_second_max = 5,
                      .status = MoveStatus::Failed,
                      .started_at = from_millis(7),
                      .moved = 1,
                      .to_move = 2,
                      .failure = "f"};
  const std::string bytes = encode_task(task, 9);
  EXPECT_EQ(bytes, R"({"version":1,"id":"t","account":"000000000000","region":"us-east-1",)"
                   R"("queue":"dead","queue_id":9,"destination_arn":"arn","per_second_max":5,)"
                   R"("status":"FAILED","started_ms":7,"moved":1,"to_move":2,"failure":"f"})");
  const auto decoded = decode_task(bytes);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(encode_task(decoded->first, decoded->second), bytes);
  EXPECT_FALSE(decode_task("{}").ok());
  const auto name = decode_task_handle(task_handle(task));
  ASSERT_TRUE(name);
  EXPECT_EQ(name->id, "t");
  EXPECT_EQ(name->source_arn, arn_of("dead"));
  EXPECT_FALSE(decode_task_handle("x"));
}

}  // namespace
}  // namespace rialto::queue
