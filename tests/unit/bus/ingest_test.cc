// PutEvents: what becomes of entries (docs/spec/01 §2).
#include "bus/ingest.h"

#include <algorithm>

#include "fixture.h"

namespace rialto::bus {
namespace {

using IngestTest = BusTest;
constexpr const char* kApp = R"({"source":["app"]})";

TEST_F(IngestTest, PutsTheEnvelopeInEveryQueueThatMatchesAndInNoOther) {
  for (const char* queue : {"a", "b", "c"}) make_queue(queue);
  ASSERT_TRUE(put_rule("first", kApp, {to_queue("a")}).ok());
  ASSERT_TRUE(put_rule("second", R"({"detail":{"n":[1]}})", {to_queue("b")}).ok());
  ASSERT_TRUE(put_rule("third", R"({"source":["other"]})", {to_queue("c")}).ok());
  ASSERT_TRUE(put_rule("off", kApp, {to_queue("c")}, ref(), "DISABLED").ok());
  Entry given = entry("app", R"({ "n" : 1.0, "t": "\u0041" })");
  given.resources = {"arn:1", "two"};
  given.time = from_millis(1'700'000'000'999);
  const auto outcomes = put(given);
  ASSERT_TRUE(outcomes.at(0).ok());
  const std::string envelope =
      R"({"version":"0","id":")" + outcomes[0].value() +
      R"(","detail-type":"type","source":"app","account":"111122223333",)"
      R"("time":"2023-11-14T22:13:20Z","region":"us-east-1","resources":["arn:1","two"],)"
      R"("detail":{"n":1.0,"t":"\u0041"}})";
  const auto in_a = receive("a");
  ASSERT_EQ(in_a.size(), 1U);
  EXPECT_EQ(in_a[0].body, envelope);
  const auto in_b = receive("b");
  ASSERT_EQ(in_b.size(), 1U) << "1.0 is 1";
  EXPECT_EQ(in_b[0].body, envelope) << "the same id for every target";
  EXPECT_TRUE(receive("c").empty());
  EXPECT_EQ(bus_metrics_->accepted, 1U);
  EXPECT_EQ(bus_metrics_->matched_rules, 2U);
  EXPECT_EQ(delivery_metrics_->delivered, 2U);
}

TEST_F(IngestTest, TakesTheTimeOfTheCallWhenNoneIsGiven) {
  make_queue("q");
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q")}).ok());
  put(entry());
  const auto got = receive("q");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_NE(got[0].body.find(R"("time":")" + to_iso_seconds(clock_.now()) + '"'),
            std::string::npos);
}

TEST_F(IngestTest, SendsATargetOnceForEachOfItsRules) {
  make_queue("q");
  ASSERT_TRUE(put_rule("first", kApp, {to_queue("q"), to_queue("q")}).ok());
  ASSERT_TRUE(put_rule("second", kApp, {to_queue("q")}).ok());
  put(entry());
  EXPECT_EQ(receive("q").size(), 3U);
}

TEST_F(IngestTest, RefusesEntriesOneByOneAndInOrder) {
  make_queue("q");
  ASSERT_TRUE(put_rule("r", R"({"account":["111122223333"]})", {to_queue("q")}).ok());
  std::vector<Entry> entries(11, entry());
  entries[0].source.clear();
  entries[1].detail_type.clear();
  entries[2].detail.clear();
  entries[3] = Entry{};
  entries[4].detail = "NotJSON";
  entries[5].detail = "[]";
  entries[6].detail = "{{}";
  entries[7].detail = R"("text")";
  entries[8].source = "aws.ec2";
  entries[9].bus = "arn:aws:events:us-east-1:444455556666:event-bus/default";
  const auto outcomes = put(std::move(entries));
  ASSERT_EQ(outcomes.size(), 11U);
  expect_failed(outcomes[0], "InvalidArgument",
                "Parameter Source is not valid. Reason: Source is a required argument.");
  expect_failed(outcomes[1], "InvalidArgument",
                "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  expect_failed(outcomes[2], "InvalidArgument",
                "Parameter Detail is not valid. Reason: Detail is a required argument.");
  expect_failed(outcomes[3], "InvalidArgument",
                "Parameter Source is not valid. Reason: Source is a required argument.");
  for (std::size_t i = 4; i < 8; ++i) {
    expect_failed(outcomes[i], "MalformedDetail", "Detail is malformed.");
  }
  expect_failed(outcomes[8], "NotAuthorizedForSourceException", "Not authorized for the source.");
  EXPECT_EQ(outcomes[9].error().reason, "AccessDeniedException");
  EXPECT_TRUE(outcomes[10].ok());
  EXPECT_EQ(receive("q").size(), 1U);
  EXPECT_EQ(bus_metrics_->accepted, 1U);
  EXPECT_EQ(bus_metrics_->rejected, 10U);
}

