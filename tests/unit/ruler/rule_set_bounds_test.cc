// Inputs as large as a stranger may send, and rule sets as large as one may keep: all of them work
// or are refused, and what they cost grows with their size and no faster.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>

#include "json/read.h"
#include "ruler/rule_set.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

// A large size under a sanitizer is a tenth.
constexpr std::size_t large(std::size_t size) { return test::kIsSanitized ? size / 10 : size; }

// Between the sizes that are compared. What is linear takes about 8 times as long, what is
// quadratic 64 times; the limit lies in the middle, and leaves room for caches and a busy machine.
constexpr std::size_t kGrowth = 8;
constexpr double kLimit = 28;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// How long one `run` takes: the best of a few tries, each long enough for the clock.
template <class Run>
double time_of(const Run& run) {
  constexpr double kLongEnough = 0.004;
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    std::size_t runs = 0;
    const double start = cpu_seconds();
    double spent = 0;
    while (spent < kLongEnough) {
      run();
      ++runs;
      spent = cpu_seconds() - start;
    }
    best = std::min(best, spent / static_cast<double>(runs));
  }
  return best;
}

// `make(size)` returns a callable that does the work of that size.
template <class Make>
void expect_linear(std::size_t size, const Make& make) {
  const double one = time_of(make(size / kGrowth));
  const double eight = time_of(make(size));
  EXPECT_LT(eight / one, kLimit) << one << " s for " << size / kGrowth << ", " << eight << " s for "
                                 << size;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// `part(i)` for all below `count`, with commas between.
template <class Part>
std::string list(std::size_t count, const Part& part) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    out += part(i);
  }
  return out;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }
std::string field(const std::string& key, const std::string& value) {
  return "{\"" + key + "\":" + value + "}";
}

class RuleSetBounds : public testing::Test {
 protected:
  void put(RuleId id, const std::string& pattern) {
    const Result<> done = set_.put(id, pattern);
    ASSERT_TRUE(done.ok()) << done.error().message.substr(0, 200);
  }

  // How many rules match, by all entries. The snapshot is that of now.
  std::size_t matching(const std::string& event) { return matching(set_.snapshot(), event); }

  std::size_t matching(const Snapshot& snapshot, const std::string& event) {
    const std::string_view text = event;
    const auto checked = snapshot.match(text, scratch_);
    EXPECT_TRUE(checked.ok()) << checked.error().message.substr(0, 200);
    if (!checked.ok()) return 0;
    const std::size_t count = checked->size();
    EXPECT_EQ(snapshot.match_trusted(text, scratch_).size(), count);
    const Result<json::Value> document = json::parse(text);
    EXPECT_TRUE(document.ok());
    if (document.ok()) EXPECT_EQ(snapshot.match_document(*document, scratch_).size(), count);
    return count;
  }

  // What matching this event with the rules of now is, for expect_linear.
  auto matcher(std::string event) {
    return [this, snapshot = set_.snapshot(), event = std::move(event)] {
      const auto got = snapshot.match(std::string_view(event), scratch_);
      EXPECT_TRUE(got.ok());
    };
  }

  RuleSet set_;
  Scratch scratch_;
};

