#include "ruler/pattern.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "ruler/reference.h"

namespace rialto::ruler {
namespace {

constexpr std::string_view kPrefix = "Event pattern is not valid. Reason: ";

std::string error_of(const std::string& text) {
  const Result<Pattern> pattern = Pattern::compile(text);
  if (pattern.ok()) return "none";
  EXPECT_TRUE(pattern.error().message.starts_with(kPrefix));
  EXPECT_EQ(pattern.error().code, Code::InvalidArgument);
  EXPECT_EQ(pattern.error().reason, "InvalidEventPatternException");
  return pattern.error().message.substr(kPrefix.size());
}

Pattern compiled(const std::string& text) {
  Result<Pattern> pattern = Pattern::compile(text);
  EXPECT_TRUE(pattern.ok()) << text << pattern.error().message;
  return *pattern;
}

std::string wildcard_pattern(const std::string& list) { return R"({"a":[)" + list + "]}"; }

// `count` branches of one field each.
std::string branches(const std::string& key, int count) {
  std::string out = "\"$or\":[";
  for (int i = 0; i < count; ++i) {
    out += (i > 0 ? ",{\"" : "{\"") + key + "\":[" + std::to_string(i) + "]}";
  }
  return out + "]";
}

TEST(Pattern, KeepsItsTextFieldsAndAlternatives) {
  const std::string text = R"({"b":["x"],"$or":[{"c":[1]},{"a":{"d":[{ "prefix" : "p q" }]}}]})";
  const Pattern pattern = compiled(text);
  EXPECT_EQ(pattern.text(), text);
  ASSERT_EQ(pattern.fields().size(), 3U);
  EXPECT_EQ(pattern.fields()[0].path, "b");
  EXPECT_EQ(pattern.fields()[2].path, "a.d");
  EXPECT_EQ(pattern.fields()[2].any_of.at(0).source, R"({"prefix":"p q"})");
  // Ordered by path.
  const std::vector<Pattern::Alternative> expected = {{0, 1}, {2, 0}};
  EXPECT_EQ(pattern.alternatives(), expected);
  ASSERT_EQ(pattern.tree().children.size(), 2U);
  EXPECT_EQ(pattern.tree().children[0].kind, Node::Kind::Field);
  EXPECT_EQ(pattern.tree().children[1].kind, Node::Kind::Any);
  EXPECT_EQ(pattern.tree().children[1].children.size(), 2U);
}

TEST(Pattern, OutlivesItsTextAndIsCheapToCopy) {
  std::string text = R"({"a":["x"]})";
  const Pattern pattern = compiled(text);
  text.assign(text.size(), '#');
  const Pattern copy = pattern;
  EXPECT_EQ(&copy.fields(), &pattern.fields());
  EXPECT_EQ(copy.text(), R"({"a":["x"]})");
}

TEST(Pattern, TellsWhetherItHasWildcards) {
  EXPECT_TRUE(compiled(R"({"a":[{"wildcard":"x*"}]})").has_wildcard());
  EXPECT_TRUE(compiled(R"({"a":[{"wildcard":"x"}]})").has_wildcard());
  EXPECT_TRUE(compiled(R"({"a":[{"anything-but":{"wildcard":"x*"}}]})").has_wildcard());
  EXPECT_TRUE(compiled(R"({"$or":[{"a":[1]},{"b":[{"wildcard":"x*"}]}]})").has_wildcard());
  EXPECT_FALSE(compiled(R"({"a":["x*",{"prefix":"*"}]})").has_wildcard());
  EXPECT_FALSE(compiled(R"({"a":[{"wildcard":"x*"}],"a":["y"]})").has_wildcard());
}

TEST(Pattern, TellsWhetherItAsksForAbsence) {
  EXPECT_TRUE(compiled(R"({"a":[{"exists":false}]})").has_absence());
  EXPECT_FALSE(compiled(R"({"a":[{"exists":true}]})").has_absence());
}

TEST(Pattern, HasAThousandCombinationsAtMost) {
  EXPECT_EQ(compiled("{" + branches("a", 1000) + "}").alternatives().size(), 1000U);
  EXPECT_EQ(error_of("{" + branches("a", 1001) + "}"),
            "The number of combinations of $or must not exceed 1000");
  const std::string square = branches("a", 25) + "," + branches("b", 40);
  EXPECT_EQ(compiled("{" + square + "}").alternatives().size(), 1000U);
  EXPECT_NE(error_of("{" + square + "," + branches("c", 2) + "}"), "none");
  // Nested branches add up.
  const std::string nested =
      R"({"$or":[{)" + branches("a", 400) + "},{" + branches("b", 600) + "}]}";
  EXPECT_EQ(compiled(nested).alternatives().size(), 1000U);
}

TEST(Pattern, BoundsFieldsTimesCombinations) {
  std::string many = "{" + branches("a", 1000);
  for (int i = 0; i < 3000; ++i) many += ",\"k" + std::to_string(i) + "\":[1]";
  EXPECT_EQ(error_of(many + "}"), "The number of combinations of $or must not exceed 1000");
}

TEST(Pattern, RefusesWildcardsThatAreTooComplex) {
  const std::string refusal =
      "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
      "sequences after a wildcard character";
  // Recorded from AWS; by our measure 11, 7 and less.
  EXPECT_EQ(error_of(wildcard_pattern(R"({"wildcard":"*:*:*:*:*:event-bus/*"})")), refusal);
  for (const char* accepted : {"/Users/*/dir/dir/dir/dir/dir/doc.txt", "/Users/*/doc.txt",
                               "arn:aws:events:us-east-1:*:event-bus/*", "*", ""}) {
    EXPECT_EQ(error_of(wildcard_pattern(R"({"wildcard":")" + std::string(accepted) + "\"}")),
              "none");
  }
  // A star and n bytes that repeat: n + 1.
  EXPECT_EQ(error_of(wildcard_pattern(R"({"wildcard":"*aaaaaaaaa"})")), "none");
  EXPECT_EQ(error_of(wildcard_pattern(R"({"wildcard":"*aaaaaaaaaa"})")), refusal);
  EXPECT_EQ(error_of(wildcard_pattern(R"({"anything-but":{"wildcard":"*aaaaaaaaaa"}})")), refusal);
  // Those of one field add up; each of these has 2, those of different fields do not meet.
  const std::string five = R"({"wildcard":"*.a"},{"wildcard":"*.b"},{"wildcard":"*.c"},)"
                           R"({"wildcard":"*.d"},{"anything-but":{"wildcard":["*.e"]}})";
  EXPECT_EQ(error_of(wildcard_pattern(five)), "none");
  EXPECT_EQ(error_of(wildcard_pattern(five + R"(,{"wildcard":"*.f"})")), refusal);
  EXPECT_EQ(error_of(wildcard_pattern(five + R"(,{"wildcard":"*.e"})")), "none");
  EXPECT_EQ(error_of(R"({"a":[)" + five + R"(],"b":[)" + five + "]}"), "none");
  // Branches meet in a field where what comes before it, by path, is the same.
  const auto two = [&](const std::string& left, const std::string& right) {
    return R"({"$or":[{)" + left + R"("b":[)" + five + R"(]},{)" + right +
           R"("b":[{"wildcard":"*.f"}]}]})";
  };
  EXPECT_EQ(error_of(two("", "")), refusal);
  EXPECT_EQ(error_of(two(R"("a":[1],)", R"("a":[2],)")), "none");
}

TEST(Pattern, BoundsTheWorkOnWildcards) {
  std::string pieces;
  for (int i = 0; i < 2000; ++i) pieces += "ab"[(i * i) % 7 % 2];
  error_of(wildcard_pattern(R"({"wildcard":"*)" + pieces + "*" + pieces + R"(*"})"));
  std::string stars;
  for (int i = 0; i < 3000; ++i) stars += "*a";
  EXPECT_NE(error_of(wildcard_pattern(R"({"wildcard":")" + stars + "\"}")), "none");
}

// Many fields of one wildcard each have as many sets of states to look at as one of many wildcards.
TEST(Pattern, BoundsTheWorkOnWildcardsOfAllFields) {
  std::string nine;
  for (int i = 0; i < 9; ++i) nine += "*" + std::string(1, static_cast<char>('a' + i)) + "zzzzzzzz";
  std::string many = "{";
  for (int i = 0; i < 2000; ++i) {
    many += (i > 0 ? ",\"" : "\"") + std::to_string(i) + R"(":[{"wildcard":")" + nine + "\"}]";
  }
  EXPECT_TRUE(error_of(many + "}").starts_with("Rule is too complex"));
}

// The wildcards of one path meet only behind equal fields.
TEST(Pattern, MeasuresTogetherTheWildcardsThatMeet) {
  const auto branch = [](const std::string& a, int i) {
    const std::string wildcard(1, static_cast<char>('a' + i));
    return "{\"a\":[\"" + a + R"("],"b":[{"wildcard":"*)" + wildcard + R"(:"}]})";
  };
  std::string apart = R"({"$or":[)" + branch("0", 0);
  std::string met = R"({"a":["0"],"$or":[)" + branch("0", 0);
  for (int i = 1; i < 12; ++i) {
    apart += "," + branch(std::to_string(i), i);
    met += R"(,{"b":[{"wildcard":"*)" + std::to_string(i) + ":\"}]}";
  }
  EXPECT_EQ(error_of(apart + "]}"), "none");
  EXPECT_TRUE(error_of(met + "]}").starts_with("Rule is too complex"));
}

TEST(Pattern, BoundsThePathsOfAllFields) {
  std::string many = "{\"" + std::string(100'000, 'k') + "\":{\"a\":[1]";
  for (int i = 0; i < 1000; ++i) many += ",\"" + std::to_string(i) + "\":[1]";
  EXPECT_EQ(error_of(many + "}}"), "The paths of the fields are too long in total");
}

// Each `$or` is looked at before it is read; those inside are not looked at again.
TEST(Pattern, ReadsNestedAlternativesInOnePass) {
  std::string nested;
  for (int i = 0; i < 480; ++i) nested += R"({"$or":[{"a":[1]},)";
  nested += "{\"z\":[";
  for (int i = 0; i < 100'000; ++i) nested += "1,";
  nested += "1]}";
  for (int i = 0; i < 480; ++i) nested += "]}";
  EXPECT_EQ(compiled(nested).alternatives().size(), 481U);
}

TEST(Pattern, SurvivesDepthBombs) {
  const std::size_t million = 1'000'000;
  EXPECT_NE(error_of(std::string(million, '[')), "none");
  EXPECT_NE(error_of(std::string(million, '{')), "none");
  std::string objects;
  std::string ors;
  for (std::size_t i = 0; i < million / 4; ++i) {
    objects += "{\"a\":";
    ors += "{\"$or\":[";
  }
  EXPECT_NE(error_of(objects), "none");
  EXPECT_NE(error_of(ors), "none");
}

TEST(Pattern, MayNestAThousandDeep) {
  const auto nested = [](std::size_t depth) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) out += "{\"a\":";
    return out + "[1]" + std::string(depth, '}');
  };
  const Pattern pattern = compiled(nested(999));
  EXPECT_EQ(pattern.fields()[0].path.size(), 999U * 2 - 1);
  EXPECT_EQ(error_of(nested(1000)),
            "Document nesting depth (1001) exceeds the maximum allowed (1000, from "
            "`StreamReadConstraints.getMaxNestingDepth()`)");
}

TEST(Pattern, RefusesInvalidUtf8) {
  for (const char* text :
       {"{\"a\":[\"\xff\"]}", "{\"a\":[\"\xc3\x28\"]}", "{\"a\":[\"\xc0\x80\"]}",
        "{\"a\":[\"\xed\xa0\x80\"]}", "{\"a\":[\"\xf4\x90\x80\x80\"]}", "\xc3"}) {
    EXPECT_EQ(error_of(text), "The text is not valid UTF-8");
  }
}

TEST(PatternPlace, CountsLinesAsTheParserDoes) {
  EXPECT_EQ(
      error_of("{\n  \"a\" : 7\n}"),
      "\"a\" must be an object or an array\n at [Source: (String)\"{\n  \"a\" : 7\n}\"; line: "
      "2, column: 10]");
  EXPECT_TRUE(error_of("{\r\n\r\"a\":7}").ends_with("; line: 3, column: 6]"));
  EXPECT_TRUE(error_of("\n\n ").ends_with("; line: 3, column: 2]"));
  EXPECT_TRUE(error_of("").ends_with("\"\"; line: 1, column: 1]"));
}

TEST(PatternPlace, ShowsFiveHundredCharactersOfTheText) {
  const std::string text = "{\"a\":7,\"" + std::string(600, 'x') + "\":1}";
  EXPECT_EQ(error_of(text), "\"a\" must be an object or an array\n at [Source: (String)\"" +
                                text.substr(0, 500) +
                                "\"[truncated 112 chars]; line: 1, column: 7]");
  // UTF-16 units; a character of two is not torn.
  const std::string wide = "{\"a\":7,\"" + std::string(491, 'x') + "😀\"}";
  EXPECT_NE(error_of(wide).find("x\"[truncated 3 chars]"), std::string::npos) << error_of(wide);
}

TEST(PatternPlace, ShowsControlCharactersEscaped) {
  EXPECT_EQ(
      error_of("{\"a\":\t7}"),
      "\"a\" must be an object or an array\n at [Source: (String)\"{\"a\":\\u00097}\"; line: 1, "
      "column: 8]");
  EXPECT_TRUE(
      error_of("{\"a\":[\"\x01\"]}")
          .starts_with("Illegal unquoted character ((CTRL-CHAR, code 1)): has to be escaped "
                       "using backslash to be included in string value"));
  EXPECT_TRUE(error_of("{\"\n\":[1]}")
                  .starts_with("Illegal unquoted character ((CTRL-CHAR, code 10)): has to be "
                               "escaped using backslash to be included in name"));
  EXPECT_TRUE(error_of("{\x02\"a\":[1]}")
                  .starts_with("Illegal character ((CTRL-CHAR, code 2)): only regular white space "
                               "(\\r, \\n, \\t) is allowed between tokens"));
  EXPECT_NE(error_of(std::string("{\0", 2)), "none");
}

TEST(PatternPlace, CutsLongWords) {
  const std::string word(1000, 'x');
  EXPECT_TRUE(error_of("{\"a\":[" + word + "]}")
                  .starts_with("Unrecognized token '" + word.substr(0, 256) + "...': was"));
}

TEST(PatternNumbers, TakesAnyLengthAndSize) {
  const std::string digits(100'000, '7');
  const Pattern pattern = compiled("{\"n\":[" + digits + ",1e999,-1e-999,0." + digits + "]}");
  for (const std::string& number : {digits, std::string("1e999"), "0." + digits}) {
    // Events cannot hold the first two: their reader wants a double's range.
    const auto event = json::parse("{\"n\":" + number + "}");
    if (event.ok()) {
      EXPECT_TRUE(matches(pattern, *event));
    }
  }
  EXPECT_FALSE(matches(pattern, *json::parse("{\"n\":0}")));
}

}  // namespace
}  // namespace rialto::ruler
