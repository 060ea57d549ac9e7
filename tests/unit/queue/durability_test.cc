// What survives what: answers after commits, failed commits, restarts, others' batches.
#include "fixture.h"

#include "store/batch.h"

namespace rialto::queue {
namespace {

using store::Table;
using Bodies = std::vector<std::string>;

std::vector<OutgoingMessage> one(std::string body) {
  std::vector<OutgoingMessage> out(1);
  out[0].body = std::move(body);
  return out;
}

TEST_F(QueuesTest, AnswerSendsAndDeletesAfterTheCommit) {
  create();
  ASSERT_TRUE(send({"a"}));
  const std::string handle = receive(1, 5s).at(0).receipt_handle;
  store_.hold();
  auto sending = start(queues_->send(kScope, "q", one("b")));
  auto deleting = start(queues_->erase(kScope, "q", std::vector<std::string>(1, handle)));
  // Another round trip through the same loop: both have begun by now, and neither has ended.
  EXPECT_EQ(bodies(), Bodies()) << "not visible before it is durable";
  EXPECT_EQ(sending.wait_for(0s), std::future_status::timeout);
  EXPECT_EQ(deleting.wait_for(0s), std::future_status::timeout);
  store_.release();
  EXPECT_TRUE(sending.get().ok());
  EXPECT_TRUE(deleting.get().ok());
  EXPECT_EQ(counts(), (Counts{.visible = 1}));
}

TEST_F(QueuesTest, AnswerReceivesBeforeTheirCommit) {
  create();
  ASSERT_TRUE(send({"a"}));
  store_.hold();
  EXPECT_EQ(bodies(), Bodies{"a"});
  store_.release();
}

TEST_F(QueuesTest, LeaveNothingBehindWhenTheCommitFails) {
  create();
  store_.fail_next(1);
  EXPECT_FALSE(send({"lost"}));
  EXPECT_EQ(counts(), Counts{});
  EXPECT_EQ(bodies(), Bodies());
  ASSERT_TRUE(send({"kept"}));
  const std::string handle = receive(1, 5s).at(0).receipt_handle;
  store_.fail_next(1);
  EXPECT_FALSE(erase(handle).ok());
  EXPECT_EQ(counts(), (Counts{.in_flight = 1}));
  clock_.advance(5s);
  EXPECT_EQ(bodies(), Bodies{"kept"});
}

TEST_F(QueuesTest, ComeBackAfterAFailedPurge) {
  create();
  ASSERT_TRUE(send({"a", "b"}));
  EXPECT_EQ(bodies(1, 5s), Bodies{"a"});
  store_.fail_next(1);
  EXPECT_FALSE(run(queues_->purge(kScope, "q")).ok());
  ASSERT_TRUE(send({"c"}));
  clock_.advance(5s);
  EXPECT_EQ(bodies(), (Bodies{"a", "b", "c"}));
  EXPECT_EQ(counts(), (Counts{.in_flight = 3}));
  EXPECT_TRUE(run(queues_->purge(kScope, "q")).ok()) << "the one that failed does not count";
}

TEST_F(QueuesTest, SurviveARestart) {
  Settings settings{.delay = 0s,
                    .message_size_bytes_max = 2048,
                    .retention = 600s,
                    .receive_wait = 1s,
                    .visibility = 7s,
                    .extras = {{"Policy", "{}"}}};
  ASSERT_TRUE(run(queues_->create(kScope, "q", settings, {{"team", "red"}})).ok());
  ASSERT_TRUE(send({"flying", "ready"}));
  ASSERT_TRUE(send({"delayed"}, 10s));
  const auto flying = receive(1, 5s);
  const TimePoint created = clock_.now();
  const Counts before = counts();
  clock_.advance(1s);
  restart();
  EXPECT_EQ(counts(), before);
  const auto info = queues_->describe(kScope, "q");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->settings, settings);
  EXPECT_EQ(info->tags, (Tags{{"team", "red"}}));
  EXPECT_EQ(info->created_at, created);
  EXPECT_EQ(bodies(), Bodies{"ready"});
  clock_.advance(4s);
  const auto again = receive();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].body, "flying");
  EXPECT_EQ(again[0].receive_count, 2U);
  EXPECT_EQ(again[0].first_received_at, flying[0].first_received_at);
  EXPECT_EQ(again[0].id, flying[0].id);
  clock_.advance(5s);
  EXPECT_EQ(bodies(), (Bodies{"ready", "delayed"}));
}

