// FIFO queues: order in groups, deduplication, and both across restarts.
#include "fixture.h"

#include "store/batch.h"

namespace rialto::queue {
namespace {

using Bodies = std::vector<std::string>;

class FifoTest : public QueuesTest {
 protected:
  explicit FifoTest(Options options = {}) : QueuesTest(options) {}

  void create_fifo(FifoSettings fifo = {}, std::chrono::seconds delay = 0s) {
    create("q.fifo", {.delay = delay, .fifo = fifo});
  }
  Result<Sent> put(std::string group, std::string body, std::string id = {}) {
    std::vector<OutgoingMessage> messages;
    if (id.empty()) id = body;
    messages.push_back({.body = std::move(body),
                        .sender = "me",
                        .group = std::move(group),
                        .deduplication_id = std::move(id)});
    auto sent = run(queues_->send(kScope, "q.fifo", std::move(messages)));
    if (!sent.ok()) return sent.error();
    return sent->front();
  }
  std::vector<ReceivedMessage> get(std::size_t count_max = 10,
                                   std::chrono::seconds visibility = 30s) {
    auto out = run(queues_->receive(
        kScope, "q.fifo", {.count_max = count_max, .visibility = visibility, .wait = 0s}));
    EXPECT_TRUE(out.ok());
    return out.ok() ? std::move(*out) : std::vector<ReceivedMessage>();
  }
  Bodies get_bodies(std::size_t count_max = 10, std::chrono::seconds visibility = 30s) {
    Bodies out;
    for (auto& message : get(count_max, visibility)) out.push_back(std::move(message.body));
    return out;
  }
  Result<> remove(const ReceivedMessage& message) {
    std::vector<std::string> handles;
    handles.push_back(message.receipt_handle);
    auto out = run(queues_->erase(kScope, "q.fifo", std::move(handles)));
    if (!out.ok()) return out.error();
    return out->front();
  }
  Counts fifo_counts() { return *queues_->counts(kScope, "q.fifo"); }
};

TEST_F(FifoTest, KeepsTheOrderOfAGroupAndBlocksItWhileAMessageIsInFlight) {
  create_fifo();
  for (const char* body : {"a1", "a2", "b1", "a3"}) {
    ASSERT_TRUE(put(std::string(1, body[0]), body).ok());
  }
  const auto first = get(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].body, "a1");
  EXPECT_EQ(first[0].group, "a");
  EXPECT_EQ(first[0].deduplication_id, "a1");
  EXPECT_EQ(get_bodies(), Bodies{"b1"}) << "a2 waits for a1";
  EXPECT_EQ(fifo_counts(), (Counts{.visible = 2, .in_flight = 2}));
  ASSERT_TRUE(remove(first[0]).ok());
  EXPECT_EQ(get_bodies(), (Bodies{"a2", "a3"}));
}

TEST_F(FifoTest, GivesAsManyOfOneGroupAsItCanAndThenOthers) {
  create_fifo();
  for (const char* body : {"a1", "b1", "a2", "b2", "a3"}) {
    ASSERT_TRUE(put(std::string(1, body[0]), body).ok());
  }
  EXPECT_EQ(get_bodies(4), (Bodies{"a1", "a2", "a3", "b1"}));
  EXPECT_TRUE(get_bodies().empty()) << "b2 waits for b1";
}

TEST_F(FifoTest, BringsATimedOutMessageBackBeforeWhatCameAfterIt) {
  create_fifo();
  for (const char* body : {"1", "2", "3"}) ASSERT_TRUE(put("g", body).ok());
  const auto got = get(2, 10s);
  ASSERT_EQ(got.size(), 2U);
  ASSERT_TRUE(remove(got[1]).ok());
  EXPECT_TRUE(get_bodies().empty());
  clock_.advance(10s);
  EXPECT_EQ(get_bodies(), (Bodies{"1", "3"}));
}

TEST_F(FifoTest, RefusesAHandleOfAReceiveThatIsOver) {
  create_fifo();
  ASSERT_TRUE(put("g", "1").ok());
  const auto old = get(1, 10s);
  clock_.advance(10s);
  const Result<> expired = remove(old[0]);
  ASSERT_FALSE(expired.ok());
  EXPECT_EQ(expired.error().message, "Value " + old[0].receipt_handle +
                                         " for parameter ReceiptHandle is invalid. Reason: The "
                                         "receipt handle has expired.");
  const auto again = get();
  EXPECT_FALSE(remove(old[0]).ok());
  EXPECT_TRUE(remove(again[0]).ok());
  EXPECT_TRUE(remove(again[0]).ok()) << "gone is gone";
}

TEST_F(FifoTest, BlocksTheGroupAcrossARestart) {
  create_fifo();
  for (const char* body : {"1", "2"}) ASSERT_TRUE(put("g", body).ok());
  const auto got = get(1, 60s);
  restart();
  EXPECT_TRUE(get_bodies().empty());
  EXPECT_EQ(fifo_counts(), (Counts{.visible = 1, .in_flight = 1}));
  ASSERT_TRUE(remove(got[0]).ok());
  restart();
  EXPECT_EQ(get_bodies(), Bodies{"2"});
}

TEST_F(FifoTest, NumbersMessagesInOrder) {
  create_fifo();
  const auto first = put("g", "1");
  restart();
  const auto second = put("h", "2");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_LT(sequence_number(first->sequence), sequence_number(second->sequence));
  EXPECT_EQ(sequence_number(first->sequence).size(), 20U);
  EXPECT_EQ(get()[0].sequence, first->sequence);
}

TEST_F(FifoTest, TakesADuplicateAndAddsNothingForFiveMinutes) {
  create_fifo();
  const auto first = put("g", "1", "id");
  const auto message = get();
  ASSERT_TRUE(remove(message[0]).ok());
  clock_.advance(4min);
  restart();
  const auto second = put("other", "2", "id");
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->sequence, first->sequence);
  EXPECT_TRUE(get().empty());
  clock_.advance(1min);
  ASSERT_TRUE(put("g", "3", "id").ok());
  EXPECT_EQ(get_bodies(), Bodies{"3"});
}

