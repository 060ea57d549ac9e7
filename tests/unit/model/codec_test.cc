// What is stored of events, buses, rules and targets: read back whole, or refused.
#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "model/arn.h"
#include "model/bus.h"
#include "model/event.h"
#include "model/target.h"

namespace rialto::model {
namespace {

using namespace std::string_literals;

Envelope envelope(std::string detail_text = "{}") {
  Envelope out;
  out.id = "id-1";
  out.detail_type = "a \"type\"";
  out.source = "app";
  out.account = "111122223333";
  out.time = from_millis(1'768'478'400'999);
  out.region = "us-east-1";
  out.resources = {"one", "two"};
  out.detail = *json::parse(detail_text);
  out.detail_text = std::move(detail_text);
  return out;
}

TEST(Event, HasItsMembersInEventBridgesOrderAndWholeSeconds) {
  const Event event = make_event(envelope(R"({"a":1.0})"), from_millis(5));
  EXPECT_EQ(event.text,
            R"({"version":"0","id":"id-1","detail-type":"a \"type\"","source":"app",)"
            R"("account":"111122223333","time":"2026-01-15T12:00:00Z","region":"us-east-1",)"
            R"("resources":["one","two"],"detail":{"a":1.0}})");
  EXPECT_EQ(json::write(event.root), event.text);
  EXPECT_EQ(event.id, "id-1");
  EXPECT_EQ(event.accepted_at, from_millis(5));
}

TEST(Event, IsStoredByteForByteAsDocumented) {
  Event event;
  event.text = "{}";
  event.trace_header = "abc";
  event.accepted_at = from_millis(0x0102);
  event.hops = 1;
  EXPECT_EQ(encode(event),
            "\x01\0\0\0\0\0\0\x01\x02\x01\0\0\0\x03"
            "abc\0\0\0\x02{}"s);
}

TEST(Event, IsReadBackWhole) {
  Event event = make_event(envelope(R"({"a":[1.50,{"b":null}]})"), from_millis(123));
  event.trace_header = "Root=1";
  event.hops = 1;
  const auto read = decode_event(encode(event));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->id, event.id);
  EXPECT_EQ(read->text, event.text);
  EXPECT_EQ(read->root, event.root);
  EXPECT_EQ(read->accepted_at, event.accepted_at);
  EXPECT_EQ(read->trace_header, "Root=1");
  EXPECT_EQ(read->hops, 1);
}

// Targets get the same bytes before a restart and after it.
TEST(Event, KeepsTheEscapesOfItsSenderWhenItIsReadBack) {
  const Event event = make_event(envelope(R"({"a":"\u0041\/\u00e9"})"), from_millis(1));
  ASSERT_NE(event.text.find(R"(\u0041\/\u00e9)"), std::string::npos);
  EXPECT_EQ(decode_event(encode(event))->text, event.text);
}

TEST(Event, ThatWasCutOrChangedIsCorrupt) {
  const std::string bytes = encode(make_event(envelope(), from_millis(1)));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_event(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, Code::Corruption);
  }
  EXPECT_FALSE(decode_event(bytes + "x").ok());
  EXPECT_FALSE(decode_event("\x02" + bytes.substr(1)).ok()) << "another version";
  std::string no_json = bytes;
  no_json.back() = 'x';
  EXPECT_FALSE(decode_event(no_json).ok());
}

TEST(Event, GetsANewIdInTextAndTree) {
  Event event = make_event(envelope(), from_millis(1));
  set_id(event, "id-2");
  EXPECT_EQ(event.id, "id-2");
  EXPECT_NE(event.text.find(R"("id":"id-2")"), std::string::npos);
  EXPECT_EQ(event.root.find("id")->as_string(), "id-2");
  EXPECT_EQ(event.text.find("id-1"), std::string::npos);
}

Bus bus() {
  Bus out;
  out.id = 4'000'000'000;
  out.account = "111122223333";
  out.region = "eu-west-1";
  out.name = "orders";
  out.created_at = from_millis(1);
  out.modified_at = from_millis(2);
  return out;
}

TEST(Bus, IsStoredAsTheDocumentThatIsDocumented) {
  Bus given = bus();
  given.description = "d";
  given.dead_letter_arn = "arn";
  given.tags = {{"k", "v"}};
  EXPECT_EQ(encode(given),
            R"({"version":1,"id":4000000000,"account":"111122223333","region":"eu-west-1",)"
            R"("name":"orders","description":"d","dead_letter_arn":"arn","created_ms":1,)"
            R"("modified_ms":2,"tags":{"k":"v"}})");
}

TEST(Bus, IsReadBackWholeWithAndWithoutWhatIsOptional) {
  Bus full = bus();
  full.description = "d \"quoted\" é";
  full.dead_letter_arn = "arn";
  full.tags = {{"k", "v"}, {"", ""}};
  for (const Bus& given : {bus(), full}) {
    const auto read = decode_bus(encode(given));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->id, given.id);
    EXPECT_EQ(read->arn(), "arn:aws:events:eu-west-1:111122223333:event-bus/orders");
    EXPECT_EQ(read->description, given.description);
    EXPECT_EQ(read->dead_letter_arn, given.dead_letter_arn);
    EXPECT_EQ(read->tags, given.tags);
    EXPECT_EQ(read->created_at, given.created_at);
    EXPECT_EQ(read->modified_at, given.modified_at);
  }
}

