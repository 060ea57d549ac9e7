#include "ruler/explain.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "ruler/reference.h"

namespace rialto::ruler {
namespace {

Explanation explained(const std::string& pattern, const std::string& event) {
  const Result<Pattern> compiled = Pattern::compile(pattern);
  EXPECT_TRUE(compiled.ok()) << pattern << compiled.error().message;
  const Result<json::Value> value = json::parse(event);
  EXPECT_TRUE(value.ok()) << event;
  Explanation out = explain(*compiled, *value);
  EXPECT_EQ(out.matched, matches(*compiled, *value));
  return out;
}

std::string reason(const std::string& pattern, const std::string& event) {
  return explained(pattern, event).reason;
}

TEST(Explanation, NamesTheValueAndWhatWasWanted) {
  const std::string pattern = R"({"source":["s"],"detail":{"state":["running"]}})";
  EXPECT_EQ(reason(pattern, R"({"source":"s","detail":{"state":"stopped"}})"),
            R"(detail.state: "stopped" is not one of "running")");
  EXPECT_EQ(reason(pattern, R"({"source":"s","detail":{"state":"running"}})"), "");
}

TEST(Explanation, SaysWhatIsThereInsteadOfAValue) {
  const std::string pattern = R"({"a":{"b":["x",{"prefix":"y"}]}})";
  EXPECT_EQ(reason(pattern, "{}"), R"(a.b: absent, but one of "x", {"prefix":"y"} is wanted)");
  EXPECT_EQ(reason(pattern, R"({"a":{"b":{"c":1}}})"),
            R"(a.b: an object, not a value, but one of "x", {"prefix":"y"} is wanted)");
  EXPECT_EQ(reason(pattern, R"({"a.b":[]})"),
            R"(a.b: an array without values, but one of "x", {"prefix":"y"} is wanted)");
}

TEST(Explanation, HasWordsForEachOperator) {
  const auto failure = [](const std::string& matchers, const std::string& value) {
    return reason(R"({"a":[)" + matchers + "]}", R"({"a":)" + value + "}");
  };
  EXPECT_EQ(failure(R"({"prefix":"x"})", "\"y\""), R"(a: "y" does not begin with "x")");
  EXPECT_EQ(failure(R"({"suffix":"x"})", "\"y\""), R"(a: "y" does not end with "x")");
  EXPECT_EQ(failure(R"({"equals-ignore-case":"x"})", "5"), R"(a: 5 is not "x" in any case)");
  EXPECT_EQ(failure(R"({"prefix":{"equals-ignore-case":"x"}})", "\"y\""),
            R"(a: "y" does not begin with "x" in any case)");
  EXPECT_EQ(failure(R"({"suffix":{"equals-ignore-case":"x"}})", "\"y\""),
            R"(a: "y" does not end with "x" in any case)");
  EXPECT_EQ(failure(R"({"wildcard":"x*"})", "\"y\""),
            R"(a: "y" does not satisfy {"wildcard":"x*"})");
  EXPECT_EQ(failure(R"({"numeric":[">", 0]})", "-1.50"),
            R"(a: -1.50 does not satisfy {"numeric":[">",0]})");
  EXPECT_EQ(failure(R"({"cidr":"10.0.0.0/8"})", "\"y\""),
            R"(a: "y" does not satisfy {"cidr":"10.0.0.0/8"})");
  EXPECT_EQ(failure(R"({"exists":false})", "null"), "a: null should be absent");
  EXPECT_EQ(failure(R"({"anything-but":["x","y"]})", "\"y\""),
            R"(a: "y" is excluded by {"anything-but":["x","y"]})");
  EXPECT_EQ(failure(R"(1,null,{"prefix":"x"},{"suffix":"z"})", R"(["y",true])"),
            R"(a: each of "y", true is not one of 1, null, does not begin with "x" and )"
            R"(does not end with "z")");
}

TEST(Explanation, NamesConditionsThatDoNotGoTogether) {
  const std::string pattern = R"({"s":[1],"e":{"first":["Anna"],"last":["Jones"],"x":[1]}})";
  const std::string event = R"({"s":1,"e":[{"first":"Anna","last":"Smith","x":1},)"
                            R"({"first":"Peter","last":"Jones","x":1}]})";
  const Explanation explanation = explained(pattern, event);
  EXPECT_FALSE(explanation.matched);
  EXPECT_EQ(
      explanation.reason,
      "each condition passes, but these not in one element of the same array: e.first, e.last");
  for (const ExplainedNode& child : explanation.root.children) EXPECT_TRUE(child.passed);
}

TEST(Explanation, NamesAllWhereNoTwoExcludeEachOther) {
  EXPECT_EQ(reason(R"({"e":{"x":[1],"y":[1],"z":[1]}})",
                   R"({"e":[{"x":1,"y":1},{"y":1,"z":1},{"x":1,"z":1}]})"),
            "each condition passes, but these not in one element of the same array: e.x, e.y, e.z");
}

TEST(Explanation, MirrorsThePattern) {
  const Explanation explanation = explained(
      R"({"a":["x",{"prefix":"y"}],"$or":[{"b":[1],"c":[2]},{"d":[{"exists":true}]}],"e":[null]})",
      R"({"a":["z","yy"],"b":1,"e":null})");
  EXPECT_FALSE(explanation.matched);
  EXPECT_EQ(to_text(explanation),
            "✗ no match: c: absent, but one of 2 is wanted\n"
            "  ✓ a [\"x\", {\"prefix\":\"y\"}] found \"z\", \"yy\"\n"
            "  ✗ any of\n"
            "    ✗ all of\n"
            "      ✓ b [1] found 1\n"
            "      ✗ c [2] found nothing\n"
            "    ✗ all of\n"
            "      ✗ d [{\"exists\":true}] found nothing\n"
            "  ✓ e [null] found null\n");
}

TEST(Explanation, IsJsonToo) {
  const Explanation explanation =
      explained(R"({"a":["x"],"$or":[{"b":[1]},{"c":[2]}]})", R"({"a":"x","b":[3,4]})");
  EXPECT_EQ(
      json::write(to_json(explanation)),
      R"({"matched":false,"reason":"b: each of 3, 4 is not one of 1","pattern":{"passed":false,)"
      R"("all":[{"passed":true,"path":"a","matchers":[{"matcher":"\"x\"","passed":true}],)"
      R"("found":["x"],"foundCount":1},{"passed":false,"any":[{"passed":false,"all":[)"
      R"({"passed":false,"path":"b","matchers":[{"matcher":"1","passed":false}],"found":[3,4],)"
      R"("foundCount":2,"reason":"b: each of 3, 4 is not one of 1"}]},{"passed":false,"all":[)"
      R"({"passed":false,"path":"c","matchers":[{"matcher":"2","passed":false}],"found":[],)"
      R"("foundCount":0,"reason":"c: absent, but one of 2 is wanted"}]}]}]}})");
}