TEST_F(QueuesTest, HonourHandlesFromBeforeARestart) {
  create();
  ASSERT_TRUE(send({"a", "b"}));
  const std::string stored = receive(1).at(0).receipt_handle;
  store_.fail_next(1);  // the receive state of b is lost
  const std::string lost = receive(1).at(0).receipt_handle;
  restart();
  EXPECT_EQ(counts(), (Counts{.visible = 1, .in_flight = 1}));
  EXPECT_TRUE(erase(stored).ok());
  EXPECT_TRUE(erase(lost).ok());
  EXPECT_TRUE(erase(lost).ok());
  EXPECT_EQ(counts(), Counts{});
  EXPECT_EQ(store_.size(Table::Message), 0U);
  EXPECT_EQ(bodies(), Bodies());
}

TEST_F(QueuesTest, NeverReuseASequenceNumber) {
  create();
  ASSERT_TRUE(send({"a"}));
  const std::string handle = receive(1).at(0).receipt_handle;
  ASSERT_TRUE(erase(handle).ok());
  restart();
  ASSERT_TRUE(send({"b"}));
  EXPECT_TRUE(erase(handle).ok());
  EXPECT_EQ(bodies(), Bodies{"b"}) << "the old handle is not one of the new message";
}

TEST_F(QueuesTest, NeverReuseAnIdOfAQueue) {
  create();
  ASSERT_TRUE(send({"a"}));
  const std::string handle = receive(1).at(0).receipt_handle;
  ASSERT_TRUE(run(queues_->remove(kScope, "q")).ok());
  EXPECT_EQ(store_.size(Table::Message), 0U);
  restart();
  EXPECT_FALSE(queues_->exists(kScope, "q"));
  create();
  EXPECT_EQ(erase(handle).error().reason, kReceiptHandleIsInvalid);
}

TEST_F(QueuesTest, JoinTheBatchOfSomebodyElse) {
  create();
  store::Batch batch;
  batch.put(Table::Event, "event", "accepted");
  auto pending = queues_->append(batch, kScope, "q", {.body = "hello"});
  ASSERT_TRUE(pending.ok());
  EXPECT_EQ(bodies(), Bodies());
  auto commit = run(store_.commit(std::move(batch)));
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(bodies(), Bodies()) << "durable, but not published yet";
  EXPECT_EQ(counts(), Counts{});
  queues_->publish(*pending);
  EXPECT_EQ(bodies(), Bodies{"hello"});

  store::Batch lost;
  auto discarded = queues_->append(lost, kScope, "q", {.body = "no"});
  ASSERT_TRUE(discarded.ok());
  queues_->discard(*discarded);
  EXPECT_EQ(counts(), (Counts{.in_flight = 1}));

  store::Batch none;
  auto missing = queues_->append(none, kScope, "nowhere", {});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::NotFound);
  EXPECT_TRUE(none.empty());
}

TEST_F(QueuesTest, OutliveARemovalBetweenAppendAndPublish) {
  create();
  store::Batch batch;
  auto pending = queues_->append(batch, kScope, "q", {});
  auto failing = queues_->append(batch, kScope, "q", {});
  ASSERT_TRUE(pending.ok());
  ASSERT_TRUE(run(queues_->remove(kScope, "q")).ok());
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  queues_->publish(*pending);
  queues_->discard(*failing);
  EXPECT_EQ(store_.size(Table::Message), 1U) << "the discarded one was committed all the same";
  restart();
  EXPECT_EQ(store_.size(Table::Message), 0U) << "what belongs to no queue is cleared at start";
}

TEST_F(QueuesTest, PurgeSparesWhatIsOnItsWay) {
  create();
  ASSERT_TRUE(send({"a"}));
  store::Batch batch;
  auto pending = queues_->append(batch, kScope, "q", {.body = "on its way"});
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  ASSERT_TRUE(run(queues_->purge(kScope, "q")).ok());
  queues_->publish(*pending);
  EXPECT_EQ(counts(), (Counts{.visible = 1}));
  EXPECT_EQ(bodies(), Bodies{"on its way"});
}

TEST_F(QueuesTest, DropAMessagePurgedWhileItIsDeleted) {
  create();
  ASSERT_TRUE(send({"a", "b"}));
  const std::string handle = receive(1).at(0).receipt_handle;
  store_.hold();
  auto deleting = start(queues_->erase(kScope, "q", std::vector<std::string>(1, handle)));
  auto purging = start(queues_->purge(kScope, "q"));
  EXPECT_EQ(bodies(), Bodies());
  store_.release();
  EXPECT_TRUE(deleting.get().ok());
  EXPECT_TRUE(purging.get().ok());
  EXPECT_EQ(counts(), Counts{});
  EXPECT_EQ(store_.size(Table::Message), 0U);
}

TEST_F(QueuesTest, RefuseWhatTheyCannotRead) {
  create();
  ASSERT_TRUE(send({"a"}));
  store::Batch batch;
  batch.put(Table::Resource, store::queue_key(kScope, "bad"), R"({"version":2})");
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  Queues other(store_, clock_, ids_);
  const auto outcome = other.load();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Code::Corruption);
}

}  // namespace
}  // namespace rialto::queue
