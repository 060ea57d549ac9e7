// Operators over keys, there or not.
#include "policy/condition.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace rialto::policy {
namespace {

Result<Condition> parse(std::string_view op, std::string_view values) {
  return Condition::parse(op, "Some:Key", json::parse(values).value(), true);
}

bool holds(std::string_view op, std::string_view values, Context::Values given) {
  const auto condition = parse(op, values);
  EXPECT_TRUE(condition.ok()) << op << ": " << condition.error().message;
  Context context;
  context.put("some:key", std::move(given));
  return condition.ok() && condition->holds(context);
}

TEST(Condition, ComparesOneValue) {
  struct {
    std::string_view op, values, yes, no;
  } const rows[] = {
      {"StringEquals", R"(["a","b"])", "b", "B"},
      {"StringEqualsIgnoreCase", R"("aB")", "Ab", "a"},
      {"StringLike", R"("a*")", "abc", "ba"},
      {"ArnEquals", R"("arn:aws:sqs:*:1:q")", "arn:aws:sqs:x:1:q", "arn:aws:sqs:x:2:q"},
      {"ArnLike", R"("arn:aws:sqs:*:1:q")", "arn:aws:sqs:x:1:q", "arn:aws:sqs:x:1:r"},
      {"Bool", "true", "True", "false"},
      {"Bool", R"("false")", "FALSE", "no"},
      {"IpAddress", R"(["10.0.0.0/8","2001:db8::/32"])", "10.255.0.1", "11.0.0.1"},
      {"IpAddress", R"("2001:db8::/32")", "2001:db8::5", "not an address"},
      {"IpAddress", R"("10.0.0.1")", "10.0.0.1", "10.0.0.2"},
      {"NumericEquals", "[1, 2]", "2.0", "3"},
      {"NumericLessThan", R"("5")", "4.5", "5"},
      {"NumericLessThanEquals", "5", "5", "5.1"},
      {"NumericGreaterThan", "5", "6", "x"},
      {"NumericGreaterThanEquals", "5", "5", "4"},
      {"DateEquals", R"("2026-01-15T12:00:00Z")", "1768478400", "1768478401"},
      {"DateLessThan", R"("2026-01-15T12:00:00Z")", "2026-01-15T11:59:59Z", "2026-01-15T12:00:00Z"},
      {"DateLessThanEquals", R"("2026-01-15")", "2026-01-15T00:00:00Z", "2026-01-16"},
      {"DateGreaterThan", "1768478400", "2026-01-15T12:00:01Z", "never"},
      {"DateGreaterThanEquals", "1768478400", "1768478400", "1768478399"},
  };
  for (const auto& row : rows) {
    EXPECT_TRUE(holds(row.op, row.values, {std::string(row.yes)})) << row.op << " " << row.yes;
    EXPECT_FALSE(holds(row.op, row.values, {std::string(row.no)})) << row.op << " " << row.no;
    EXPECT_FALSE(holds(row.op, row.values, {})) << row.op << " without a value";
    EXPECT_TRUE(holds(std::string(row.op) + "IfExists", row.values, {})) << row.op;
  }
}

TEST(Condition, IsTurnedRoundByNot) {
  struct {
    std::string_view op, values, wanted, other;
  } const rows[] = {
      {"StringNotEquals", R"(["a","b"])", "a", "c"},
      {"StringNotEqualsIgnoreCase", R"("a")", "A", "c"},
      {"StringNotLike", R"("a*")", "ab", "c"},
      {"ArnNotEquals", R"("arn:aws:sqs:*:1:q")", "arn:aws:sqs:x:1:q", "arn:aws:sqs:x:2:q"},
      {"ArnNotLike", R"("arn:aws:sqs:*:1:q")", "arn:aws:sqs:x:1:q", "arn:aws:sqs:x:2:q"},
      {"NotIpAddress", R"("10.0.0.0/8")", "10.1.1.1", "11.1.1.1"},
      {"NumericNotEquals", "1", "1", "2"},
      {"DateNotEquals", R"("2026-01-15")", "2026-01-15", "2026-01-16"},
  };
  for (const auto& row : rows) {
    EXPECT_FALSE(holds(row.op, row.values, {std::string(row.wanted)})) << row.op;
    EXPECT_TRUE(holds(row.op, row.values, {std::string(row.other)})) << row.op;
    EXPECT_TRUE(holds(row.op, row.values, {})) << row.op << " without a value";
    EXPECT_FALSE(holds(row.op, row.values, {std::string(row.other), std::string(row.wanted)}))
        << row.op << " says that none of several is it";
  }
}

TEST(Condition, AsksForSetsOfValues) {
  EXPECT_TRUE(holds("ForAllValues:StringEquals", R"(["a","b"])", {"a", "b", "a"}));
  EXPECT_FALSE(holds("ForAllValues:StringEquals", R"(["a","b"])", {"a", "c"}));
  EXPECT_TRUE(holds("ForAllValues:StringEquals", R"("a")", {})) << "as IAM has it";
  EXPECT_TRUE(holds("ForAnyValue:StringEquals", R"(["a","b"])", {"c", "b"}));
  EXPECT_FALSE(holds("ForAnyValue:StringEquals", R"(["a","b"])", {"c"}));
  EXPECT_FALSE(holds("ForAnyValue:StringEquals", R"("a")", {}));
  EXPECT_TRUE(holds("ForAnyValue:StringEqualsIfExists", R"("a")", {}));
  EXPECT_TRUE(holds("ForAnyValue:StringNotEquals", R"("a")", {"a", "b"}));
  EXPECT_FALSE(holds("ForAnyValue:StringNotEquals", R"("a")", {}));
  EXPECT_FALSE(holds("ForAllValues:StringNotLike", R"("a*")", {"b", "ab"}));
}

TEST(Condition, AsksWhetherThereIsAValue) {
  EXPECT_TRUE(holds("Null", "true", {}));
  EXPECT_FALSE(holds("Null", "true", {"x"}));
  EXPECT_TRUE(holds("Null", R"("false")", {"x"}));
  EXPECT_FALSE(holds("Null", R"("false")", {}));
}

TEST(Condition, MayHaveVariables) {
  Context context;
  context.put("some:key", "team-7");
  context.put("aws:username", "7");
  const auto condition = parse("StringEquals", R"("team-${aws:username}")");
  ASSERT_TRUE(condition.ok());
  EXPECT_TRUE(condition->holds(context));
}

TEST(Condition, ThatIsNotUnderstoodIsRefused) {
  struct {
    std::string_view op, values;
  } const rows[] = {
      {"StringSortOf", R"("a")"},
      {"StringEqualsIfExistsIfExists", R"("a")"},
      {"NullIfExists", "true"},
      {"forallvalues:StringEquals", R"("a")"},
      {"Bool", R"("maybe")"},
      {"NumericEquals", R"("1x")"},
      {"NumericEquals", R"("inf")"},
      {"DateLessThan", R"("soon")"},
      {"IpAddress", R"("10.0.0.0/33")"},
      {"IpAddress", R"("host")"},
      {"StringEquals", "[]"},
      {"StringEquals", R"([["a"]])"},
      {"StringLike", R"("${")"},
  };
  for (const auto& row : rows) {
    const auto condition = parse(row.op, row.values);
    ASSERT_FALSE(condition.ok()) << row.op << " " << row.values;
    EXPECT_EQ(condition.error().code, Code::InvalidArgument);
    EXPECT_TRUE(condition.error().message.ends_with(".")) << condition.error().message;
  }
}

}  // namespace
}  // namespace rialto::policy
