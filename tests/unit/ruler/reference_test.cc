#include "ruler/reference.h"

#include <gtest/gtest.h>

#include <functional>

#include "json/read.h"

namespace rialto::ruler {
namespace {

Pattern compiled(const std::string& text) {
  Result<Pattern> pattern = Pattern::compile(text);
  EXPECT_TRUE(pattern.ok()) << text << pattern.error().message;
  return *pattern;
}

bool matches_text(const std::string& pattern, const std::string& event) {
  const Result<json::Value> value = json::parse(event);
  EXPECT_TRUE(value.ok()) << event.substr(0, 100);
  return matches(compiled(pattern), *value);
}

TEST(Reference, TakesObjectsOnly) {
  for (const char* event : {"[]", "null", "\"x\"", "5", "[{\"a\":1}]"}) {
    EXPECT_FALSE(matches_text(R"({"a":[{"exists":false}]})", event)) << event;
    EXPECT_FALSE(matches_text(R"({"a":[1]})", event)) << event;
  }
}

TEST(Reference, FollowsDeepEvents) {
  // The deepest event that can be read.
  std::string event = "{\"a\":";
  event += std::string(999, '[') + "1" + std::string(999, ']') + "}";
  EXPECT_TRUE(matches_text(R"({"a":[1]})", event));
  EXPECT_FALSE(matches_text(R"({"a":[2]})", event));
  EXPECT_FALSE(matches_text(R"({"a":{"b":[{"exists":true}]}})", event));
  std::string objects;
  std::string path;
  for (int i = 0; i < 999; ++i) {
    objects += "{\"a\":";
    path += i == 0 ? "a" : ".a";
  }
  EXPECT_TRUE(matches_text("{\"" + path + "\":[1]}", objects + "1" + std::string(999, '}')));
}

// The sizes below end in an instant unless something is quadratic or worse.
constexpr int kMany = 100'000;

std::string many(const std::string& key, const std::function<std::string(int)>& element) {
  std::string out = "{\"" + key + "\":[";
  for (int i = 0; i < kMany; ++i) out += (i > 0 ? "," : "") + element(i);
  return out + "]}";
}

TEST(Reference, IsQuickWithLargeArraysOfScalars) {
  const std::string event = many("a", [](int i) { return std::to_string(i); });
  EXPECT_TRUE(matches_text(R"({"a":[99999]})", event));
  EXPECT_FALSE(matches_text(R"({"a":[-1]})", event));
  EXPECT_FALSE(matches_text(R"({"a":[{"numeric":[">",0]}],"b":[{"exists":true}]})", event));
}

TEST(Reference, IsQuickWhereManyElementsAlmostMatch) {
  const auto element = [](int i) {
    std::string out = "{\"x\":" + std::to_string(i % 2);
    out += ",\"y\":" + std::to_string(i % 3 == 0 ? i % 2 : 1 - i % 2);
    return out + ",\"z\":" + std::to_string(i % 3 == 0 ? 0 : 1) + "}";
  };
  const std::string event = many("a", element);
  EXPECT_FALSE(matches_text(R"({"a":{"x":[1],"y":[1],"z":[1]}})", event));
  EXPECT_TRUE(matches_text(R"({"a":{"x":[1],"y":[1],"z":[0]}})", event));
  EXPECT_FALSE(matches_text(R"({"a":{"x":[1],"y":[{"exists":false}]}})", event));
}

TEST(Reference, IsQuickWithArraysSideBySide) {
  // Each array fails only in its last field; choices in the others must not multiply.
  std::string event = "{";
  std::string pattern = "{";
  for (char name = 'a'; name <= 'h'; ++name) {
    event += "\"" + std::string(1, name) + "\":[";
    for (int i = 0; i < 1000; ++i) {
      event += std::string(i > 0 ? "," : "") + R"({"x":1,"y":)" + std::to_string(i % 2) + "}";
    }
    event += "],";
    pattern += "\"" + std::string(1, name) + R"(":{"x":[1],"y":[1]},)";
  }
  event += R"("z":[{"x":1},{"y":1}]})";
  EXPECT_FALSE(matches_text(pattern + R"("z":{"x":[1],"y":[1]}})", event));
  EXPECT_TRUE(matches_text(pattern + R"("z":{"x":[1]}})", event));
}

TEST(Reference, IsQuickWithNestedArrays) {
  std::string inner;
  for (int i = 0; i < 300; ++i) {
    inner += std::string(i > 0 ? "," : "") + (i % 2 == 0 ? R"({"x":1})" : R"({"y":1})");
  }
  std::string event = R"({"a":[)";
  for (int i = 0; i < 300; ++i) event += (i > 0 ? "," : "") + ("{\"b\":[" + inner + "]}");
  event += "]}";
  EXPECT_FALSE(matches_text(R"({"a":{"b":{"x":[1],"y":[1]}}})", event));
  EXPECT_TRUE(matches_text(R"({"a":{"b":{"x":[1]},"b.x":[1]}})", event));
}

TEST(Reference, IsBoundedOnEventsThatSpellPathsInManyWays) {
  // a.a.a.a is spelt in every way, each through its own arrays.
  const std::function<std::string(int)> level = [&](int left) {
    if (left == 0) return std::string(R"([{"x":1},{"y":1}])");
    std::string out = "{";
    std::string key = "a";
    for (int take = 1; take <= left; ++take, key += ".a") {
      out += std::string(take > 1 ? "," : "") + "\"" + key + "\":" + level(left - take);
    }
    return out + "}";
  };
  EXPECT_TRUE(matches_text(R"({"a.a.a.a.a.a.a.a":{"x":[1],"y":[1]}})", level(8)));
  EXPECT_FALSE(matches_text(R"({"a.a.a.a.a.a.a.a":{"x":[1],"y":[1],"z":[1]}})", level(8)));
}

TEST(Reference, LooksUpAFieldOnceForAllAlternatives) {
  std::string pattern = R"({"a":[99999],"$or":[)";
  for (int i = 0; i < 1000; ++i) {
    pattern += std::string(i > 0 ? "," : "") + R"({"b":[)" + std::to_string(i) + "]}";
  }
  const std::string event = many("a", [](int i) { return std::to_string(i); });
  EXPECT_FALSE(matches_text(pattern + "]}", event));
}

TEST(Reference, IsBoundedOnHostileWildcards) {
  std::string text = "{\"a\":\"" + std::string(1'000'000, 'a') + "\"}";
  EXPECT_FALSE(matches_text(R"({"a":[{"wildcard":"*aaaaaa*aab"}]})", text));
  EXPECT_FALSE(matches_text(R"({"a":[{"wildcard":"*aab*"}]})", text));
}

}  // namespace
}  // namespace rialto::ruler
