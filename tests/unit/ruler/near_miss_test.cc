// Snapshot::explain: the rules that nearly match, and what they lack.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "ruler/rule_set.h"

namespace rialto::ruler {
namespace {

using Patterns = std::map<RuleId, std::string>;
constexpr std::size_t kAll = 1000;

std::vector<NearMiss> near_misses(const Patterns& patterns, std::string_view event,
                                  std::size_t limit = kAll, std::uint64_t seed = 0) {
  RuleSet rules(seed);
  for (const auto& [id, pattern] : patterns) {
    const Result<> done = rules.put(id, pattern);
    EXPECT_TRUE(done.ok()) << pattern << done.error().message;
  }
  Result<std::vector<NearMiss>> out = rules.snapshot().explain(event, limit);
  EXPECT_TRUE(out.ok()) << out.error().message;
  return out.ok() ? std::move(*out) : std::vector<NearMiss>();
}

// `id path condition found,found` for each, `!` behind the id of a conflict.
std::string told(const std::vector<NearMiss>& misses) {
  std::string out;
  for (const NearMiss& miss : misses) {
    if (!out.empty()) out += "; ";
    out += std::to_string(miss.id) + (miss.is_conflict ? "! " : " ") + miss.path + " " +
           miss.condition + " ";
    for (std::size_t i = 0; i < miss.found.size(); ++i) out += (i > 0 ? "," : "") + miss.found[i];
  }
  return out;
}

std::string told(const std::string& pattern, std::string_view event) {
  return told(near_misses({{1, pattern}}, event));
}

TEST(RulerNearMiss, IsARuleOfWhichAllConditionsButOneHold) {
  const std::string pattern = R"({"a":["x"],"b":{"c":[{"prefix":"y"}]},"d":[1]})";
  EXPECT_EQ(told(pattern, R"({"a":"x","b":{"c":"y"},"d":1})"), "");
  EXPECT_EQ(told(pattern, R"({"a":"x","b":{"c":"z"},"d":1})"), R"(1 b.c [{"prefix":"y"}] "z")");
  EXPECT_EQ(told(pattern, R"({"a":"w","b":{"c":"y"},"d":1})"), R"(1 a ["x"] "w")");
  EXPECT_EQ(told(pattern, R"({"a":"x","b":{"c":"y"}})"), "1 d [1] ");
  EXPECT_EQ(told(pattern, R"({"a":"x","b":{"c":"z"},"d":2})"), "");
  EXPECT_EQ(told(pattern, "{}"), "");
}

TEST(RulerNearMiss, HasOneConditionOnly) {
  EXPECT_EQ(told(R"({"a":["x"]})", "{}"), R"(1 a ["x"] )");
  EXPECT_EQ(told(R"({"a":["x"]})", R"({"a":[null,true,1.50,"\u0041",{"b":2},[3]]})"),
            R"(1 a ["x"] null,true,1.50,"A",3)");
}

TEST(RulerNearMiss, OfAFieldThatShouldBeAbsent) {
  EXPECT_EQ(told(R"({"a":["x"],"b":[{"exists":false}]})", R"({"a":"x","b":1})"),
            R"(1 b [{"exists":false}] 1)");
  EXPECT_EQ(told(R"({"a":["x"],"b":[{"exists":false}]})", R"({"a":"y"})"), R"(1 a ["x"] "y")");
  EXPECT_EQ(told(R"({"a":[{"exists":false}]})", R"({"a":null})"), R"(1 a [{"exists":false}] null)");
}

// Beside x there is no y, though there is one in another element: the rule matches.
TEST(RulerNearMiss, IsNoRuleThatMatches) {
  const std::string_view event = R"({"e":[{"x":1},{"y":2}]})";
  EXPECT_EQ(told(R"({"e":{"x":[1],"y":[{"exists":false}]}})", event), "");
  EXPECT_EQ(told(R"({"$or":[{"e":{"x":[1],"y":[{"exists":false}]}},{"e":{"x":[3]}}]})", event), "");
}

TEST(RulerNearMiss, NamesAFieldThatIsPartOfTheConflict) {
  const std::string_view event =
      R"({"a":"x","e":[{"first":"Anna","last":"Smith"},{"first":"Peter","last":"Jones"}],"z":1})";
  EXPECT_EQ(told(R"({"a":["x"],"e":{"first":["Anna"],"last":["Jones"]},"z":[1]})", event),
            R"(1! e.last ["Jones"] "Smith","Jones")");
  EXPECT_EQ(told(R"({"a":["x"],"e":{"first":["Anna"],"last":["Smith"]},"z":[1]})", event), "");
  // A condition fails besides: that is what is told.
  EXPECT_EQ(told(R"({"a":["y"],"e":{"first":["Anna"],"last":["Jones"]}})", event),
            R"(1 a ["y"] "x")");
  // No two of them exclude each other.
  EXPECT_EQ(told(R"({"e":{"x":[1],"y":[1],"z":[1]}})",
                 R"({"e":[{"x":1,"y":1},{"y":1,"z":1},{"x":1,"z":1}]})"),
            "1! e.z [1] 1,1");
}

TEST(RulerNearMiss, IsOneARuleWhateverTheAlternatives) {
  const std::string pattern = R"({"s":[1],"$or":[{"a":[1],"b":[1]},{"c":[1]},{"d":[1]}]})";
  EXPECT_EQ(told(pattern, R"({"s":1,"d":1})"), "");
  EXPECT_EQ(told(pattern, R"({"s":1,"a":1,"b":2,"c":1})"), "");
  // The first of the alternatives that come so close.
  EXPECT_EQ(told(pattern, R"({"s":1})"), "1 c [1] ");
  EXPECT_EQ(told(pattern, R"({"s":1,"b":1})"), "1 a [1] ");
  EXPECT_EQ(told(pattern, R"({"d":1})"), "1 s [1] ");
  EXPECT_EQ(told(pattern, R"({"s":2})"), "");
}

TEST(RulerNearMiss, IsTheSameForEverySeed) {
  Patterns patterns;
  for (RuleId id = 1; id < 50; ++id) {
    const std::string number = std::to_string(id);
    patterns[id] = R"({"s":[1],"$or":[{"a":[)" + number + R"(]},{"b":[)" + number +
                   R"(,"x"]},{"c":[{"prefix":")" + number + R"("}]}]})";
  }
  const std::string_view event = R"({"s":1,"a":5,"b":7,"c":"2"})";
  const std::string first = told(near_misses(patterns, event));
  EXPECT_NE(first, "");
  for (const std::uint64_t seed : {1U, 2U, 3U, 77U}) {
    EXPECT_EQ(told(near_misses(patterns, event, kAll, seed)), first);
  }
}

TEST(RulerNearMiss, AreLimitedAndInTheOrderOfIds) {
  Patterns patterns;
  for (const RuleId id : {7U, 3U, 99U, 1U, 12U, 5U}) patterns[id] = R"({"a":["x"]})";
  patterns[4] = R"({"a":["y"]})";
  const auto ids = [&](std::size_t limit) {
    std::vector<RuleId> out;
    for (const NearMiss& miss : near_misses(patterns, R"({"a":"y"})", limit)) {
      out.push_back(miss.id);
    }
    return out;
  };
  EXPECT_EQ(ids(100), (std::vector<RuleId>{1, 3, 5, 7, 12, 99}));
  EXPECT_EQ(ids(6).size(), 6U);
  EXPECT_EQ(ids(3), (std::vector<RuleId>{1, 3, 5}));
  EXPECT_EQ(ids(0), std::vector<RuleId>{});
}

TEST(RulerNearMiss, ShowsTheFirstValues) {
  std::string event = R"({"a":[)";
  for (int i = 0; i < 100; ++i) event += std::to_string(i) + ",";
  event += "-1]}";
  const std::vector<NearMiss> misses = near_misses({{1, R"({"a":["x"]})"}}, event);
  ASSERT_EQ(misses.size(), 1U);
  ASSERT_EQ(misses[0].found.size(), kNearMissValuesMax);
  EXPECT_EQ(misses[0].found.front(), "0");
  EXPECT_EQ(misses[0].found.back(), "9");
}

TEST(RulerNearMiss, TakesTheEventAsMatchingDoes) {
  // Of a repeated key the last counts, keys with dots lead on, and numbers may be large.
  EXPECT_EQ(told(R"({"a":["x"]})", R"({"a":"x","a":"y"})"), R"(1 a ["x"] "y")");
  EXPECT_EQ(told(R"({"a":{"b":["x"]}})", R"({"a.b":"y"})"), R"(1 a.b ["x"] "y")");
  EXPECT_EQ(told(R"({"a":["x"]})", R"({"a":1e999})"), R"(1 a ["x"] 1e999)");
}

TEST(RulerNearMiss, RefusesWhatMatchingRefuses) {
  RuleSet rules;
  ASSERT_TRUE(rules.put(1, R"({"a":["x"]})").ok());
  const Snapshot snapshot = rules.snapshot();
  Scratch scratch;
  for (const std::string_view event :
       {"", "x", "[]", "1", "null", "{", R"({"a":})", R"({"a":1}x)", R"({"a":"\ud83d"})",
        "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}", R"({"a":01})", R"([{"a":1}])"}) {
    const auto explained = snapshot.explain(event, kAll);
    const auto matched = snapshot.match(event, scratch);
    ASSERT_FALSE(explained.ok()) << event;
    ASSERT_FALSE(matched.ok()) << event;
    EXPECT_EQ(explained.error().code, Code::InvalidArgument);
    EXPECT_EQ(explained.error().message, matched.error().message) << event;
  }
  EXPECT_TRUE(Snapshot().explain("{}", kAll)->empty());
}

}  // namespace
}  // namespace rialto::ruler
