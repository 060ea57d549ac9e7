#include "json/read.h"

#include <gtest/gtest.h>

#include "json/number.h"
#include "json/write.h"

namespace rialto::json {
namespace {

std::string round_trip(std::string_view text) {
  auto value = parse(text);
  return value.ok() ? write(*value) : "error: " + value.error().message;
}

TEST(JsonRead, KeepsNumberTextAndKeyOrder) {
  EXPECT_EQ(round_trip(R"( { "b" : 1.0 , "a" : [ 1e3, -0, true, null, "x\ty" ] } )"),
            R"({"b":1.0,"a":[1e3,-0,true,null,"x\ty"]})");
  EXPECT_EQ(round_trip("300.0"), "300.0");
  EXPECT_EQ(round_trip("\"\\u00e9\""), "\"é\"");
  EXPECT_EQ(round_trip("[]"), "[]");
  EXPECT_EQ(round_trip("{}"), "{}");
  EXPECT_EQ(round_trip(" null "), "null");
  EXPECT_EQ(round_trip("[{},[],{\"a\":{}}]"), "[{},[],{\"a\":{}}]");
}

TEST(JsonRead, LastOfRepeatedKeysWinsAndIsReported) {
  auto few = read(R"({"a":1,"b":2,"a":3})");
  ASSERT_TRUE(few.ok());
  EXPECT_EQ(write(few->root), R"({"a":3,"b":2})");
  EXPECT_TRUE(few->has_repeated_keys);
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  auto large = read(many + "\"k3\":1,\"k39\":2}");
  ASSERT_TRUE(large.ok());
  EXPECT_EQ(large->root.members().size(), 40U);
  EXPECT_EQ(large->root.find("k3")->number_text(), "1");
  EXPECT_EQ(large->root.find("k39")->number_text(), "2");
}

TEST(JsonRead, RefusesWhatIsNotJson) {
  for (const char* text : {"",           " ",          "{",         "[",       "{]",
                           "[1,]",       "{\"a\":}",   "{\"a\" 1}", "01",      "1.",
                           ".5",         "1e",         "+1",        "-",       "nul",
                           "truex",      "'a'",        "\"a",       "[1 2]",   "{} {}",
                           "[1]]",       "\"\x01\"",   "\"\\x\"",   "\xff",    "\"\xc3\x28\"",
                           "{\"a\":1,}", "{1:2}",      "{{}",       "NotJSON", "\"\\ud800\"",
                           "1 2",        "nullnull",   "[nulll]",   "[1x]",    "null\"]\"",
                           "null\" \"",  "[null\"]\"]"}) {
    EXPECT_FALSE(parse(text).ok()) << text;
  }
}

TEST(JsonRead, BoundsDepthAndNumbers) {
  const std::string deep(1'000'000, '[');
  EXPECT_FALSE(parse(deep).ok());
  const std::string allowed = std::string(1000, '[') + std::string(1000, ']');
  EXPECT_TRUE(parse(allowed).ok());
  EXPECT_FALSE(parse("[" + allowed + "]").ok());
  EXPECT_FALSE(parse("1e999").ok());
  EXPECT_FALSE(parse("[-1e999]").ok());
  EXPECT_TRUE(parse("1e-999").ok());
  EXPECT_TRUE(parse("12345678901234567890123").ok());
  EXPECT_FALSE(parse("9223372036854775808", {.int64_only = true}).ok());
  EXPECT_TRUE(parse("-9223372036854775808", {.int64_only = true}).ok());
}

TEST(JsonRead, ErrorsNameThePlace) {
  auto error = parse(R"({"a": 1e999})");
  ASSERT_FALSE(error.ok());
  EXPECT_EQ(error.error().message,
            "Invalid JSON at offset 6: a number is beyond the range of a double.");
}

TEST(JsonItems, AreOneValueOrAnArrayOrOneALine) {
  EXPECT_EQ(read_items("{\"a\":1}")->size(), 1U);
  EXPECT_EQ(read_items("[1,2,3]")->size(), 3U);
  EXPECT_EQ(read_items("[]")->size(), 0U);
  EXPECT_EQ(read_items("{\"a\":\n1}")->size(), 1U);
  EXPECT_EQ(read_items("{}\n\n{}\r\n")->size(), 2U);
  EXPECT_EQ(read_items("{}\n{]\n").error().message.substr(0, 7), "Line 2:");
  EXPECT_EQ(read_items("")->size(), 0U);
}

TEST(JsonCompact, DropsBlanksOnly) {
  EXPECT_EQ(compact("{ \"a b\" : [ 1.0 ,\t\"x\\n y\" ]\n}"), "{\"a b\":[1.0,\"x\\n y\"]}");
}

TEST(JsonNumber, KnowsExactDoubles) {
  for (const char* text :
       {"0", "-0", "0.5", "1e3", "9007199254740992", "300.0", "1e22", "0.25e1"}) {
    EXPECT_TRUE(is_exact_double(text)) << text;
  }
  for (const char* text : {"0.1", "9007199254740993", "1e23", "1e999", "1e-999"}) {
    EXPECT_FALSE(is_exact_double(text)) << text;
  }
}

}  // namespace
}  // namespace rialto::json