TEST_F(IngestTest, RefusesIntegersBeyond64BitsAndTakesTheLargest) {
  const auto outcomes =
      put({entry("a", R"({"n":9223372036854775808})"), entry("a", R"({"n":9223372036854775807})")});
  EXPECT_EQ(outcomes[0].error().reason, "MalformedDetail");
  EXPECT_TRUE(outcomes[1].ok());
}

TEST_F(IngestTest, RefusesABusOfAnotherRegion) {
  Entry given = entry();
  given.bus = bus_arn("b", "eu-west-1");
  EXPECT_EQ(put(given)[0].error().reason, "InvalidArgument");
}

TEST_F(IngestTest, TakesTheLastOfRepeatedKeys) {
  make_queue("q");
  ASSERT_TRUE(put_rule("r", R"({"detail":{"a":[2]}})", {to_queue("q")}).ok());
  put(entry("app", R"({"a":1,"b":0,"a":2})"));
  const auto got = receive("q");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got[0].body.ends_with(R"("detail":{"a":2,"b":0}})"));
}

TEST_F(IngestTest, AcceptsForAnUnknownBusAndDropsTheEvent) {
  Entry given = entry();
  given.bus = "none";
  EXPECT_TRUE(put(given)[0].ok());
  EXPECT_EQ(bus_metrics_->unknown_bus, 1U);
  EXPECT_EQ(bus_metrics_->accepted, 1U);
}

TEST_F(IngestTest, AcceptsForADefaultBusThatNobodyUsedYet) {
  EXPECT_TRUE(put(entry())[0].ok());
  EXPECT_EQ(bus_metrics_->unknown_bus, 0U);
  EXPECT_EQ(store_.size(store::Table::Resource), 0U);
}

TEST_F(IngestTest, WritesNothingForAnEventThatMatchesNothing) {
  ASSERT_TRUE(put_rule("r", R"({"source":["other"]})", {to_queue("q")}).ok());
  store_.fail_next(1);
  EXPECT_TRUE(put(entry())[0].ok()) << "no commit, so none that could fail";
  EXPECT_EQ(bus_metrics_->unmatched, 1U);
}

TEST_F(IngestTest, FindsTheBusByNameAndByArn) {
  make_queue("q");
  ASSERT_TRUE(make_bus("b").ok());
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q")}, ref("b")).ok());
  Entry by_name = entry();
  by_name.bus = "b";
  Entry by_arn = entry();
  by_arn.bus = bus_arn("b");
  put({by_name, by_arn, entry()});
  EXPECT_EQ(receive("q").size(), 2U);
}

TEST_F(IngestTest, AnswersWhenTheEventIsDurableAndShowsItThen) {
  make_queue("q");
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q")}).ok());
  store_.hold();
  auto answer = test::start(group_, runtime_.executor(0),
                            ingest_->put_events(kScope, std::vector<Entry>(1, entry())));
  EXPECT_EQ(answer.wait_for(20ms), std::future_status::timeout);
  EXPECT_EQ(queues_->counts({kScope.account, kScope.region}, "q")->visible, 0);
  store_.release();
  EXPECT_TRUE(answer.get().at(0).ok());
  EXPECT_EQ(receive("q").size(), 1U);
}

TEST_F(IngestTest, FailsEveryAcceptedEntryWhenTheCommitFailsAndShowsNothing) {
  make_queue("q");
  ASSERT_TRUE(make_bus("to").ok());
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q"), to_bus(bus_arn("to"))}).ok());
  store_.fail_next(1);
  std::vector<Entry> entries(3, entry());
  entries[1].source.clear();
  const auto outcomes = put(std::move(entries));
  expect_failed(outcomes[0], "InternalFailure", "Internal Service Failure");
  EXPECT_EQ(outcomes[1].error().reason, "InvalidArgument");
  expect_failed(outcomes[2], "InternalFailure", "Internal Service Failure");
  EXPECT_TRUE(receive("q").empty());
  EXPECT_EQ(queues_->counts({kScope.account, kScope.region}, "q")->visible, 0);
  EXPECT_EQ(deliveries_->pending(), 0U);
  EXPECT_EQ(store_.size(store::Table::Message) + store_.size(store::Table::Event), 0U);
  EXPECT_EQ(bus_metrics_->rejected, 3U);
  EXPECT_EQ(delivery_metrics_->attempts, 0U);
  put(entry());
  EXPECT_EQ(receive("q").size(), 1U) << "the queue goes on";
}

