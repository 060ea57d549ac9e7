// Answers that a rule set got wrong once.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "json/read.h"
#include "ruler/reference.h"
#include "ruler/rule_set.h"

namespace rialto::ruler {
namespace {

// Whether a set with this rule, and others beside it, matches the event, which must be what the
// reference says.
bool is_match(std::string_view pattern, std::string_view event,
              std::initializer_list<std::string_view> others = {}) {
  RuleSet set(7);
  RuleId id = 1;
  for (const std::string_view other : others) EXPECT_TRUE(set.put(id++, other).ok());
  EXPECT_TRUE(set.put(0, pattern).ok());
  Scratch scratch;
  const auto matched = set.snapshot().match(event, scratch);
  EXPECT_TRUE(matched.ok());
  const bool out = matched.ok() && std::count(matched->begin(), matched->end(), RuleId{0}) > 0;
  const Result<Pattern> compiled = Pattern::compile(pattern);
  const Result<json::Value> document = json::parse(event, {.any_number = true});
  EXPECT_TRUE(compiled.ok() && document.ok());
  if (compiled.ok() && document.ok()) EXPECT_EQ(matches(*compiled, *document), out) << pattern;
  return out;
}

// The place of this number was a factor of its hash in such a way that the hash was 0 for every
// field and every seed.
TEST(RuleSetAnswers, AKeyOfAnotherFieldWithTheSameHash) {
  constexpr std::string_view kOne = R"({"one":[20539559630059.31]})";
  constexpr std::string_view kTwo = R"({"two":[20539559630059.31]})";
  EXPECT_FALSE(is_match(kOne, R"({"two":20539559630059.31})", {kTwo}));
  EXPECT_TRUE(is_match(kTwo, R"({"two":20539559630059.31})", {kOne}));
}

// Another way to the same field lies between the repetitions.
TEST(RuleSetAnswers, ARepeatedKeyWithDots) {
  constexpr std::string_view kEvent = R"({"a.b":1,"a":{"b":2},"a.b":3})";
  EXPECT_FALSE(is_match(R"({"a":{"b":[1]}})", kEvent));
  EXPECT_TRUE(is_match(R"({"a":{"b":[2]}})", kEvent));
  EXPECT_TRUE(is_match(R"({"a":{"b":[3]}})", kEvent));
  EXPECT_TRUE(is_match(R"({"a":{"b":[1]}})", R"({"a":{"b":1},"a.b":2})"));
}

}  // namespace
}  // namespace rialto::ruler
