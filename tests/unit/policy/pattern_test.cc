// Texts with wildcards and variables.
#include "policy/pattern.h"

#include <gtest/gtest.h>

namespace rialto::policy {
namespace {

bool matches(std::string_view pattern, std::string_view text, const Context& context = {}) {
  const auto parsed = Pattern::parse(pattern, {});
  EXPECT_TRUE(parsed.ok()) << pattern;
  return parsed.ok() && parsed->matches(text, Case::Matters, context);
}

bool matches_arn(std::string_view pattern, std::string_view arn) {
  return Pattern::parse(pattern, {})->matches_arn(arn, {});
}

TEST(Pattern, HasWildcards) {
  struct {
    std::string_view pattern, text;
    bool is_match;
  } const rows[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"a*", "a", true},
      {"a*", "ba", false},
      {"*a", "banana", true},
      {"*an*a", "banana", true},
      {"b*n", "banana", false},
      {"?", "", false},
      {"?", "x", true},
      {"b?n?n?", "banana", true},
      {"b?", "b", false},
      {"**", "x", true},
      {"*?", "", false},
      {"a*b*c", "aXbXbXc", true},
      {"a*b*c", "aXcXb", false},
      {"events:*", "events:PutEvents", true},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(matches(row.pattern, row.text), row.is_match) << row.pattern << " " << row.text;
  }
}

TEST(Pattern, TakesNoLongerThanItsLengthTimesTheTexts) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(matches(pattern + "b", std::string(5'000, 'a')));
}

TEST(Pattern, IgnoresTheCaseOfActions) {
  const auto pattern = Pattern::parse("Events:Put*", {});
  EXPECT_TRUE(pattern->matches("events:PUTrule", Case::IsIgnored, {}));
  EXPECT_FALSE(pattern->matches("events:PutRule", Case::Matters, {}));
}

TEST(Pattern, HasVariables) {
  Context context;
  context.put("aws:principalaccount", "111122223333");
  context.put("many", Context::Values{"a", "b"});
  context.put("odd", "a*\x01");
  context.put("star", "a*");
  EXPECT_TRUE(matches("bus/${aws:PrincipalAccount}-*", "bus/111122223333-x", context));
  EXPECT_FALSE(matches("bus/${aws:PrincipalAccount}", "bus/444455556666", context));
  EXPECT_FALSE(matches("${unknown}*", "x", context));
  EXPECT_FALSE(matches("${many}", "a", context));
  EXPECT_FALSE(matches("${odd}", "a*\x01", context));
  EXPECT_TRUE(matches("${unknown, 'team'}-1", "team-1", context));
  EXPECT_TRUE(matches("${star}", "a*", context));
  EXPECT_FALSE(matches("${star}", "abc", context)) << "what a variable stands for is no pattern";
  EXPECT_TRUE(matches("${*}${?}${$}{", "*?${", context));
  for (const char* wrong : {"${", "${}", "${a", "${a,b}", "${a,'b}", "a\x01"}) {
    EXPECT_FALSE(Pattern::parse(wrong, {}).ok()) << wrong;
  }
  const auto plain = Pattern::parse("${a}*", {.wildcards = false, .variables = false});
  EXPECT_TRUE(plain->matches("${a}*", Case::Matters, {}));
  EXPECT_FALSE(plain->matches("${a}b", Case::Matters, {}));
}

TEST(Pattern, ComparesArnsPartByPart) {
  const std::string arn = "arn:aws:sqs:eu-west-1:111122223333:q:x";
  EXPECT_TRUE(matches_arn("*", arn));
  EXPECT_TRUE(matches_arn("arn:aws:sqs:*:*:q:?", arn));
  EXPECT_TRUE(matches_arn("arn:*:sqs:eu-*:111122223333:*", arn));
  EXPECT_FALSE(matches_arn("arn:aws:*:q:x", arn)) << "a wildcard stays within its part";
  EXPECT_FALSE(matches_arn("arn:aws:sqs:eu-west-1:111122223333", arn));
}

}  // namespace
}  // namespace rialto::policy
