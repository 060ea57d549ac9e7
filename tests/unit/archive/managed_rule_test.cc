// The managed rule of an archive: its pattern keeps replayed events out, whatever was given.
#include "archive/managed_rule.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "ruler/pattern.h"
#include "ruler/reference.h"

namespace rialto::archive {
namespace {

TEST(RulePattern, IsTheGivenOneAndThatTheEventIsNotReplayed) {
  EXPECT_EQ(rule_pattern(std::nullopt), R"({"replay-name":[{"exists":false}]})");
  EXPECT_EQ(rule_pattern(R"({"a":["b"]})"), R"({"a":["b"],"replay-name":[{"exists":false}]})");
}

TEST(RulePattern, KeepsReplayedEventsOutOfEveryPattern) {
  const auto fresh = json::parse(R"({"a":"b"})");
  const auto replayed = json::parse(R"({"a":"b","replay-name":"r"})");
  for (const char* given : {
           R"({"a":["b"]})",
           " { \"a\" : [ \"b\" ] } \n",
           R"({"a":["b"],"c":[{"exists":false}]})",
           R"({"a":["b"],"replay-name":["r"]})",
           R"({"a":["b"]} and {"more":["text"]})",
           R"({"a":["b","}","\"}"]})",
       }) {
    const auto pattern = ruler::Pattern::compile(rule_pattern(std::string(given)));
    ASSERT_TRUE(pattern.ok()) << given << pattern.error().message;
    EXPECT_TRUE(ruler::matches(*pattern, *fresh)) << given;
    EXPECT_FALSE(ruler::matches(*pattern, *replayed)) << given;
  }
}

TEST(ManagedRule, IsOfTheServiceAndFeedsItsArchive) {
  model::Archive archive;
  archive.id = 7;
  archive.account = "111122223333";
  archive.region = "eu-west-1";
  archive.name = "kept";
  archive.bus = "orders";
  const auto rule = make_rule(archive, "u");
  ASSERT_TRUE(rule.ok());
  EXPECT_EQ(rule->name, "Events-Archive-kept");
  EXPECT_EQ(rule->managed_by, "prod.vhs.events.aws.internal");
  EXPECT_EQ(rule->archive_id, 7U);
  ASSERT_EQ(rule->targets.size(), 1U);
  EXPECT_EQ(rule->targets.at("kept").arn, "arn:aws:events:eu-west-1:::");
}

}  // namespace
}  // namespace rialto::archive
