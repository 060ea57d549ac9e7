// Messages that were received too often go to the dead-letter queue.
#include "fixture.h"

#include "model/arn.h"

namespace rialto::queue {
namespace {

std::string arn_of(std::string_view queue) {
  return model::queue_arn(kScope.region, kScope.account, queue);
}

class RedriveTest : public QueuesTest {
 protected:
  void create_pair(std::uint32_t receive_count_max) {
    create("dead");
    create("q", {.redrive = RedrivePolicy{arn_of("dead"), receive_count_max}});
  }
  std::vector<ReceivedMessage> receive_from(std::string queue,
                                            std::chrono::seconds visibility = 0s) {
    auto out = run(queues_->receive(kScope, std::move(queue),
                                    {.count_max = 10, .visibility = visibility, .wait = 0s}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? std::move(*out) : std::vector<ReceivedMessage>();
  }
};

TEST_F(RedriveTest, MovesAMessageOnTheReceiveThatIsOneTooMany) {
  create_pair(2);
  std::vector<OutgoingMessage> messages;
  messages.push_back({.body = "poison",
                      .sender = "me",
                      .trace_header = "trace",
                      .attributes = {{"n", "String", "v"}}});
  ASSERT_TRUE(run(queues_->send(kScope, "q", std::move(messages))).ok());
  const TimePoint sent_at = clock_.now();
  clock_.advance(5s);
  const auto first = receive_from("q");
  EXPECT_EQ(first.size(), 1U);
  EXPECT_EQ(receive_from("q").size(), 1U);
  EXPECT_TRUE(receive_from("dead").empty());
  EXPECT_TRUE(receive_from("q").empty());
  EXPECT_EQ(*queues_->counts(kScope, "q"), Counts{});
  EXPECT_EQ(store_.size(store::Table::Message), 1U);
  const auto dead = receive_from("dead");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].id, first[0].id);
  EXPECT_EQ(dead[0].body, "poison");
  EXPECT_EQ(dead[0].sender, "me");
  EXPECT_EQ(dead[0].trace_header, "trace");
  EXPECT_EQ(dead[0].attributes, first[0].attributes);
  EXPECT_EQ(dead[0].sent_at, sent_at) << "a dead letter keeps its age";
  EXPECT_EQ(dead[0].receive_count, 3U) << "across all queues";
  EXPECT_EQ(dead[0].dead_letter_source, arn_of("q"));
}

TEST_F(RedriveTest, CountsReceivesAcrossARestart) {
  create_pair(1);
  ASSERT_TRUE(send({"a"}));
  EXPECT_EQ(receive_from("q").size(), 1U);
  restart();
  EXPECT_TRUE(receive_from("q").empty());
  restart();
  EXPECT_EQ(receive_from("dead").size(), 1U);
}

TEST_F(RedriveTest, GivesTheNextMessageInstead) {
  create_pair(1);
  ASSERT_TRUE(send({"a"}));
  EXPECT_EQ(receive_from("q").size(), 1U);
  ASSERT_TRUE(send({"b"}));
  const auto got = receive_from("q");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body, "b");
}

TEST_F(RedriveTest, LeavesAMessageWithoutADeadLetterQueueWhereItIs) {
  create_pair(1);
  ASSERT_TRUE(send({"a"}));
  ASSERT_TRUE(run(queues_->remove(kScope, "dead")).ok());
  for (std::uint32_t i = 1; i < 5; ++i) {
    const auto got = receive_from("q");
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].receive_count, i);
  }
}

TEST_F(RedriveTest, MovesBothWaysOrNotAtAll) {
  create_pair(1);
  ASSERT_TRUE(send({"a"}));
  EXPECT_EQ(receive_from("q").size(), 1U);
  store_.fail_next(1);
  EXPECT_FALSE(
      run(queues_->receive(kScope, "q", {.count_max = 10, .visibility = 10s, .wait = 0s})).ok());
  EXPECT_EQ(*queues_->counts(kScope, "q"), (Counts{.in_flight = 1}));
  EXPECT_EQ(*queues_->counts(kScope, "dead"), Counts{});
  clock_.advance(10s);
  EXPECT_TRUE(receive_from("q").empty());
  EXPECT_EQ(*queues_->counts(kScope, "dead"), (Counts{.visible = 1}));
}

TEST_F(RedriveTest, FollowsADeadLetterThroughSeveralQueues) {
  create("last");
  create("dead", {.redrive = RedrivePolicy{arn_of("last"), 1}});
  create("q", {.redrive = RedrivePolicy{arn_of("dead"), 1}});
  ASSERT_TRUE(send({"a"}));
  EXPECT_EQ(receive_from("q").size(), 1U);
  EXPECT_TRUE(receive_from("q").empty());
  EXPECT_EQ(receive_from("dead").size(), 1U);
  EXPECT_TRUE(receive_from("dead").empty());
  const auto last = receive_from("last");
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].dead_letter_source, arn_of("dead"));
  EXPECT_EQ(last[0].receive_count, 3U);
}

TEST_F(RedriveTest, ExpiresADeadLetterByItsAge) {
  create("dead", {.retention = 100s});
  create("q", {.redrive = RedrivePolicy{arn_of("dead"), 1}});
  ASSERT_TRUE(send({"a"}));
  receive_from("q");
  clock_.advance(60s);
  receive_from("q");
  EXPECT_EQ(receive_from("dead").size(), 1U);
  clock_.advance(40s);
  EXPECT_TRUE(receive_from("dead").empty());
}

TEST_F(RedriveTest, MovesMessagesOfAGroupInOrderAndWithANewTime) {
  create("dead.fifo", {.fifo = FifoSettings{}});
  create("q.fifo", {.redrive = RedrivePolicy{arn_of("dead.fifo"), 1}, .fifo = FifoSettings{}});
  std::vector<OutgoingMessage> messages;
  for (const char* body : {"1", "2", "3"}) {
    messages.push_back({.body = body, .group = "g", .deduplication_id = body});
  }
  ASSERT_TRUE(run(queues_->send(kScope, "q.fifo", std::move(messages))).ok());
  EXPECT_EQ(receive_from("q.fifo").size(), 3U);
  clock_.advance(7s);
  EXPECT_TRUE(receive_from("q.fifo").empty());
  const auto dead = receive_from("dead.fifo");
  ASSERT_EQ(dead.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(dead[i].body, std::to_string(i + 1));
    EXPECT_EQ(dead[i].group, "g");
    EXPECT_EQ(dead[i].deduplication_id, std::to_string(i + 1));
    EXPECT_EQ(dead[i].sent_at, clock_.now());
    EXPECT_EQ(dead[i].dead_letter_source, arn_of("q.fifo"));
  }
}

TEST_F(RedriveTest, AQueueMayBeItsOwnDeadLetterQueue) {
  create("q", {.redrive = RedrivePolicy{arn_of("q"), 1}});
  ASSERT_TRUE(send({"a"}));
  EXPECT_EQ(receive_from("q").size(), 1U);
  receive_from("q");
  EXPECT_EQ(*queues_->counts(kScope, "q"), (Counts{.visible = 1}));
}

}  // namespace
}  // namespace rialto::queue