TEST_F(FifoTest, ForgetsDeduplicationIdsOnDiskToo) {
  create_fifo();
  for (const char* body : {"1", "2", "3"}) ASSERT_TRUE(put("g", body).ok());
  EXPECT_EQ(store_.size(store::Table::Deduplication), 3U);
  clock_.advance(5min);
  queues_->sweep();
  EXPECT_EQ(store_.size(store::Table::Deduplication), 0U);
  ASSERT_TRUE(put("g", "4").ok());
  clock_.advance(5min);
  restart();
  EXPECT_EQ(store_.size(store::Table::Deduplication), 0U);
  ASSERT_TRUE(put("g", "5").ok());
  ASSERT_TRUE(run(queues_->remove(kScope, "q.fifo")).ok());
  EXPECT_EQ(store_.size(store::Table::Deduplication), 0U);
}

TEST_F(FifoTest, DeduplicatesByContent) {
  create_fifo({.deduplicates_content = true});
  std::vector<OutgoingMessage> messages;
  for (int i = 0; i < 2; ++i) messages.push_back({.body = "same", .group = "g"});
  const auto sent = run(queues_->send(kScope, "q.fifo", std::move(messages)));
  ASSERT_TRUE(sent.ok());
  ASSERT_TRUE((*sent)[0].ok() && (*sent)[1].ok()) << "a duplicate in the same call";
  EXPECT_EQ((*sent)[0]->id, (*sent)[1]->id);
  const auto got = get();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].deduplication_id,
            "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5");
}

TEST_F(FifoTest, DeduplicatesByGroupWhenAskedTo) {
  create_fifo({.deduplicates_by_group = true});
  ASSERT_TRUE(put("a", "1", "id").ok());
  ASSERT_TRUE(put("b", "2", "id").ok());
  ASSERT_TRUE(put("a", "3", "id").ok());
  EXPECT_EQ(get_bodies(), (Bodies{"1", "2"}));
}

