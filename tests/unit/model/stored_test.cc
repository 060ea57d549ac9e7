// The stored forms of events, buses and rules, byte for byte: whoever changes one of these tests
// changes the format on disk (docs/internals/storage.md).
#include <gtest/gtest.h>

#include "base/crypto/digest.h"
#include "json/read.h"
#include "model/bus.h"
#include "model/event.h"

namespace rialto::model {
namespace {

Event event() {
  auto root = json::parse(R"({"id":"i","detail":{"n":1.0}})");
  Event out = make_event(std::move(root).value(), from_millis(0x0102));
  out.trace_header = "T";
  out.hops = 1;
  return out;
}

Bus bus() {
  Bus out;
  out.id = 7;
  out.account = "111122223333";
  out.region = "eu-west-1";
  out.name = "orders";
  out.created_at = from_millis(1);
  out.modified_at = from_millis(2);
  out.tags = {{"k", "v"}};
  return out;
}

constexpr const char* kBus =
    R"({"version":1,"id":7,"account":"111122223333","region":"eu-west-1","name":"orders",)"
    R"("created_ms":1,"modified_ms":2,"tags":{"k":"v"}})";

constexpr const char* kRule =
    R"({"version":1,"account":"111122223333","region":"eu-west-1","bus":"orders","name":"big",)"
    R"("event_pattern":"{\"source\":[\"shop\"]}","state":"DISABLED","description":"d",)"
    R"("role_arn":"r","created_by":"111122223333",)"
    R"("targets":[{"Id":"a","Arn":"x","Input":"1.0"},{"Id":"b","Arn":"y"}],"tags":{}})";

StoredRule rule() {
  StoredRule out{"111122223333", "eu-west-1", "orders", {}};
  out.rule.name = "big";
  out.rule.event_pattern = R"({"source":["shop"]})";
  out.rule.state = "DISABLED";
  out.rule.description = "d";
  out.rule.role_arn = "r";
  out.rule.created_by = "111122223333";
  for (const char* given : {R"({"Id":"b","Arn":"y"})", R"({"Id":"a","Arn":"x","Input":"1.0"})"}) {
    Target target = *decode_target(json::parse(given).value());
    out.rule.targets.emplace(target.id, target);
  }
  return out;
}

TEST(EventV1, IsPinned) {
  EXPECT_EQ(crypto::hex(encode(event())),
            "01"                // version
            "0000000000000102"  // accepted at
            "01"                // hops
            "0000000154"        // trace header
            "0000001d"          // the envelope, as targets get it
            "7b226964223a2269222c2264657461696c223a7b226e223a312e307d7d");
}

TEST(EventV1, IsReadBackWhole) {
  const auto read = decode_event(encode(event()));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->id, "i");
  EXPECT_EQ(read->text, R"({"id":"i","detail":{"n":1.0}})");
  EXPECT_EQ(read->root, event().root);
  EXPECT_EQ(read->accepted_at, from_millis(0x0102));
  EXPECT_EQ(read->trace_header, "T");
  EXPECT_EQ(read->hops, 1);
}

TEST(EventV1, ThatWasCutOrChangedIsCorrupt) {
  const std::string bytes = encode(event());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_event(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, Code::Corruption);
  }
  EXPECT_FALSE(decode_event(bytes + "x").ok());
  EXPECT_FALSE(decode_event("\x02" + bytes.substr(1)).ok()) << "another version";
}

TEST(BusV1, IsPinned) { EXPECT_EQ(encode(bus()), kBus); }

TEST(BusV1, KeepsWhatIsOptional) {
  Bus full = bus();
  full.description = "d";
  full.dead_letter_arn = "q";
  full.policy = "{}";
  const auto read = decode_bus(encode(full));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->description, "d");
  EXPECT_EQ(read->dead_letter_arn, "q");
  EXPECT_EQ(read->policy, "{}");
  EXPECT_EQ(encode(*read), encode(full));
  EXPECT_EQ(encode(*decode_bus(kBus)), kBus);
}

TEST(RuleV1, IsPinned) { EXPECT_EQ(encode(rule()), kRule); }

TEST(RuleV1, KeepsTargetsAsTheyWereGiven) {
  const auto read = decode_rule(kRule);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->rule.targets.size(), 2U);
  EXPECT_FALSE(read->rule.is_enabled());
  EXPECT_EQ(encode(*read), kRule);
}

TEST(RuleV1, KeepsAScheduleBesideAPatternOrAlone) {
  StoredRule both = rule();
  both.rule.schedule = Schedule{"rate(1 minute)", from_millis(0x0102)};
  const std::string bytes = encode(both);
  EXPECT_NE(bytes.find(R"("event_pattern":"{\"source\":[\"shop\"]}",)"
                       R"x("schedule_expression":"rate(1 minute)","schedule_anchor_ms":258,)x"
                       R"("state":"DISABLED")"),
            std::string::npos)
      << bytes;
  EXPECT_EQ(decode_rule(bytes)->rule.schedule, both.rule.schedule);
  StoredRule alone = both;
  alone.rule.event_pattern = std::nullopt;
  const auto read = decode_rule(encode(alone));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->rule.event_pattern, std::nullopt);
  EXPECT_EQ(encode(*read), encode(alone));
}

TEST(RuleV1, WithNothingToTriggerItIsCorrupt) {
  StoredRule neither = rule();
  neither.rule.event_pattern = std::nullopt;
  EXPECT_FALSE(decode_rule(encode(neither)).ok());
  EXPECT_TRUE(decode_rule(kRule).ok() && !decode_rule(kRule)->rule.schedule) << "an older record";
}

TEST(StoredResources, OfAnotherVersionOrWithoutAMemberAreCorrupt) {
  for (const std::string bytes :
       {R"({"version":2})", R"({"version":1,"name":"x"})", "{", "", "7"}) {
    const auto read_bus = decode_bus(bytes);
    ASSERT_FALSE(read_bus.ok()) << bytes;
    EXPECT_EQ(read_bus.error().code, Code::Corruption);
    const auto read_rule = decode_rule(bytes);
    ASSERT_FALSE(read_rule.ok()) << bytes;
    EXPECT_EQ(read_rule.error().code, Code::Corruption);
  }
}

}  // namespace
}  // namespace rialto::model
