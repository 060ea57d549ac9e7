// What a queue promises to senders and receivers.
#include "fixture.h"

namespace rialto::queue {
namespace {

using store::Table;
using Bodies = std::vector<std::string>;

TEST_F(QueuesTest, GiveWhatWasSent) {
  create();
  ASSERT_TRUE(send({"one", "two"}));
  EXPECT_EQ(counts(), (Counts{.visible = 2}));
  const auto messages = receive();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].body, "one");
  EXPECT_EQ(messages[1].body, "two");
  EXPECT_EQ(messages[0].sender, "me");
  EXPECT_EQ(messages[0].receive_count, 1U);
  EXPECT_EQ(messages[0].sent_at, clock_.now());
  EXPECT_EQ(messages[0].id.text().size(), 36U);
  EXPECT_EQ(counts(), (Counts{.in_flight = 2}));
  EXPECT_TRUE(erase(messages[0].receipt_handle).ok());
  EXPECT_TRUE(erase(messages[0].receipt_handle).ok()) << "deleting twice is fine";
  EXPECT_EQ(counts(), (Counts{.in_flight = 1}));
  clock_.advance(30s);
  EXPECT_EQ(bodies(), Bodies{"two"});
  EXPECT_EQ(store_.size(Table::Message), 1U);
}

TEST_F(QueuesTest, KeepAttributesAndTrace) {
  create();
  OutgoingMessage message{.body = "b", .trace_header = "Root=1"};
  message.attributes = {{"n", "Number.int", "7"}, {"raw", "Binary", std::string("\0\xff", 2)}};
  std::vector<OutgoingMessage> messages(1, message);
  ASSERT_TRUE(run(queues_->send(kScope, "q", messages)).ok());
  const auto got = receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].attributes, message.attributes);
  EXPECT_EQ(got[0].trace_header, "Root=1");
}

TEST_F(QueuesTest, HideReceivedMessagesForTheVisibilityTimeout) {
  create();
  ASSERT_TRUE(send({"a"}));
  const TimePoint first = clock_.now();
  EXPECT_EQ(bodies(10, 5s), Bodies{"a"});
  clock_.advance(4'999ms);
  EXPECT_EQ(bodies(), Bodies());
  clock_.advance(1ms);
  EXPECT_EQ(counts(), (Counts{.visible = 1}));
  const auto again = receive();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].receive_count, 2U);
  EXPECT_EQ(again[0].first_received_at, first);
  // Zero: not hidden at all.
  clock_.advance(30s);
  EXPECT_EQ(bodies(1, 0s), Bodies{"a"});
  EXPECT_EQ(bodies(1, 0s), Bodies{"a"});
}

TEST_F(QueuesTest, GiveTheOldestFirstAlsoWhenTheyComeBack) {
  create();
  ASSERT_TRUE(send({"a", "b", "c"}));
  EXPECT_EQ(bodies(2, 5s), (Bodies{"a", "b"}));
  clock_.advance(5s);
  EXPECT_EQ(bodies(), (Bodies{"a", "b", "c"}));
}

TEST_F(QueuesTest, DelayMessagesByTheirOwnDelayOrTheQueues) {
  create("q", {.delay = 10s});
  ASSERT_TRUE(send({"queue's"}));
  ASSERT_TRUE(send({"own"}, 5s));
  ASSERT_TRUE(send({"none"}, 0s));
  EXPECT_EQ(counts(), (Counts{.visible = 1, .delayed = 2}));
  EXPECT_EQ(bodies(), Bodies{"none"});
  clock_.advance(5s);
  EXPECT_EQ(bodies(), Bodies{"own"});
  clock_.advance(5s);
  EXPECT_EQ(bodies(), Bodies{"queue's"});
  EXPECT_EQ(counts(), (Counts{.in_flight = 3}));
}

TEST_F(QueuesTest, DeleteByTheLatestHandleOnly) {
  create();
  ASSERT_TRUE(send({"a"}));
  const std::string old = receive(1, 5s).at(0).receipt_handle;
  clock_.advance(5s);
  const std::string latest = receive(1, 5s).at(0).receipt_handle;
  EXPECT_TRUE(erase(old).ok()) << "a stale handle succeeds";
  EXPECT_EQ(counts(), (Counts{.in_flight = 1})) << "and deletes nothing";
  clock_.advance(5s);
  EXPECT_TRUE(erase(latest).ok()) << "good until it is received again";
  EXPECT_EQ(counts(), Counts{});
  EXPECT_EQ(store_.size(Table::Message), 0U);
  EXPECT_EQ(store_.size(Table::MessageState), 0U);
}

TEST_F(QueuesTest, RefuseHandlesThatAreNone) {
  create();
  create("other");
  ASSERT_TRUE(send({"a"}));
  std::string handle = receive().at(0).receipt_handle;
  for (std::string bad : {std::string(), std::string("x"), handle.substr(1), handle + "AAAA",
                          std::string(5000, 'A'), std::string("AQ==")}) {
    const auto outcome = erase(bad);
    ASSERT_FALSE(outcome.ok()) << bad;
    EXPECT_EQ(outcome.error().reason, kReceiptHandleIsInvalid);
    EXPECT_EQ(change_visibility(bad, 1s).error().reason, kReceiptHandleIsInvalid);
  }
  std::vector<std::string> handles(1, handle);
  auto elsewhere = run(queues_->erase(kScope, "other", handles));
  ASSERT_TRUE(elsewhere.ok());
  EXPECT_EQ(elsewhere->front().error().reason, kReceiptHandleIsInvalid);
  EXPECT_EQ(counts(), (Counts{.in_flight = 1}));
}