// What is owed is stored under the event's number: a number given twice overwrites it.
TEST_F(IngestTest, OverwritesNothingThatIsOwedAfterALostReservation) {
  ASSERT_TRUE(make_bus("to").ok());
  ASSERT_TRUE(put_rule("r", kApp, {to_bus(bus_arn("to"))}).ok());
  store_.fail_next(1);
  EXPECT_FALSE(put(entry())[0].ok());  // with the reservation of the first numbers
  EXPECT_TRUE(put(entry())[0].ok());
  await_settled();
  const auto bus = catalog_->state()->find(ref());
  const auto reserved = store_.get(store::Table::Meta, store::bus_sequence_key(bus->bus.id));
  EXPECT_TRUE(reserved->has_value()) << "a restart would count from 1 again";
}

TEST_F(IngestTest, GivesTheQueueWhatTheInputMakes) {
  make_queue("q");
  ASSERT_TRUE(put_rule("r", kApp,
                       {to_queue("q", R"("Input":"{\"constant\": 1}")"),
                        to_queue("q", R"("InputPath":"$.detail.a")")})
                  .ok());
  put(entry("app", R"({"a":"b"})"));
  const auto got = receive("q");
  ASSERT_EQ(got.size(), 2U);
  std::vector<std::string> bodies{got[0].body, got[1].body};
  std::sort(bodies.begin(), bodies.end());
  EXPECT_EQ(bodies[0], R"("b")");
  EXPECT_EQ(bodies[1], R"({"constant": 1})");
}

TEST_F(IngestTest, PassesTheTraceHeaderBesideTheEvent) {
  make_queue("q");
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("q")}).ok());
  Entry given = entry();
  given.trace_header = "Root=1-5759e988-bd862e3fe1be46a994272793";
  put(given);
  const auto got = receive("q");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].trace_header, given.trace_header);
  EXPECT_EQ(got[0].body.find("5759e988"), std::string::npos);
}

TEST_F(IngestTest, DeadLettersWhatAQueueDoesNotTake) {
  make_queue("dlq");
  make_queue("small", {.message_size_bytes_max = 1'024});
  const std::string elsewhere = R"("Arn":"arn:aws:sqs:eu-west-1:111122223333:q",)" + dead_letters();
  ASSERT_TRUE(put_rule("gone", R"({"source":["gone"]})", {to_queue("none", dead_letters())}).ok());
  ASSERT_TRUE(put_rule("long", R"({"source":["long"]})", {to_queue("small", dead_letters())}).ok());
  ASSERT_TRUE(put_rule("away", R"({"source":["away"]})", {elsewhere}).ok());
  struct Case {
    const char* source;
    const char* code;
  };
  for (const Case& one :
       {Case{"gone", "NO_RESOURCE"}, {"long", "INVALID_PARAMETER"}, {"away", "NO_RESOURCE"}}) {
    EXPECT_TRUE(put(entry(one.source, R"({"x":")" + std::string(2'000, 'x') + "\"}"))[0].ok());
    const auto letters = receive("dlq");
    ASSERT_EQ(letters.size(), 1U) << one.source;
    EXPECT_EQ(code_of(letters[0]), one.code);
    EXPECT_TRUE(letters[0].body.starts_with(R"({"version":"0")")) << "the event, not the input";
  }
  EXPECT_EQ(delivery_metrics_->dead_lettered, 3U);
  EXPECT_EQ(delivery_metrics_->delivered, 0U);
}

TEST_F(IngestTest, CountsWhatIsLostWithoutADeadLetterQueue) {
  ASSERT_TRUE(put_rule("r", kApp, {to_queue("none")}).ok());
  EXPECT_TRUE(put(entry())[0].ok());
  EXPECT_EQ(delivery_metrics_->dropped, 1U);
}

TEST_F(IngestTest, ThrottlesEveryEventWhileTheMemoryBudgetIsSpent) {
  make_queue("q");
  ASSERT_TRUE(put_rule("plain", R"({"source":["plain"]})", {to_queue("q")}).ok());
  memory_.set_used_bytes(memory_.limit_bytes() + 1);
  for (const EntryOutcome& outcome : put({entry("plain"), entry("other")})) {
    expect_failed(outcome, "ThrottlingException", "Rate exceeded");
  }
  EXPECT_EQ(bus_metrics_->throttled, 2U);
  memory_.set_used_bytes(memory_.limit_bytes());
  EXPECT_TRUE(put({entry("plain")})[0].ok());
  EXPECT_EQ(receive("q").size(), 1U) << "nothing of what was throttled";
}

TEST(Entry, CountsWhatAwsCounts) {
  Entry given;
  given.source = "é";
  given.detail_type = "abc";
  given.detail = "{}";
  EXPECT_EQ(given.size_bytes(), 7U);
  given.time = from_millis(0);
  given.resources = {"12", "345"};
  given.bus = "not counted";
  given.trace_header = "not counted";
  EXPECT_EQ(given.size_bytes(), 7U + 14U + 5U);
}

}  // namespace
}  // namespace rialto::bus
