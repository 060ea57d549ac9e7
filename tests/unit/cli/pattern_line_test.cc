#include "cli/match/pattern_line.h"

#include <gtest/gtest.h>

#include "json/write.h"

namespace rialto::cli {
namespace {

// `id: pattern`, or what is wrong.
std::string told(std::string_view line) {
  const auto read = read_pattern_line(line);
  if (!read.ok()) return "error: " + read.error().message;
  return (read->id ? json::write(*read->id) : "-") + ": " + read->pattern;
}

TEST(PatternLine, WithAnIdHoldsAPattern) {
  EXPECT_EQ(told(R"({"id": 7, "pattern": {"a": ["b"]}})"), R"(7: {"a": ["b"]})");
  EXPECT_EQ(told(R"( { "pattern" :{"a" :[1.0, "}]"]} , "id":"x\"y" } )"),
            R"("x\"y": {"a" :[1.0, "}]"]})");
  EXPECT_EQ(told(R"({"id": -1.50, "pattern": "{\"a\": [\"b\"]}"})"), R"(-1.50: {"a": ["b"]})");
  EXPECT_EQ(told(R"({"i\u0064": 7, "pattern": {}})"), "7: {}");
}

TEST(PatternLine, KeepsTheTextOfAMalformedPattern) {
  EXPECT_EQ(told(R"({"id": 7, "pattern": {"a": [nope]}})"), R"(7: {"a": [nope]})");
  EXPECT_EQ(told(R"({"id": 7, "pattern": 1e999})"), "7: 1e999");
  EXPECT_EQ(told(R"({"id": 7, "pattern": "{"})"), "7: {");
  EXPECT_EQ(told("nope"), "-: nope");
  EXPECT_EQ(told(R"({"a": ["b")"), R"(-: {"a": ["b")");
}

TEST(PatternLine, IsAPatternByItselfWhereTheIdIsAField) {
  for (const char* line : {
           R"({"a": ["b"]})",
           R"({"id": ["7"], "pattern": {"a": ["b"]}})",
           R"({"id": {"x": ["7"]}, "pattern": ["b"]})",
           R"({"pattern": ["b"]})",
           R"({"nested": {"id": 7, "pattern": {}}})",
           "{}",
       }) {
    EXPECT_EQ(told(line), "-: " + std::string(line));
  }
}

TEST(PatternLine, IsRefusedWithWhatToMend) {
  constexpr const char* kOthers =
      "error: A line with an id has the keys id and pattern, each once, and no others.";
  EXPECT_EQ(told(R"({"id": 7})"), kOthers);
  EXPECT_EQ(told(R"({"id": 7, "pattern": {}, "name": "x"})"), kOthers);
  EXPECT_EQ(told(R"({"id": 7, "id": 8, "pattern": {}})"), kOthers);
  EXPECT_EQ(told(R"({"id": null, "pattern": {}})"), "error: An id is a number or a string.");
  EXPECT_EQ(told(R"({"id": true, "pattern": {}})"), "error: An id is a number or a string.");
  EXPECT_EQ(told(R"({"a": ["b"]} {"c": ["d"]})"),
            "error: There is text after the end of the pattern.");
  EXPECT_TRUE(told(R"({"id": 7x, "pattern": {}})").starts_with("error: Invalid JSON at offset"));
  EXPECT_TRUE(told(R"({"id": 7, "pattern": {"a": ["b"]})").starts_with("error: Invalid JSON"));
}

TEST(PatternLine, OfAnyTextIsRead) {
  for (const std::string line : {R"({"id": 7, "pattern": {"a": ["b", {"c": "\u0041\\"}]}})",
                                 R"({"id": "x", "pattern": "{\"a\": [\"b\"]}"})"}) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      static_cast<void>(read_pattern_line(std::string_view(line).substr(0, at)));
      for (const char c : {'"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\0', '\xff', 'x'}) {
        std::string changed = line;
        changed[at] = c;
        static_cast<void>(read_pattern_line(changed));
      }
    }
  }
}

}  // namespace
}  // namespace rialto::cli
