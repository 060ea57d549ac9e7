// Rules whose targets are FIFO queues (docs/spec/02 §3).
#include "fixture.h"

namespace rialto::bus {
namespace {

constexpr const char* kApp = R"({"source":["app"]})";

std::string group(const std::string& text) {
  return R"("SqsParameters":{"MessageGroupId":")" + text + R"("})";
}

class FifoTargetTest : public BusTest {
 protected:
  void make_fifo(bool deduplicates_content = true) {
    make_queue("q.fifo",
               {.fifo = queue::FifoSettings{.deduplicates_content = deduplicates_content}});
  }
};

TEST_F(FifoTargetTest, SendsWithTheGroupOfTheTarget) {
  make_fifo();
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q.fifo", group("orders"))}).ok());
  put({entry("app", R"({"n":1})"), entry("app", R"({"n":2})")});
  const auto got = receive("q.fifo");
  ASSERT_EQ(got.size(), 2U);
  for (const auto& message : got) EXPECT_EQ(message.group, "orders");
  EXPECT_LT(got[0].sequence, got[1].sequence);
}

TEST_F(FifoTargetTest, FindsTheGroupInTheEvent) {
  make_fifo();
  make_queue("dlq");
  ASSERT_TRUE(
      put_rule("r", kApp, {to_queue("q.fifo", group("$.detail.user") + "," + dead_letters())})
          .ok());
  put({entry("app", R"({"user":"ann"})"), entry("app", R"({"user":7})"),
       entry("app", R"({"user":{}})"), entry("app", "{}")});
  const auto got = receive("q.fifo");
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].group, "ann");
  EXPECT_EQ(got[1].group, "7");
  const auto dead = receive("dlq");
  ASSERT_EQ(dead.size(), 2U);
  for (const auto& message : dead) EXPECT_EQ(code_of(message), "INVALID_PARAMETER");
}

TEST_F(FifoTargetTest, NeedsContentBasedDeduplication) {
  make_fifo(false);
  make_queue("dlq");
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q.fifo", group("g") + "," + dead_letters())}).ok());
  put(entry());
  EXPECT_TRUE(receive("q.fifo").empty());
  const auto dead = receive("dlq");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(code_of(dead[0]), "INVALID_PARAMETER");
}

TEST_F(FifoTargetTest, RefusesAPathThatIsNone) {
  EXPECT_FALSE(put_rule("r", kApp, {to_queue("q.fifo", group("$['a']"))}).ok());
  EXPECT_TRUE(put_rule("r", kApp, {to_queue("q", group("$['a']"))}).ok())
      << "a standard queue does without";
}

TEST_F(FifoTargetTest, PassesGroupsToStandardQueues) {
  make_queue("q");
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q", group("tenant"))}).ok());
  put(entry());
  const auto got = receive("q");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].group, "tenant");
}

TEST_F(FifoTargetTest, AnEventWhoseMessageIsThereAlreadyIsAnsweredWithIt) {
  make_fifo();
  ASSERT_TRUE(
      put_rule("r", kApp, {to_queue("q.fifo", group("g") + R"(,"Input":"\"same\"")")}).ok());
  store_.hold();
  std::vector<Entry> entries(2, entry());
  auto first = test::start(group_, runtime_.executor(0), ingest_->put_events(kScope, entries));
  auto second = test::start(group_, runtime_.executor(1), ingest_->put_events(kScope, entries));
  EXPECT_EQ(second.wait_for(20ms), std::future_status::timeout);
  store_.release();
  for (auto* each : {&first, &second}) {
    for (const EntryOutcome& outcome : each->get()) EXPECT_TRUE(outcome.ok());
  }
  EXPECT_EQ(receive("q.fifo").size(), 1U);
}

TEST_F(FifoTargetTest, AnEventIsNotAcceptedOnAMessageThatWasLost) {
  make_fifo();
  ASSERT_TRUE(
      put_rule("r", kApp, {to_queue("q.fifo", group("g") + R"(,"Input":"\"same\"")")}).ok());
  store::Batch batch;
  auto lost = queues_->append(batch, {.account = kScope.account, .region = kScope.region}, "q.fifo",
                              {.body = "\"same\"", .group = "g"});
  ASSERT_TRUE(lost.ok());
  auto put_one = test::start(group_, runtime_.executor(0),
                             ingest_->put_events(kScope, std::vector<Entry>(1, entry())));
  EXPECT_EQ(put_one.wait_for(20ms), std::future_status::timeout);
  queues_->discard(*lost);
  EXPECT_FALSE(put_one.get().at(0).ok());
  EXPECT_TRUE(put(entry()).at(0).ok());
  EXPECT_EQ(receive("q.fifo").size(), 1U);
}

TEST_F(FifoTargetTest, TheCatalogKnowsTheDeadLetterQueuesOfRules) {
  EXPECT_FALSE(catalog_->is_dead_letter_queue(queue_arn("dlq")));
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q", dead_letters())}).ok());
  EXPECT_TRUE(catalog_->is_dead_letter_queue(queue_arn("dlq")));
  EXPECT_FALSE(catalog_->is_dead_letter_queue(queue_arn("q")));
}

}  // namespace
}  // namespace rialto::bus