TEST_F(RuleSetBounds, APatternOf256KilobytesInOneList) {
  const auto value = [](std::size_t i) { return quoted("value-" + std::to_string(i)); };
  put(1, field("a", "[" + list(18'000, value) + "]"));
  EXPECT_EQ(matching(R"({"a":"value-0"})"), 1U);
  EXPECT_EQ(matching(R"({"a":"value-17999"})"), 1U);
  EXPECT_EQ(matching(R"({"a":"value-18000"})"), 0U);
  expect_linear(large(16'000), [&](std::size_t size) {
    return [&, text = field("a", "[" + list(size, value) + "]")] { put(1, text); };
  });
}

TEST_F(RuleSetBounds, APatternOf256KilobytesInManyFields) {
  const auto member = [](const char* value) {
    return [value](std::size_t i) { return quoted("key" + std::to_string(i)) + ":" + value; };
  };
  put(1, "{" + list(16'000, member("[1]")) + "}");
  EXPECT_EQ(matching("{" + list(16'000, member("1")) + "}"), 1U);
  EXPECT_EQ(matching("{" + list(15'999, member("1")) + "}"), 0U);
  expect_linear(large(16'000), [&](std::size_t size) {
    return [&, text = "{" + list(size, member("[1]")) + "}"] { put(1, text); };
  });
}

TEST_F(RuleSetBounds, APatternOfOneLongString) {
  const std::string text(large(256 << 10), 'x');
  put(1, field("a", "[" + quoted(text) + "]"));
  put(2, field("a", R"([{"prefix":)" + quoted(text) + "}]"));
  put(3, field("a", R"([{"suffix":{"equals-ignore-case":)" + quoted(text) + "}}]"));
  put(4, field("a", R"([{"anything-but":)" + quoted(text) + "}]"));
  EXPECT_EQ(matching(field("a", quoted(text))), 3U);
  EXPECT_EQ(matching(field("a", quoted(text + "y"))), 2U);
  EXPECT_EQ(matching(field("a", quoted("x"))), 1U);
  EXPECT_EQ(matching("{}"), 0U);
}

TEST_F(RuleSetBounds, ManyAlternatives) {
  // 1,000 combinations, and one too many.
  const auto branch = [](std::size_t i) { return field("a" + std::to_string(i), "[1]"); };
  const std::string either = R"("$or":[)" + list(10, branch) + "]";
  put(1, "{" + either + "," + either + "," + either + "}");
  EXPECT_EQ(matching(R"({"a9":1})"), 1U);
  EXPECT_EQ(matching(R"({"a10":1})"), 0U);
  EXPECT_FALSE(set_.put(1, "{" + either + "," + either + "," + either + R"(,"$or":[)" +
                               list(2, branch) + "]}")
                   .ok());
  EXPECT_EQ(matching(R"({"a9":1})"), 1U);
}

TEST_F(RuleSetBounds, AnEventOfOneMegabyteInOneString) {
  put(1, R"({"a":[{"prefix":"xx"}]})");
  put(2, R"({"a":[{"suffix":"y"}]})");
  put(3, R"({"a":[{"wildcard":"*xxxxxxxxxy"}]})");
  put(4, R"({"a":[{"wildcard":"*xxy*xxy*"}]})");
  put(5, R"({"a":[{"wildcard":"x*xxxxxxxy*xy"}]})");
  put(6, R"({"a":[{"suffix":{"equals-ignore-case":"XY"}}]})");
  put(7, R"({"b":[{"exists":true}]})");
  const auto event = [](std::size_t size) {
    return field("a", quoted(std::string(size, 'x') + "y"));
  };
  EXPECT_EQ(matching(event(large(1 << 20))), 4U);
  expect_linear(large(1 << 20), [&](std::size_t size) { return matcher(event(size)); });
}

TEST_F(RuleSetBounds, AnEventOfOneMegabyteInManyFields) {
  put(1, R"({"a":{"k0":[1]}})");
  put(2, R"({"a":{"k0":[1],"k49999":[1]}})");
  put(3, R"({"a":{"none":[{"exists":false}]}})");
  put(4, R"({"a":{"none":[{"exists":true}]}})");
  const auto event = [](std::size_t size) {
    return field("a", "{" + list(size, [](std::size_t i) {
                        return quoted("k" + std::to_string(i)) + R"(:1)";
                      }) + "}");
  };
  EXPECT_EQ(matching(event(100'000)), 3U);
  expect_linear(large(100'000), [&](std::size_t size) { return matcher(event(size)); });
}

// Where there is one escape, every string is asked whether it has some.
TEST_F(RuleSetBounds, AnEventOfManyStringsAndOneEscape) {
  put(1, R"({"a":["\n"]})");
  put(2, R"({"b":["x"]})");
  const auto event = [](std::size_t size) {
    return R"({"a":"\n","b":[)" + list(size, [](std::size_t) { return R"("")"; }) + "]}";
  };
  EXPECT_EQ(matching(event(10)), 1U);
  expect_linear(large(200'000), [&](std::size_t size) { return matcher(event(size)); });
}

TEST_F(RuleSetBounds, AThousandLevels) {
  const std::size_t depth = json::kDepthMax;
  const auto objects = [](std::size_t levels, const std::string& inner) {
    return repeat(R"({"a":)", levels) + inner + std::string(levels, '}');
  };
  put(1, objects(999, "[1]"));
  put(2, objects(998, R"([{"exists":false}])"));
  put(3, R"({"a":[1]})");
  EXPECT_EQ(matching(objects(999, "1")), 2U);
  EXPECT_EQ(matching(objects(998, "1")), 0U);
  EXPECT_EQ(matching(objects(997, "1")), 1U);
  EXPECT_EQ(matching(field("a", std::string(depth - 1, '[') + "1" + std::string(depth - 1, ']'))),
            2U);
  EXPECT_EQ(matching(objects(500, std::string(500, '[') + "1" + std::string(500, ']'))), 1U);
  const std::string deeper = objects(depth + 1, "1");
  EXPECT_FALSE(set_.snapshot().match(std::string_view(deeper), scratch_).ok());
  EXPECT_FALSE(set_.put(4, objects(100'000, "[1]")).ok());
  EXPECT_EQ(set_.size(), 3U);
}

TEST_F(RuleSetBounds, ArraysOf100000Values) {
  put(1, R"({"a":["x"]})");
  put(2, R"({"a":["last"]})");
  put(3, R"({"a":[{"anything-but":"x"}]})");
  put(4, R"({"a":[{"exists":false}]})");
  put(5, R"({"a":["x"],"b":["x"]})");
  const auto event = [](std::size_t size) {
    const std::string values = list(size, [](std::size_t) { return R"("x")"; });
    return "{\"a\":[" + values + ",\"last\"],\"b\":[[" + values + "],[]]}";
  };
  EXPECT_EQ(matching(event(100'000)), 4U);
  expect_linear(large(100'000), [&](std::size_t size) { return matcher(event(size)); });
}

TEST_F(RuleSetBounds, ThousandsOfRulesThatWantAFieldToBeAbsent) {
  for (std::size_t i = 0; i < 2'000; ++i) put(i, R"({"a":[{"exists":false}]})");
  const auto event = [](std::size_t size) {
    return field("a", "[" + list(size, [](std::size_t) { return "1"; }) + "]");
  };
  EXPECT_EQ(matching("{}"), 2'000U);
  EXPECT_EQ(matching(event(0)), 2'000U);
  EXPECT_EQ(matching(event(large(1'000))), 0U);
  const double none = time_of(matcher("{}"));
  EXPECT_LT(time_of(matcher(event(large(1'000)))) / none, 20);
}

// Every field is there, but never all in one element.
TEST_F(RuleSetBounds, ArraysOf100000ObjectsOfWhichNoneIsWhole) {
  constexpr std::size_t kFields = 5;
  const auto key = [](std::size_t i) { return quoted("k" + std::to_string(i)); };
  put(1, field("a", "{" + list(kFields, [&](std::size_t i) { return key(i) + ":[1]"; }) + "}"));
  put(2, R"({"a":{"k0":[1],"k1":[1]}})");
  put(3, R"({"a":{"k0":[1],"k1":[{"exists":false}]}})");
  put(4, R"({"$or":[{"a":{"k0":[1]}},{"a":{"k1":[1]}}],"a":{"k2":[1],"k3":[1],"k4":[1]}})");
  const auto event = [&](std::size_t size, std::size_t whole) {
    return field("a", "[" + list(size, [&](std::size_t element) {
                        return "{" +
                               list(kFields,
                                    [&](std::size_t i) {
                                      const bool is_out =
                                          element % kFields == i && element != whole;
                                      return key(i) + (is_out ? ":2" : ":1");
                                    }) +
                               "}";
                      }) + "]");
  };
  const std::size_t size = large(100'000);
  EXPECT_EQ(matching(event(size, size)), 2U);
  EXPECT_EQ(matching(event(size, size / 2)), 3U);
  expect_linear(size, [&](std::size_t count) { return matcher(event(count, count)); });
}

// The element asks for the field that the pattern has last.
TEST_F(RuleSetBounds, ArraysOfObjectsAndARuleOfManyFields) {
  constexpr std::size_t kFields = 5'000;
  const auto member = [](const char* value) {
    return [value](std::size_t i) { return quoted("k" + std::to_string(i)) + ":" + value; };
  };
  const std::string fields = list(kFields, member(R"([{"exists":true}])"));
  const std::string values = list(kFields, member("1"));
  put(1, field("a", "{" + fields + R"(,"z":["x"]})"));
  const auto event = [&](std::size_t size) {
    const auto element = [](std::size_t) { return R"({"z":"x"})"; };
    return field("a", "[{" + values + "}," + list(size, element) + "]");
  };
  EXPECT_EQ(matching(event(1'000)), 0U);
  EXPECT_EQ(matching(field("a", "{" + values + R"(,"z":"x"})")), 1U);
  const double few = time_of(matcher(event(100)));
  const double many = time_of(matcher(event(large(20'000))));
  EXPECT_LT(many / few, 50);
}

TEST_F(RuleSetBounds, ArraysWithinArrays) {
  put(1, R"({"a":{"b":{"c":[1],"d":[1]},"e":[1]}})");
  put(2, R"({"a":{"b":{"c":[1]},"e":[1]}})");
  const auto event = [](std::size_t size) {
    const auto inner = [](std::size_t i) -> std::string {
      return i % 2 == 0 ? R"({"c":1})" : R"({"d":1})";
    };
    const auto outer = [&](std::size_t i) {
      return R"({"b":[)" + list(10, inner) + (i % 2 == 0 ? R"(],"e":1})" : "]}");
    };
    return field("a", "[" + list(size, outer) + "]");
  };
  EXPECT_EQ(matching(event(large(10'000))), 1U);
  expect_linear(large(10'000), [&](std::size_t size) { return matcher(event(size)); });
}

TEST_F(RuleSetBounds, TenThousandWildcardsOnOneField) {
  const auto pattern = [](std::size_t i) {
    const std::string n = std::to_string(i);
    return field("a", R"([{"wildcard":"*)" + n + "*x" + n + "*\"}]");
  };
  const std::size_t count = large(10'000);
  for (std::size_t i = 0; i < count; ++i) put(i, pattern(i));
  EXPECT_EQ(matching(R"({"a":"7x7"})"), 1U);
  EXPECT_EQ(matching(R"({"a":"no digit"})"), 0U);
  EXPECT_EQ(matching(R"({"a":"12x12"})"), 2U);  // 1 and 12
  expect_linear(count, [&](std::size_t size) {
    return [&, size] {
      RuleSet set;
      for (std::size_t i = 0; i < size; ++i) EXPECT_TRUE(set.put(i, pattern(i)).ok());
      EXPECT_LE(matching(set.snapshot(), R"({"a":"123x123 456x456"})"), size);
    };
  });
}

TEST_F(RuleSetBounds, ThousandsOfWildcardsOfOneLetter) {
  for (std::size_t i = 0; i < 2'000; ++i) {
    put(i, field("a", R"([{"wildcard":"*aaaaaaaa*"}],"b":[{"exists":true}])"));
  }
  const auto event = [](std::size_t size) { return field("a", quoted(std::string(size, 'a'))); };
  EXPECT_EQ(matching(event(100)), 0U);
  EXPECT_EQ(matching(field("a", quoted(std::string(100, 'a')) + R"(,"b":1)")), 2'000U);
  const double few = time_of(matcher(event(100)));
  EXPECT_LT(time_of(matcher(event(large(20'000)))) / few, 40);
}

// A rule waits under many keys that one value satisfies, and is not to be judged for each.
TEST_F(RuleSetBounds, APatternOfManyPrefixesAndSuffixes) {
  const auto matcher_of = [](const char* kind, char letter) {
    return [kind, letter](std::size_t i) {
      return "{\"" + std::string(kind) + "\":" + quoted(std::string(i + 1, letter)) + "}";
    };
  };
  const auto pattern = [&](std::size_t size) {
    return R"({"a":{"k":[)" + list(size, matcher_of("suffix", 'z')) + "," +
           list(size, matcher_of("prefix", 'p')) + R"(],"l":[)" +
           list(size + 1, matcher_of("suffix", 'y')) + "," +
           list(size + 1, matcher_of("prefix", 'q')) + "]}}";
  };
  const auto event = [](std::size_t size) {
    const std::string element = R"({"k":)" + quoted(std::string(size + 1, 'p')) + "}";
    return field("a", "[" + list(200, [&](std::size_t) { return element; }) + R"(,{"l":"q"}])");
  };
  put(1, pattern(40));
  EXPECT_EQ(matching(event(40)), 0U);
  EXPECT_EQ(matching(R"({"a":[{"k":"p","l":"y"}]})"), 1U);
  const double few = time_of(matcher(event(40)));
  put(1, pattern(320));
  EXPECT_LT(time_of(matcher(event(320))) / few, kLimit);
}

TEST_F(RuleSetBounds, TenThousandPrefixesOfDistinctLengths) {
  const std::size_t count = large(10'000);
  for (std::size_t i = 1; i <= count; ++i) {
    put(i, field("a", R"([{"prefix":)" + quoted(std::string(i, 'p')) + "}]"));
  }
  EXPECT_EQ(matching(field("a", quoted(std::string(count, 'p')))), count);
  EXPECT_EQ(matching(field("a", quoted(std::string(count / 2, 'p') + "q"))), count / 2);
  EXPECT_EQ(matching(R"({"a":""})"), 0U);
  for (std::size_t i = 1; i <= count; i += 2) EXPECT_TRUE(set_.remove(i));
  EXPECT_EQ(matching(field("a", quoted(std::string(count, 'p')))), count / 2);
}

TEST_F(RuleSetBounds, ThousandsOfLengthsAndAnArrayOfValuesThatHaveNone) {
  const auto event = field("a", "[" + list(large(50'000), [](std::size_t i) {
                                  return i % 2 == 0 ? "1" : R"("q")";
                                }) + "]");
  put(1, R"({"a":[{"prefix":"p"}]})");
  const double few = time_of(matcher(event));
  for (std::size_t i = 2; i <= 3'000; ++i) {
    put(i, field("a", R"([{"prefix":)" + quoted(std::string(i, 'p')) + "}]"));
  }
  EXPECT_EQ(matching(event), 0U);
  EXPECT_LT(time_of(matcher(event)) / few, 10);
}

TEST_F(RuleSetBounds, AHundredThousandRulesWithAFieldEach) {
  const std::size_t count = large(100'000);
  const auto key = [](std::size_t i) { return "field" + std::to_string(i); };
  for (std::size_t i = 0; i < count; ++i) put(i, field(key(i), R"([{"prefix":"x"}])"));
  EXPECT_EQ(set_.snapshot().size(), count);
  EXPECT_EQ(matching("{}"), 0U);
  EXPECT_EQ(matching(field(key(count - 1), R"("xy")")), 1U);
  EXPECT_EQ(
      matching("{" + list(1'000, [&](std::size_t i) { return quoted(key(i * 7)) + R"(:"x")"; }) +
               "}"),
      1'000U);
  expect_linear(count, [&](std::size_t size) {
    return [&, size] {
      RuleSet set;
      for (std::size_t i = 0; i < size; ++i) {
        EXPECT_TRUE(set.put(i, field(key(i), R"([{"prefix":"x"}])")).ok());
      }
      for (std::size_t i = 0; i < size; i += 2) EXPECT_TRUE(set.remove(i));
      EXPECT_EQ(set.snapshot().size(), size / 2);
    };
  });
}

// A change costs in proportion to itself, not to the set (rule_set.h).
TEST_F(RuleSetBounds, ASnapshotAfterEveryChange) {
  expect_linear(large(16'000), [&](std::size_t size) {
    return [&, size] {
      RuleSet set;
      Snapshot kept;
      for (std::size_t i = 0; i < size; ++i) {
        EXPECT_TRUE(set.put(i, field("a", "[" + quoted(std::to_string(i)) + "]")).ok());
        kept = set.snapshot();
      }
      EXPECT_EQ(matching(kept, R"({"a":"7"})"), 1U);
    };
  });
}

}  // namespace
}  // namespace rialto::ruler
