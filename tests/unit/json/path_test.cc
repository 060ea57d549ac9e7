#include "json/path.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"

namespace rialto::json {
namespace {

constexpr std::string_view kEvent = R"({
  "detail-type": "t", "resources": ["r0", "r1"],
  "detail": {
    "a_b": 1, "a/b": 2, "x9": {"deep": true}, "größe": 3, "a:b c": 4, "none": null,
    "items": [{"id": 1, "tags": ["p", "q"]}, {"id": "two"}, {"other": 0}],
    "empty": [], "grid": [[1, 2], [3]]
  }
})";

// What `path` finds in the event, as JSON; `-` for nothing.
std::string found(std::string_view path) {
  auto root = parse(kEvent);
  auto parsed = Path::parse(path);
  if (!root.ok() || !parsed.ok()) return "error";
  Value made;
  const Value* value = parsed->find(*root, made);
  return value ? write(*value) : "-";
}

TEST(JsonPath, FindsMembersAndItems) {
  EXPECT_EQ(found("$.detail-type"), "\"t\"");
  EXPECT_EQ(found("$.resources"), R"(["r0","r1"])");
  EXPECT_EQ(found("$.resources[1]"), "\"r1\"");
  EXPECT_EQ(found("$.detail.a_b"), "1");
  EXPECT_EQ(found("$.detail.a/b"), "2");
  EXPECT_EQ(found("$.detail.x9.deep"), "true");
  EXPECT_EQ(found("$.detail.items[0].tags[1]"), "\"q\"");
  EXPECT_EQ(found("$.detail.grid[0][1]"), "2");
  EXPECT_EQ(found("$.detail.none"), "null");
}

TEST(JsonPath, FindsKeysOfUnusualCharacters) {
  EXPECT_EQ(found("$.detail.größe"), "3");
  EXPECT_EQ(found("$.detail.a:b c"), "4");
}

TEST(JsonPath, DollarIsTheWhole) {
  const Value root("x");
  auto path = Path::parse("$");
  ASSERT_TRUE(path.ok());
  EXPECT_EQ(path->find(root), &root);
}

TEST(JsonPath, FindsNothingWhereNothingIs) {
  for (const char* path : {"$.no", "$.detail.items[3]", "$.detail.items.id", "$.resources.a",
                           "$.detail-type[0]", "$.detail[0]", "$.detail.x9.deep.more"}) {
    EXPECT_EQ(found(path), "-") << path;
  }
}

TEST(JsonPath, StarFindsAFlatArray) {
  EXPECT_EQ(found("$.resources[*]"), R"(["r0","r1"])");
  EXPECT_EQ(found("$.resources.*"), R"(["r0","r1"])");
  EXPECT_EQ(found("$.detail.items[*].id"), R"([1,"two"])");
  EXPECT_EQ(found("$.detail.items[*].tags[*]"), R"(["p","q"])");
  EXPECT_EQ(found("$.detail.grid[*][0]"), "[1,3]");
  EXPECT_EQ(found("$.detail.x9.*"), "[true]");
}

TEST(JsonPath, StarNeedsAContainer) {
  EXPECT_EQ(found("$.detail.empty[*]"), "[]");
  EXPECT_EQ(found("$.detail.items[*].no"), "[]");
  EXPECT_EQ(found("$.detail.no[*]"), "-");
  EXPECT_EQ(found("$.detail.no[*].id"), "-");
  EXPECT_EQ(found("$.detail.a_b[*]"), "-");
}

TEST(JsonPath, PlainFindAnswersPlainPathsOnly) {
  auto root = parse(kEvent);
  auto plural = Path::parse("$.resources[*]");
  auto plain = Path::parse("$.resources[0]");
  ASSERT_TRUE(root.ok() && plural.ok() && plain.ok());
  EXPECT_TRUE(plural->is_plural());
  EXPECT_EQ(plural->find(*root), nullptr);
  EXPECT_FALSE(plain->is_plural());
  EXPECT_EQ(plain->find(*root)->as_string(), "r0");
}

TEST(JsonPath, RefusesOnlyWhatPutTargetsRefuses) {
  for (const char* path : {"", "detail", ".detail", " $", "$['detail']", "$.detail[\"a\"]"}) {
    EXPECT_FALSE(Path::parse(path).ok()) << path;
  }
}

TEST(JsonPath, AcceptsWhatItDoesNotKnowAndFindsNothing) {
  for (const char* path :
       {"$..id", "$.", "$.detail.", "$.resources[", "$.resources[]", "$.resources[-1]",
        "$.resources[0:1]", "$.resources[?(@.a)]", "$.resources[ 0]", "$resources", "$ ",
        "$.resources[99999999999999999999999]", "$.resources[*", "$.resources[*]x", "$[*]."}) {
    EXPECT_EQ(found(path), "-") << path;
  }
}

}  // namespace
}  // namespace rialto::json