TEST_F(FifoTest, ADuplicateWaitsForTheFirstOneToBeDurable) {
  create_fifo();
  store::Batch batch;
  const NewMessage message{.body = "1", .group = "g", .deduplication_id = "id"};
  auto first = queues_->append(batch, kScope, "q.fifo", message);
  ASSERT_TRUE(first.ok());
  auto second = start(queues_->send(
      kScope, "q.fifo",
      std::vector<OutgoingMessage>{{.body = "2", .group = "g", .deduplication_id = "id"}}));
  EXPECT_EQ(second.wait_for(20ms), std::future_status::timeout);
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  queues_->publish(*first);
  const auto sent = second.get();
  ASSERT_TRUE(sent.ok() && sent->front().ok());
  EXPECT_EQ(sent->front()->id, first->id);
  EXPECT_EQ(get_bodies(), Bodies{"1"});
}

TEST_F(FifoTest, ADuplicateFailsWithTheFirstOneAndMayBeSentAgain) {
  create_fifo();
  store::Batch batch;
  const NewMessage message{.body = "1", .group = "g", .deduplication_id = "id"};
  auto first = queues_->append(batch, kScope, "q.fifo", message);
  auto second = start(queues_->send(
      kScope, "q.fifo",
      std::vector<OutgoingMessage>{{.body = "2", .group = "g", .deduplication_id = "id"}}));
  EXPECT_EQ(second.wait_for(20ms), std::future_status::timeout);
  queues_->discard(*first);
  const auto sent = second.get();
  ASSERT_TRUE(sent.ok());
  ASSERT_FALSE(sent->front().ok());
  EXPECT_EQ(sent->front().error().code, Code::Unavailable);
  ASSERT_TRUE(put("g", "3", "id").ok());
  EXPECT_EQ(get_bodies(), Bodies{"3"});
}

TEST_F(FifoTest, APendingMessageHoldsItsPlace) {
  create_fifo();
  store::Batch batch;
  auto pending = queues_->append(batch, kScope, "q.fifo",
                                 {.body = "1", .group = "g", .deduplication_id = "1"});
  ASSERT_TRUE(put("g", "2").ok());
  ASSERT_TRUE(put("h", "3").ok());
  EXPECT_EQ(get_bodies(), Bodies{"3"});
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  EXPECT_TRUE(get_bodies().empty()) << "durable, and not published yet";
  queues_->publish(*pending);
  EXPECT_EQ(get_bodies(), (Bodies{"1", "2"}));
}

TEST_F(FifoTest, ChangesTheDelayOfWhatIsThere) {
  create_fifo({}, 20s);
  ASSERT_TRUE(put("g", "1").ok());
  clock_.advance(5s);
  ASSERT_TRUE(put("g", "2").ok());
  EXPECT_EQ(fifo_counts(), (Counts{.delayed = 2}));
  clock_.advance(15s);
  EXPECT_EQ(get_bodies(10, 0s), Bodies{"1"});
  ASSERT_TRUE(run(queues_->change(kScope, "q.fifo", [](Settings& settings, Tags&) -> Result<> {
                settings.delay = 0s;
                return {};
              })).ok());
  EXPECT_EQ(get_bodies(), (Bodies{"1", "2"}));
}

TEST_F(FifoTest, WordsItsRefusalsLikeSqs) {
  create_fifo();
  const auto refused = [&](OutgoingMessage message) {
    std::vector<OutgoingMessage> messages;
    messages.push_back(std::move(message));
    const auto sent = run(queues_->send(kScope, "q.fifo", std::move(messages)));
    return sent->front().ok() ? std::string() : sent->front().error().message;
  };
  EXPECT_EQ(refused({.body = "x"}), "The request must contain the parameter MessageGroupId.");
  EXPECT_EQ(refused({.body = "x", .group = "g"}),
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly");
  EXPECT_EQ(refused({.body = "x", .delay = 5s, .group = "g", .deduplication_id = "d"}),
            "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter "
            "that is not valid for this queue type.");
  EXPECT_EQ(refused({.body = "x", .group = "a b", .deduplication_id = "d"}),
            "Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only "
            "include alphanumeric and punctuation characters. 1 to 128 in length.");
  EXPECT_EQ(refused({.body = "x", .group = "g", .deduplication_id = std::string(129, 'd')}),
            "Value " + std::string(129, 'd') +
                " for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId "
                "can only include alphanumeric and punctuation characters. 1 to 128 in length.");
}

TEST_F(FifoTest, AStandardQueueTakesAGroupAndNoDeduplicationId) {
  create();
  std::vector<OutgoingMessage> messages;
  messages.push_back({.body = "1", .group = "g"});
  messages.push_back({.body = "2", .deduplication_id = "d"});
  const auto sent = run(queues_->send(kScope, "q", std::move(messages)));
  ASSERT_TRUE((*sent)[0].ok());
  ASSERT_FALSE((*sent)[1].ok());
  EXPECT_EQ((*sent)[0]->sequence, 0U);
  const auto got = receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].group, "g");
  EXPECT_EQ(got[0].sequence, 0U);
}

