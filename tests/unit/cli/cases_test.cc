#include "cli/match/cases.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace rialto::cli {
namespace {

std::string asked(Cases& cases, std::string_view line) {
  std::string out;
  cases.answer(line, out);
  return out;
}

std::string asked(std::string_view line) {
  Cases cases;
  return asked(cases, line);
}

std::string make_case(const json::Object& rules, std::string event) {
  return json::write(json::Object{{"rules", rules}, {"event", std::move(event)}});
}

const json::Object kRules{{"b", R"({"n": [1]})"}, {"a", R"({"n": [{"exists": true}]})"}};

TEST(Cases, NameTheRulesThatMatchInOrder) {
  EXPECT_EQ(asked(make_case(kRules, R"({"n": 1})")), R"({"matched":["a","b"],"errors":{}})");
  EXPECT_EQ(asked(make_case(kRules, R"({"n": 2})")), R"({"matched":["a"],"errors":{}})");
  EXPECT_EQ(asked(make_case({}, "{}")), R"({"matched":[],"errors":{}})");
}

TEST(Cases, TakeAnyNames) {
  const json::Object rules{{"", R"({"n": [1]})"},
                           {"Z", R"({"n": [1]})"},
                           {"\"\n", R"({"n": [1]})"},
                           {"\xC3\xA9", R"({"n": [1]})"},
                           {"z", R"({"n": [1]})"}};
  EXPECT_EQ(asked(make_case(rules, R"({"n": 1})")),
            "{\"matched\":[\"\",\"\\\"\\n\",\"Z\",\"z\",\"\xC3\xA9\"],\"errors\":{}}");
}

TEST(Cases, TellOfBadPatternsAndMatchTheOthers) {
  const json::Object rules{{"x", R"({"n": 1})"}, {"ok", R"({"n": [1]})"}, {"\"", "{}"}};
  EXPECT_EQ(asked(make_case(rules, R"({"n": 1})")),
            R"({"matched":["ok"],"errors":{)"
            R"("\"":"Event pattern is not valid. Reason: Empty objects are not allowed\n at )"
            R"([Source: (String)\"{}\"; line: 1, column: 3]",)"
            R"("x":"Event pattern is not valid. Reason: \"n\" must be an object or an array\n at )"
            R"([Source: (String)\"{\"n\": 1}\"; line: 1, column: 8]"}})");
}

TEST(Cases, TellOfABadEventAlone) {
  for (const char* event : {"", "{", "[]", "{} x", "1"}) {
    const std::string answer = asked(make_case({{"x", "bad"}}, event));
    EXPECT_TRUE(answer.starts_with(R"({"event_error":")")) << answer;
    EXPECT_EQ(answer.find("errors"), answer.npos);
  }
}

TEST(Cases, TheLastOfARepeatedNameCounts) {
  EXPECT_EQ(
      asked(R"({"rules":{"a":"bad","b":"{\"n\":[1]}","a":"{\"n\":[2]}"},"event":"{\"n\":2}"})"),
      R"({"matched":["a"],"errors":{}})");
}

TEST(Cases, OfAnotherShapeAreNone) {
  for (const char* line : {
           "x",
           "[]",
           "{}",
           R"({"rules":{}})",
           R"({"event":"{}"})",
           R"({"rules":[],"event":"{}"})",
           R"({"rules":{},"event":{}})",
           R"({"rules":{"a":{"n":[1]}},"event":"{}"})",
           R"({"rules":{},"event":"{}"} x)",
       }) {
    const std::string answer = asked(line);
    EXPECT_TRUE(answer.starts_with(R"({"case_error":")")) << answer;
  }
  EXPECT_EQ(asked(R"({"rules":{"a\"":{}},"event":"{}"})"),
            R"({"case_error":"The pattern of the rule \"a\\\"\" is not a string with its text."})");
}

TEST(Cases, RememberOnlyTheRulesOfTheLast) {
  Cases cases;
  const json::Object others{{"b", R"({"n": [2]})"}, {"a", "bad"}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(asked(cases, make_case(kRules, R"({"n": 1})")),
              R"({"matched":["a","b"],"errors":{}})");
    EXPECT_EQ(asked(cases, make_case(kRules, "x")).substr(0, 15), R"({"event_error":)");
    EXPECT_EQ(asked(cases, make_case(kRules, R"({"n": 3})")), R"({"matched":["a"],"errors":{}})");
    EXPECT_EQ(asked(cases, "x").substr(0, 14), R"({"case_error":)");
    EXPECT_EQ(asked(cases, make_case(others, R"({"n": 2})")).substr(0, 28),
              R"({"matched":["b"],"errors":{")");
  }
}

}  // namespace
}  // namespace rialto::cli
