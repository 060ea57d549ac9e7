#include "ruler/test_event.h"

#include <gtest/gtest.h>

namespace rialto::ruler {
namespace {

constexpr std::string_view kGood =
    R"({"id":"1","account":"2","source":"3","time":"4","region":"5","detail-type":"6"})";

TEST(TestEvent, NeedsSixFieldsOfAnyType) {
  EXPECT_TRUE(parse_test_event(kGood).ok());
  EXPECT_TRUE(
      parse_test_event(R"({"detail-type":[1],"region":null,"time":{},"source":5,"account":true,)"
                       R"("id":"","more":1.50})")
          .ok());
}

TEST(TestEvent, IsRefusedWithoutAnyOfThem) {
  for (const char* key : {"id", "account", "source", "time", "region", "detail-type"}) {
    std::string text(kGood);
    const std::string quoted = "\"" + std::string(key) + "\"";
    text.replace(text.find(quoted), quoted.size(), "\"other-" + std::string(key) + "\"");
    const auto event = parse_test_event(text);
    ASSERT_FALSE(event.ok()) << key;
    EXPECT_EQ(event.error().message, "Parameter Event is not valid.");
    EXPECT_EQ(event.error().reason, "ValidationException");
    EXPECT_EQ(event.error().code, Code::InvalidArgument);
  }
}

TEST(TestEvent, IsAJsonObject) {
  for (const std::string_view text :
       {"", "plain text", "\"x\"", "[]", "5", "null", "{", "{\"id\":}"}) {
    EXPECT_FALSE(parse_test_event(text).ok()) << text;
  }
  EXPECT_FALSE(parse_test_event("[" + std::string(kGood) + "]").ok());
  EXPECT_FALSE(parse_test_event(std::string(kGood) + "x").ok());
  EXPECT_FALSE(parse_test_event(std::string(1'000'000, '[')).ok());
}

}  // namespace
}  // namespace rialto::ruler