TEST_F(FifoTest, PurgesAllGroups) {
  create_fifo();
  for (const char* body : {"1", "2"}) ASSERT_TRUE(put("g", body).ok());
  get(1);
  ASSERT_TRUE(run(queues_->purge(kScope, "q.fifo")).ok());
  EXPECT_EQ(fifo_counts(), Counts{});
  ASSERT_TRUE(put("g", "3").ok());
  EXPECT_EQ(get_bodies(), Bodies{"3"});
}

class FullFifo : public FifoTest {
 protected:
  FullFifo() : FifoTest({.in_flight_max = 2, .deduplication_max = 3}) {}
};

TEST_F(FullFifo, GivesNothingAndNoErrorAtItsLimitInFlight) {
  create_fifo();
  for (const char* body : {"1", "2", "3"}) ASSERT_TRUE(put(body, body).ok());
  const auto got = get();
  EXPECT_EQ(got.size(), 2U);
  EXPECT_TRUE(get().empty());
  ASSERT_TRUE(remove(got[0]).ok());
  EXPECT_EQ(get_bodies(), Bodies{"3"});
}

TEST_F(FullFifo, ThrottlesWhenItRemembersTooMuch) {
  create_fifo();
  for (const char* body : {"1", "2", "3"}) ASSERT_TRUE(put("g", body).ok());
  EXPECT_FALSE(queues_->has_room(kScope, "q.fifo"));
  EXPECT_EQ(put("g", "4").error().code, Code::Throttled);
  clock_.advance(5min);
  queues_->sweep();
  EXPECT_TRUE(put("g", "4").ok());
}

class SmallFifo : public FifoTest {
 protected:
  SmallFifo() : FifoTest({.page_max = 3, .fifo_window_max = 5}) {}
};

TEST_F(SmallFifo, LooksForGroupsAmongTheFirstMessagesOnly) {
  create_fifo();
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(put("a", "a" + std::to_string(i)).ok());
  ASSERT_TRUE(put("b", "b").ok());
  auto first = get(1);
  EXPECT_TRUE(get().empty()) << "b is behind a backlog, as at SQS";
  Bodies all{first[0].body};
  ASSERT_TRUE(remove(first[0]).ok());
  for (auto got = get(); !got.empty(); got = get()) {
    for (const auto& message : got) {
      ASSERT_TRUE(remove(message).ok());
      all.push_back(message.body);
    }
  }
  EXPECT_EQ(std::erase(all, "b"), 1U);
  ASSERT_EQ(all.size(), 12U);
  for (int i = 0; i < 12; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], "a" + std::to_string(i));
}

TEST_F(SmallFifo, KeepsTheOrderAcrossPagesAndPendingMessages) {
  create_fifo();
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(put("a", std::to_string(i)).ok());
  store::Batch batch;
  auto pending = queues_->append(batch, kScope, "q.fifo",
                                 {.body = "6", .group = "a", .deduplication_id = "6"});
  ASSERT_TRUE(put("a", "7").ok());
  Bodies all;
  for (auto got = get(); !got.empty(); got = get()) {
    for (const auto& message : got) {
      ASSERT_TRUE(remove(message).ok());
      all.push_back(message.body);
    }
  }
  EXPECT_EQ(all, (Bodies{"0", "1", "2", "3", "4", "5"}));
  ASSERT_TRUE(run(store_.commit(std::move(batch))).ok());
  queues_->publish(*pending);
  EXPECT_EQ(get_bodies(), (Bodies{"6", "7"}));
}

}  // namespace
}  // namespace rialto::queue
