#include "api/pattern.h"

#include "support.h"

namespace rialto::api {
namespace {

bool accepts(const Shape& shape, std::string_view text) { return matches(*shape.pattern, text); }

const Shape& target_block(std::string_view block, std::string_view member) {
  for (const Member& m : member_shape("PutTargets", "Targets").element->members) {
    if (m.name != block) continue;
    for (const Member& inner : m.shape->members) {
      if (inner.name == member) return *inner.shape;
    }
  }
  ADD_FAILURE() << block << "." << member;
  static const Shape none;
  return none;
}

TEST(Pattern, MatchesTheWholeText) {
  const Shape& name = member_shape("PutRule", "Name");
  EXPECT_EQ(name.pattern->text, R"([\.\-_A-Za-z0-9]+)");
  EXPECT_TRUE(accepts(name, "orders-placed_1.2"));
  EXPECT_FALSE(accepts(name, ""));
  EXPECT_FALSE(accepts(name, "a b"));
  EXPECT_FALSE(accepts(name, "a/b"));
  EXPECT_FALSE(accepts(name, "é"));
}

TEST(Pattern, KnowsOptionalGroupsAndCounts) {
  const Shape& bus = member_shape("PutRule", "EventBusName");
  EXPECT_TRUE(accepts(bus, "default"));
  EXPECT_TRUE(accepts(bus, "aws.partner/x/y"));
  EXPECT_TRUE(accepts(bus, "arn:aws:events:us-east-1:123456789012:event-bus/b"));
  EXPECT_TRUE(accepts(bus, "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/b"));
  EXPECT_FALSE(accepts(bus, "arn:aws:events:us-east-1:12345678901:event-bus/b"));
  EXPECT_FALSE(accepts(bus, "arn:aws:events:us-east-1:1234567890123:event-bus/b"));
  EXPECT_FALSE(accepts(bus, "arn:aws:events:us-east-1:123456789012:event-bus/"));
  const Shape& source = member_shape("CreateEventBus", "EventSourceName");
  EXPECT_TRUE(accepts(source, "aws.partner/a/b/c"));
  EXPECT_FALSE(accepts(source, "aws.partner/a"));
}

TEST(Pattern, KnowsNegatedClassesBeyondAscii) {
  const Shape& query = *target_block("HttpParameters", "QueryStringParameters").element;
  EXPECT_TRUE(accepts(query, "ÿ€𝄞\n"));
  EXPECT_FALSE(accepts(query, "a\tb"));
  EXPECT_FALSE(accepts(query, "\x7f"));
}

TEST(Pattern, KnowsUnicodeCategories) {
  const Shape& key =
      *target_block("RunCommandParameters", "RunCommandTargets").element->members[0].shape;
  EXPECT_TRUE(accepts(key, "tag:Größe/名前 1"));
  EXPECT_TRUE(accepts(key, ""));
  EXPECT_FALSE(accepts(key, "a*"));
  EXPECT_FALSE(accepts(key, "a😀"));
}

TEST(Pattern, KnowsALeadingLookahead) {
  const Shape& path = *target_block("HttpParameters", "PathParameterValues").element;
  EXPECT_TRUE(accepts(path, " x "));
  EXPECT_FALSE(accepts(path, "   "));
  EXPECT_FALSE(accepts(path, ""));
  EXPECT_FALSE(accepts(path, "a\nb"));  // Java's dot stops at the end of a line
}

TEST(Pattern, KnowsAnchorsInsideAlternatives) {
  const Shape& secret = target_block("RedshiftDataParameters", "SecretManagerArn");
  EXPECT_TRUE(accepts(secret, "arn:aws-cn:secretsmanager:cn-north-1:1:secret:x"));
  EXPECT_TRUE(accepts(secret, "$.detail.secrets[0].arn"));
  EXPECT_TRUE(accepts(secret, "$"));
  EXPECT_FALSE(accepts(secret, "$.a[x]"));
}

TEST(Pattern, StaysLinearOnHostileText) {
  const Shape& header = *target_block("HttpParameters", "HeaderParameters").element;
  std::string text;
  for (int n = 0; n < 100000; ++n) text += "a \t";
  EXPECT_TRUE(accepts(header, text));
  EXPECT_FALSE(accepts(header, text + "\x01"));
}

}  // namespace
}  // namespace rialto::api