TEST(Explanation, ShowsTheAlternativeThatComesClosest) {
  const std::string pattern =
      R"({"$or":[{"a":[1],"b":[1],"c":[1]},{"d":[1],"e":[1]},{"f":[1],"g":[1]}]})";
  EXPECT_EQ(reason(pattern, R"({"d":1})"), "e: absent, but one of 1 is wanted");
  EXPECT_EQ(reason(pattern, R"({"f":1,"a":1})"), "g: absent, but one of 1 is wanted");
}

TEST(Explanation, MarksOverriddenFields) {
  const Explanation explanation = explained(R"({"a":["x"],"a":["y"]})", R"({"a":"y"})");
  EXPECT_EQ(to_text(explanation),
            "✓ the event matches\n"
            "  - a is given again later, which counts\n"
            "  ✓ a [\"y\"] found \"y\"\n");
  // In one branch only.
  const std::string pattern = R"({"a":[1],"$or":[{"a":[2]},{"b":[3]}]})";
  EXPECT_TRUE(explained(pattern, R"({"a":2})").root.children[0].is_overridden);
  EXPECT_FALSE(explained(pattern, R"({"a":1,"b":3})").root.children[0].is_overridden);
}

TEST(Explanation, PassesWhatIsAbsentBesideTheOthers) {
  const Explanation explanation =
      explained(R"({"e":{"x":[1],"y":[{"exists":false}]}})", R"({"e":[{"x":1},{"y":2}]})");
  EXPECT_TRUE(explanation.matched);
  EXPECT_TRUE(explanation.root.children[1].passed);
}

TEST(Explanation, ShowsTheFirstOfManyValuesAndCutsLongOnes) {
  std::string items;
  for (int i = 0; i < 1000; ++i) items += std::to_string(i) + ",";
  const Explanation many = explained(R"({"a":[-1]})", R"({"a":[)" + items + "5]}");
  EXPECT_EQ(many.root.children[0].found.size(), kFoundMax);
  EXPECT_EQ(many.root.children[0].found_count, 1001U);
  EXPECT_EQ(many.reason, "a: each of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 991 more is not one of -1");
  std::string text;
  for (int i = 0; i < 500; ++i) text += "é";
  const std::string cut = reason(R"({"a":["x"]})", R"({"a":")" + text + "\"}");
  EXPECT_LT(cut.size(), 200U);
  EXPECT_NE(cut.find("é… is not"), std::string::npos) << cut;
}

TEST(Explanation, TakesEventsThatAreNoObjects) {
  EXPECT_EQ(reason(R"({"a":[{"exists":false}]})", "[1]"), "the event is no JSON object");
}

TEST(Explanation, FollowsNestedOrs) {
  std::string pattern;
  for (int i = 0; i < 400; ++i) pattern += R"({"$or":[{"z":[1]},)";
  pattern += R"({"y":[1]})";
  for (int i = 0; i < 400; ++i) pattern += "]}";
  EXPECT_TRUE(explained(pattern, R"({"y":1})").matched);
  const Explanation explanation = explained(pattern, R"({"y":2})");
  EXPECT_FALSE(to_text(explanation).empty());
  EXPECT_FALSE(json::write(to_json(explanation)).empty());
}

}  // namespace
}  // namespace rialto::ruler