TEST(Bus, WithoutWhatIsRequiredIsCorrupt) {
  const json::Value whole = *json::parse(encode(bus()));
  for (const json::Member& left_out : whole.members()) {
    json::Object members;
    for (const json::Member& each : whole.members()) {
      if (each.key != left_out.key) members.push_back(each);
    }
    const auto read = decode_bus(json::write(json::Value(std::move(members))));
    ASSERT_FALSE(read.ok()) << left_out.key;
    EXPECT_EQ(read.error().code, Code::Corruption);
    EXPECT_EQ(read.error().message, "A stored event bus cannot be read.");
  }
  for (const char* bytes : {"", "x", "[]", "{}", R"({"version":2})"}) {
    EXPECT_FALSE(decode_bus(bytes).ok()) << bytes;
  }
}

StoredRule stored_rule() {
  StoredRule out{"111122223333", "us-east-1", "orders", {}};
  out.rule.name = "r";
  out.rule.event_pattern = R"({"source": ["a"]})";
  out.rule.created_by = "111122223333";
  for (const char* id : {"b", "a"}) {
    auto given = json::parse(R"({"Id":")" + std::string(id) + R"(","Arn":"arn","X":1.0})");
    out.rule.targets[id] = *decode_target(std::move(given).value());
  }
  return out;
}

TEST(Rule, IsStoredAsTheDocumentThatIsDocumented) {
  EXPECT_EQ(encode(stored_rule()),
            R"({"version":1,"account":"111122223333","region":"us-east-1","bus":"orders",)"
            R"("name":"r","event_pattern":"{\"source\": [\"a\"]}","state":"ENABLED",)"
            R"("created_by":"111122223333","targets":[{"Id":"a","Arn":"arn","X":1.0},)"
            R"({"Id":"b","Arn":"arn","X":1.0}],"tags":{}})");
}

TEST(Rule, IsReadBackWhole) {
  StoredRule given = stored_rule();
  given.rule.state = "DISABLED";
  given.rule.description = "d";
  given.rule.role_arn = "role";
  given.rule.tags = {{"k", "v"}};
  const auto read = decode_rule(encode(given));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->bus, "orders");
  EXPECT_EQ(read->rule.name, "r");
  EXPECT_EQ(read->rule.event_pattern, given.rule.event_pattern);
  EXPECT_FALSE(read->rule.is_enabled());
  EXPECT_EQ(read->rule.description, "d");
  EXPECT_EQ(read->rule.role_arn, "role");
  EXPECT_EQ(read->rule.tags, given.rule.tags);
  ASSERT_EQ(read->rule.targets.size(), 2U);
  EXPECT_EQ(read->rule.targets.at("a").given, given.rule.targets.at("a").given);
}

TEST(Rule, WithoutWhatIsRequiredIsCorrupt) {
  const json::Value whole = *json::parse(encode(stored_rule()));
  for (const json::Member& left_out : whole.members()) {
    json::Object members;
    for (const json::Member& each : whole.members()) {
      if (each.key != left_out.key) members.push_back(each);
    }
    EXPECT_FALSE(decode_rule(json::write(json::Value(std::move(members)))).ok()) << left_out.key;
  }
}

TEST(Rule, OfTheStateForCloudTrailIsEnabled) {
  Rule rule;
  EXPECT_TRUE(rule.is_enabled());
  rule.state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  EXPECT_TRUE(rule.is_enabled());
}

TEST(Target, ReadsWhatDeliveryNeeds) {
  const auto target = decode_target(
      *json::parse(R"({"Id":"i","Arn":"a","DeadLetterConfig":{"Arn":"dlq"},)"
                   R"("RetryPolicy":{"MaximumRetryAttempts":0,"MaximumEventAgeInSeconds":60}})"));
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->id, "i");
  EXPECT_EQ(target->arn, "a");
  EXPECT_EQ(target->dead_letter_arn, "dlq");
  EXPECT_EQ(target->retry_policy.retries_max, 0);
  EXPECT_EQ(target->retry_policy.event_age_max, std::chrono::seconds(60));
}

TEST(Target, IsRetried185TimesIn24HoursUnlessToldOtherwise) {
  const auto target = decode_target(*json::parse(R"({"Id":"i","Arn":"a","RetryPolicy":{}})"));
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->retry_policy.retries_max, 185);
  EXPECT_EQ(target->retry_policy.event_age_max, std::chrono::hours(24));
  EXPECT_FALSE(target->dead_letter_arn);
}

TEST(Target, NeedsAnIdAndAnArn) {
  for (const char* given : {R"({"Id":"i"})", R"({"Arn":"a"})", R"({"Id":1,"Arn":"a"})", "[]"}) {
    const auto target = decode_target(*json::parse(given));
    ASSERT_FALSE(target.ok()) << given;
    EXPECT_EQ(target.error().code, Code::Corruption);
  }
}

}  // namespace
}  // namespace rialto::model
