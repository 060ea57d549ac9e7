// From bus to bus, and whole envelopes (docs/spec/02 §3.2, 01 §1).
#include "bus/envelope.h"
#include "fixture.h"
#include "json/write.h"

namespace rialto::bus {
namespace {

constexpr const char* kApp = R"({"source":["app"]})";

class ForwardTest : public BusTest {
 protected:
  ForwardTest() {
    make_queue("q");
    make_queue("dlq");
  }
  static std::string id_of(const std::string& body) {
    auto root = json::parse(body);
    return root.ok() ? root->find("id")->as_string() : "";
  }
};

TEST_F(ForwardTest, KeepsTheWholeEventWithinARegion) {
  make_queue("origin");
  ASSERT_TRUE(make_bus("to").ok());
  ASSERT_TRUE(put_rule("r", kApp, {to_bus(bus_arn("to")), to_queue("origin")}).ok());
  ASSERT_TRUE(put_rule("s", kApp, {to_queue("q")}, ref("to")).ok());
  const auto outcomes = put(entry("app", R"({"n":1.0})"));
  await_settled();
  const auto forwarded = receive("q");
  ASSERT_EQ(forwarded.size(), 1U);
  EXPECT_EQ(forwarded[0].body, receive("origin").at(0).body);
  EXPECT_EQ(id_of(forwarded[0].body), outcomes[0].value());
  EXPECT_EQ(bus_metrics_->accepted, 2U);
  EXPECT_EQ(store_.size(store::Table::Event) + store_.size(store::Table::Delivery), 0U);
}

TEST_F(ForwardTest, GivesANewIdAcrossRegionsAndKeepsTheRest) {
  ASSERT_TRUE(make_bus("to", "eu-west-1").ok());
  ASSERT_TRUE(run(queues_->create({kScope.account, "eu-west-1"}, "far", {}, {})).ok());
  ASSERT_TRUE(put_rule("r", kApp, {to_bus(bus_arn("to", "eu-west-1"))}).ok());
  ASSERT_TRUE(put_rule("s", kApp, {R"("Arn":"arn:aws:sqs:eu-west-1:111122223333:far")"},
                       ref("to", "eu-west-1"))
                  .ok());
  const auto outcomes = put(entry());
  await_settled();
  const auto far = run(queues_->receive({kScope.account, "eu-west-1"}, "far", {.wait = 0ms}));
  ASSERT_TRUE(far.ok());
  ASSERT_EQ(far->size(), 1U);
  const std::string& body = far->front().body;
  EXPECT_NE(id_of(body), outcomes[0].value());
  EXPECT_EQ(id_of(body).size(), 36U);
  EXPECT_NE(body.find(R"("region":"us-east-1")"), std::string::npos) << "where it came in";
}

TEST_F(ForwardTest, GoesToNoThirdBus) {
  for (const char* name : {"second", "third"}) ASSERT_TRUE(make_bus(name).ok());
  ASSERT_TRUE(put_rule("a", kApp, {to_bus(bus_arn("second"))}).ok());
  ASSERT_TRUE(put_rule("b", kApp, {to_bus(bus_arn("third"), dead_letters())}, ref("second")).ok());
  ASSERT_TRUE(put_rule("c", kApp, {to_queue("q")}, ref("third")).ok());
  put(entry());
  await_settled();
  EXPECT_TRUE(receive("q").empty());
  const auto letters = receive("dlq");
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(code_of(letters[0]), "THIRD_ACCOUNT_HOP_DETECTED");
}

TEST_F(ForwardTest, GoesToNoThirdRegion) {
  ASSERT_TRUE(make_bus("second").ok());
  ASSERT_TRUE(make_bus("third", "eu-west-1").ok());
  ASSERT_TRUE(put_rule("a", kApp, {to_bus(bus_arn("second"))}).ok());
  ASSERT_TRUE(
      put_rule("b", kApp, {to_bus(bus_arn("third", "eu-west-1"), dead_letters())}, ref("second"))
          .ok());
  put(entry());
  await_settled();
  const auto letters = receive("dlq");
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(code_of(letters[0]), "THIRD_REGION_HOP_DETECTED");
}

TEST_F(ForwardTest, GoesNotFromABusToItself) {
  ASSERT_TRUE(put_rule("loop", kApp, {to_bus(bus_arn("default"), dead_letters())}).ok());
  put(entry());
  await_settled();
  const auto letters = receive("dlq");
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(code_of(letters[0]), "THIRD_ACCOUNT_HOP_DETECTED");
  EXPECT_EQ(bus_metrics_->accepted, 1U);
}

TEST_F(ForwardTest, ToABusThatIsNotThereIsADeadLetter) {
  ASSERT_TRUE(put_rule("r", kApp, {to_bus(bus_arn("none"), dead_letters())}).ok());
  put(entry());
  await_settled();
  const auto letters = receive("dlq");
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(code_of(letters[0]), "NO_RESOURCE");
}

TEST_F(ForwardTest, SurvivesARestartBeforeItIsMade) {
  ASSERT_TRUE(make_bus("to").ok());
  ASSERT_TRUE(put_rule("r", kApp, {to_bus(bus_arn("to"))}).ok());
  ASSERT_TRUE(put_rule("s", kApp, {to_queue("q")}, ref("to")).ok());
  // Accepted and durable, and the process ends before the delivery begins.
  store_.hold();
  auto answer = test::start(group_, runtime_.executor(0),
                            ingest_->put_events(kScope, std::vector<Entry>(1, entry())));
  EXPECT_EQ(answer.wait_for(10ms), std::future_status::timeout);
  std::thread stopping([this] { deliveries_->stop(); });
  stopping.join();
  store_.release();
  const auto outcomes = answer.get();
  ASSERT_TRUE(outcomes[0].ok());
  EXPECT_EQ(store_.size(store::Table::Event), 1U);
  restart();
  await_settled();
  const auto got = receive("q");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(id_of(got[0].body), outcomes[0].value());
}

class EnvelopeTest : public ForwardTest {
 protected:
  Result<std::size_t> put_envelopes(const std::vector<std::string>& texts,
                                    const model::BusRef& bus = ref()) {
    std::vector<json::Value> envelopes;
    for (const std::string& text : texts) envelopes.push_back(*json::parse(text));
    return run(ingest_->put_envelopes(bus, std::move(envelopes)));
  }
};

TEST_F(EnvelopeTest, FillsInWhatIsMissingAndTakesAwsSources) {
  ASSERT_TRUE(put_rule("r", R"({"source":["aws.s3"]})", {to_queue("q")}).ok());
  const auto count = put_envelopes({R"({"detail":{"a":1},"source":"aws.s3","detail-type":"t"})"});
  ASSERT_TRUE(count.ok()) << count.error().message;
  EXPECT_EQ(*count, 1U);
  const auto got = receive("q");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body, R"({"version":"0","id":")" + id_of(got[0].body) +
                             R"(","detail-type":"t","source":"aws.s3","account":"111122223333",)"
                             R"("time":")" +
                             to_iso_seconds(clock_.now()) +
                             R"(","region":"us-east-1","resources":[],"detail":{"a":1}})");
}