TEST_F(QueuesTest, ChangeVisibility) {
  create();
  ASSERT_TRUE(send({"a"}));
  const std::string handle = receive(1, 5s).at(0).receipt_handle;
  EXPECT_TRUE(change_visibility(handle, 60s).ok());
  clock_.advance(59s);
  EXPECT_EQ(bodies(), Bodies());
  EXPECT_TRUE(change_visibility(handle, 0s).ok());
  EXPECT_EQ(change_visibility(handle, 1s).error().reason, kMessageNotInflight);
  const std::string second = receive(1, 5s).at(0).receipt_handle;
  EXPECT_EQ(change_visibility(handle, 1s).error().reason, kMessageGone);
  EXPECT_EQ(change_visibility(second, 12h + 1s).error().reason, kVisibilityTooLong);
  EXPECT_TRUE(erase(second).ok());
  EXPECT_EQ(change_visibility(second, 1s).error().reason, kMessageGone);
}

TEST_F(QueuesTest, RefuseMessagesLongerThanTheQueueAllows) {
  create("q", {.message_size_bytes_max = 1024});
  std::vector<OutgoingMessage> messages(2);
  messages[0].body = std::string(1025, 'x');
  messages[1].body = std::string(1020, 'x');
  messages[1].attributes = {{"n", "S", "12"}};
  auto sent = run(queues_->send(kScope, "q", messages));
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ((*sent)[0].error().reason, kMessageTooLong);
  EXPECT_TRUE((*sent)[1].ok());
  EXPECT_EQ(counts(), (Counts{.visible = 1}));
}

TEST_F(QueuesTest, ForgetMessagesAfterTheRetentionPeriod) {
  create("q", {.retention = 60s});
  ASSERT_TRUE(send({"old", "in flight"}));
  EXPECT_EQ(bodies(1, 0s), Bodies{"old"});
  clock_.advance(30s);
  ASSERT_TRUE(send({"new"}));
  ASSERT_TRUE(send({"new and delayed"}, 60s));
  clock_.advance(30s);
  EXPECT_EQ(counts(), (Counts{.visible = 1, .delayed = 1}));
  EXPECT_EQ(store_.size(Table::Message), 2U);
  EXPECT_EQ(bodies(), Bodies{"new"});
  clock_.advance(30s);
  queues_->sweep();
  EXPECT_EQ(counts(), Counts{});
  EXPECT_EQ(store_.size(Table::Message), 0U);
  EXPECT_EQ(store_.size(Table::MessageState), 0U);
}

TEST_F(QueuesTest, NeverHandOutWhatExpiredBeforeTheSweepCame) {
  create("q", {.retention = 60s});
  ASSERT_TRUE(send({"a"}));
  store_.hold();  // the sweep's erasing does not reach the disk
  clock_.advance(60s);
  EXPECT_EQ(bodies(), Bodies());
  EXPECT_EQ(counts(), Counts{});
  store_.release();
  EXPECT_EQ(store_.size(Table::Message), 0U);
}

TEST_F(QueuesTest, PurgeEverythingOnceAMinute) {
  create();
  ASSERT_TRUE(send({"a", "b"}));
  ASSERT_TRUE(send({"c"}, 10s));
  const std::string handle = receive(1).at(0).receipt_handle;
  ASSERT_TRUE(run(queues_->purge(kScope, "q")).ok());
  EXPECT_EQ(counts(), Counts{});
  EXPECT_EQ(store_.size(Table::Message), 0U);
  EXPECT_EQ(store_.size(Table::MessageState), 0U);
  EXPECT_TRUE(erase(handle).ok());
  ASSERT_TRUE(send({"d"}));
  EXPECT_EQ(run(queues_->purge(kScope, "q")).error().reason, kPurgeQueueInProgress);
  clock_.advance(60s);
  EXPECT_EQ(bodies(), Bodies{"d"});
  EXPECT_TRUE(run(queues_->purge(kScope, "q")).ok());
  EXPECT_EQ(counts(), Counts{});
}

class SmallFlight : public QueuesTest {
 protected:
  SmallFlight() : QueuesTest({.in_flight_max = 2}) {}
};

TEST_F(SmallFlight, LimitsTheMessagesInFlight) {
  create();
  ASSERT_TRUE(send({"a", "b", "c"}));
  const auto messages = receive(10, 30s);
  EXPECT_EQ(messages.size(), 2U);
  auto over = run(queues_->receive(kScope, "q", {.count_max = 1, .wait = 0s}));
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().reason, kOverLimit);
  // Who waits is not told, and goes on when there is room.
  auto waiting = start(queues_->receive(kScope, "q", {.count_max = 1, .wait = 20s}));
  EXPECT_TRUE(erase(messages[0].receipt_handle).ok());
  auto got = waiting.get();
  ASSERT_TRUE(got.ok());
  ASSERT_EQ(got->size(), 1U);
  EXPECT_EQ(got->front().body, "c");
}

}  // namespace
}  // namespace rialto::queue