TEST_F(EnvelopeTest, TakesAllOrNone) {
  ASSERT_TRUE(put_rule("r", R"({"source":["s"]})", {to_queue("q")}).ok());
  const std::string good = R"({"detail":{},"source":"s","detail-type":"t"})";
  const auto outcome = put_envelopes({good, R"({"source":"s","detail-type":"t"})", good});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Code::InvalidArgument);
  EXPECT_EQ(outcome.error().message, "Envelope 2: The envelope's member 'detail' is missing.");
  EXPECT_TRUE(receive("q").empty());
  EXPECT_EQ(bus_metrics_->accepted, 0U);
  EXPECT_TRUE(put_envelopes({good}).ok());
  EXPECT_EQ(receive("q").size(), 1U) << "what was taken for the others is given back";
}

TEST_F(EnvelopeTest, SaysThatTheStoreFailed) {
  ASSERT_TRUE(put_rule("r", R"({"source":["s"]})", {to_queue("q")}).ok());
  store_.fail_next(1);
  const auto outcome = put_envelopes({R"({"detail":{},"source":"s","detail-type":"t"})"});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Code::Unavailable);
  EXPECT_TRUE(receive("q").empty());
}

TEST_F(EnvelopeTest, NeedsABusThatIsThere) {
  const auto outcome =
      put_envelopes({R"({"detail":{},"source":"s","detail-type":"t"})"}, ref("none"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, Code::NotFound);
}

const EnvelopeDefaults kDefaults{
    "id-1", from_millis(1'700'000'000'000), {.account = "1", .region = "r"}};

TEST(CompleteEnvelope, OrdersMembersAsEventBridgeDoesAndKeepsTheOthersLast) {
  const auto out = complete_envelope(
      *json::parse(R"({"x":[1],"detail":{},"replay-name":"n","resources":["a"],"region":"e",)"
                   R"("time":"T","account":"2","source":"s","detail-type":"t","id":"i",)"
                   R"("version":"1"})"),
      kDefaults);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(json::write(*out),
            R"({"version":"1","id":"i","detail-type":"t","source":"s","account":"2","time":"T",)"
            R"("region":"e","replay-name":"n","resources":["a"],"detail":{},"x":[1]})");
}

TEST(CompleteEnvelope, SaysWhichMemberIsWrong) {
  struct Case {
    const char* given;
    const char* message;
  };
  for (const Case& one : {
           Case{"[]", "An envelope must be a JSON object."},
           Case{R"({"detail-type":"t","detail":{}})", "The envelope's member 'source' is missing."},
           Case{R"({"source":"s","detail":{}})", "The envelope's member 'detail-type' is missing."},
           Case{R"({"source":"","detail-type":"t","detail":{}})",
                "The envelope's member 'source' must be a string that is not empty."},
           Case{R"({"source":"s","detail-type":"t","detail":"{}"})",
                "The envelope's member 'detail' must be an object."},
           Case{R"({"source":"s","detail-type":"t","detail":{},"resources":["a",1]})",
                "The envelope's member 'resources' must be an array of strings."},
           Case{R"({"source":"s","detail-type":"t","detail":{},"id":7})",
                "The envelope's member 'id' must be a string that is not empty."},
       }) {
    const auto out = complete_envelope(*json::parse(one.given), kDefaults);
    ASSERT_FALSE(out.ok()) << one.given;
    EXPECT_EQ(out.error().code, Code::InvalidArgument);
    EXPECT_EQ(out.error().message, one.message);
  }
}

}  // namespace
}  // namespace rialto::bus
