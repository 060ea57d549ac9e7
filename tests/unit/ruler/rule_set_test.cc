// The public face: what changes do to a set, what snapshots share, and what is left of both.
#include "ruler/rule_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "json/read.h"
#include "support/allocations.h"
#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

using Ids = std::vector<RuleId>;

Ids matching(const Snapshot& snapshot, std::string_view event) {
  Scratch scratch;
  const auto got = snapshot.match(event, scratch);
  EXPECT_TRUE(got.ok()) << event;
  Ids out;
  if (got.ok()) out.assign(got->begin(), got->end());
  std::sort(out.begin(), out.end());
  return out;
}

void put(RuleSet& rules, RuleId id, std::string_view pattern) {
  const Result<> done = rules.put(id, pattern);
  ASSERT_TRUE(done.ok()) << pattern << done.error().message;
}

constexpr std::string_view kX = R"({"a":["x"]})";
constexpr std::string_view kY = R"({"a":["y"]})";
constexpr std::string_view kEventX = R"({"a":"x"})";
constexpr std::string_view kEventY = R"({"a":"y"})";

TEST(RuleSet, IsEmptyAtFirst) {
  RuleSet rules;
  EXPECT_EQ(rules.size(), 0U);
  EXPECT_FALSE(rules.contains(0));
  EXPECT_FALSE(rules.remove(0));
  EXPECT_EQ(rules.snapshot().size(), 0U);
  EXPECT_EQ(matching(rules.snapshot(), kEventX), Ids{});
  EXPECT_EQ(matching(Snapshot(), kEventX), Ids{});
  EXPECT_EQ(Snapshot().size(), 0U);
}

TEST(RuleSet, TakesAnyId) {
  RuleSet rules;
  const Ids ids = {0, 1, RuleId{1} << 32, ~RuleId{0}};
  for (const RuleId id : ids) put(rules, id, kX);
  EXPECT_EQ(matching(rules.snapshot(), kEventX), ids);
  for (const RuleId id : ids) EXPECT_TRUE(rules.contains(id));
  EXPECT_FALSE(rules.contains(2));
  EXPECT_EQ(rules.size(), ids.size());
}

TEST(RuleSet, ReplacesARule) {
  RuleSet rules;
  put(rules, 1, kX);
  put(rules, 2, kX);
  put(rules, 1, kY);
  EXPECT_EQ(rules.size(), 2U);
  EXPECT_EQ(matching(rules.snapshot(), kEventX), Ids{2});
  EXPECT_EQ(matching(rules.snapshot(), kEventY), Ids{1});
  // With another number of alternatives, by itself, and by a compiled pattern.
  put(rules, 1, R"({"$or":[{"a":["x"]},{"a":["y"]},{"b":[1]}]})");
  EXPECT_EQ(matching(rules.snapshot(), kEventY), Ids{1});
  put(rules, 1, R"({"$or":[{"a":["x"]},{"a":["y"]},{"b":[1]}]})");
  rules.put(2, *Pattern::compile(kY));
  EXPECT_EQ(rules.size(), 2U);
  EXPECT_EQ(matching(rules.snapshot(), kEventY), (Ids{1, 2}));
  put(rules, 1, kX);
  EXPECT_EQ(matching(rules.snapshot(), kEventX), Ids{1});
  EXPECT_EQ(matching(rules.snapshot(), kEventY), Ids{2});
}

TEST(RuleSet, RemovesARule) {
  RuleSet rules;
  put(rules, 1, kX);
  put(rules, 2, R"({"$or":[{"a":["x"]},{"b":["x"]}]})");
  EXPECT_TRUE(rules.remove(2));
  EXPECT_FALSE(rules.remove(2));
  EXPECT_FALSE(rules.contains(2));
  EXPECT_EQ(rules.size(), 1U);
  EXPECT_EQ(matching(rules.snapshot(), R"({"a":"x","b":"x"})"), Ids{1});
  EXPECT_TRUE(rules.remove(1));
  EXPECT_EQ(rules.size(), 0U);
  EXPECT_EQ(matching(rules.snapshot(), kEventX), Ids{});
  put(rules, 3, kX);
  EXPECT_EQ(matching(rules.snapshot(), kEventX), Ids{3});
}

TEST(RuleSet, StaysAsItWasWhereAPatternIsRefused) {
  RuleSet rules;
  put(rules, 1, kX);
  for (const char* pattern :
       {"", "{}", R"({"a":[]})", R"({"a":[{"prefix":1}]})", "[1]", "{\"a\""}) {
    const Result<> done = rules.put(1, pattern);
    ASSERT_FALSE(done.ok()) << pattern;
    EXPECT_EQ(done.error().code, Code::InvalidArgument);
    EXPECT_EQ(done.error().message, Pattern::compile(pattern).error().message);
    EXPECT_FALSE(rules.put(2, pattern).ok());
  }
  EXPECT_EQ(rules.size(), 1U);
  EXPECT_FALSE(rules.contains(2));
  EXPECT_EQ(matching(rules.snapshot(), kEventX), Ids{1});
}

TEST(RuleSet, RefusesPatternsThatAreTooLong) {
  RuleSet rules;
  const auto pattern_of = [](std::size_t bytes) {
    const std::string around = R"({"a":[""]})";
    return R"({"a":[")" + std::string(bytes - around.size(), 'x') + R"("]})";
  };
  const Result<> done = rules.put(1, pattern_of(kPatternBytesMax + 1));
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, Code::LimitExceeded);
  EXPECT_EQ(rules.size(), 0U);
  EXPECT_TRUE(rules.put(1, pattern_of(kPatternBytesMax)).ok());
  EXPECT_EQ(rules.size(), 1U);
}

TEST(RuleSetSnapshots, SeeTheirMoment) {
  RuleSet rules;
  const Snapshot none = rules.snapshot();
  put(rules, 1, kX);
  const Snapshot one = rules.snapshot();
  put(rules, 1, kY);
  put(rules, 2, kX);
  const Snapshot two = rules.snapshot();
  rules.remove(1);
  rules.remove(2);
  EXPECT_EQ(matching(none, kEventX), Ids{});
  EXPECT_EQ(matching(one, kEventX), Ids{1});
  EXPECT_EQ(matching(one, kEventY), Ids{});
  EXPECT_EQ(matching(two, kEventX), Ids{2});
  EXPECT_EQ(matching(two, kEventY), Ids{1});
  EXPECT_EQ(one.size(), 1U);
  EXPECT_EQ(two.size(), 2U);
  EXPECT_EQ(rules.snapshot().size(), 0U);
}

TEST(RuleSetSnapshots, OutliveTheSet) {
  Snapshot snapshot;
  {
    RuleSet rules;
    put(rules, 1, kX);
    snapshot = rules.snapshot();
    put(rules, 2, kX);
  }
  const Snapshot copy = snapshot;
  snapshot = Snapshot();
  EXPECT_EQ(matching(copy, kEventX), Ids{1});
  EXPECT_EQ(matching(snapshot, kEventX), Ids{});
}

TEST(RuleSetSnapshots, AreTheSameWithoutAChange) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "nothing is counted here";
  RuleSet rules;
  put(rules, 1, kX);
  const Snapshot first = rules.snapshot();
  const std::size_t before = test::allocations();
  const Snapshot second = rules.snapshot();
  EXPECT_FALSE(rules.remove(2));
  const Snapshot third = rules.snapshot();
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(matching(third, kEventX), Ids{1});
}

TEST(RuleSetSnapshots, UseOneScratchForAll) {
  Scratch scratch;
  RuleSet large;
  for (RuleId id = 0; id < 500; ++id) {
    put(large, id, R"({"k)" + std::to_string(id) + R"(":["x"],"a":["x"]})");
  }
  RuleSet small;
  put(small, 7, kX);
  const Snapshot from_large = large.snapshot();
  const Snapshot from_small = small.snapshot();
  for (int i = 0; i < 3; ++i) {
    const auto many = from_large.match(R"({"k3":"x","a":"x","k499":"x"})", scratch);
    EXPECT_EQ(many->size(), 2U);
    const auto one = from_small.match(kEventX, scratch);
    ASSERT_EQ(one->size(), 1U);
    EXPECT_EQ(one->front(), 7U);
    EXPECT_FALSE(from_small.match("{", scratch).ok());
  }
  Scratch moved = std::move(scratch);
  EXPECT_EQ(from_small.match(kEventX, moved)->size(), 1U);
  scratch = std::move(moved);
  EXPECT_EQ(from_large.match_trusted(R"({"k3":"x","a":"x"})", scratch).size(), 1U);
}

TEST(RuleSet, IsMoved) {
  RuleSet first;
  put(first, 1, kX);
  const Snapshot snapshot = first.snapshot();
  RuleSet second = std::move(first);
  put(second, 2, kX);
  EXPECT_EQ(matching(second.snapshot(), kEventX), (Ids{1, 2}));
  first = RuleSet();
  EXPECT_EQ(first.size(), 0U);
  put(first, 3, kX);
  second = std::move(first);
  EXPECT_EQ(matching(second.snapshot(), kEventX), Ids{3});
  EXPECT_EQ(matching(snapshot, kEventX), Ids{1});
  Snapshot one = second.snapshot();
  Snapshot other = std::move(one);
  one = other;
  EXPECT_EQ(matching(one, kEventX), Ids{3});
}

std::string random_pattern(test::Random& random) {
  const std::string n = std::to_string(random.below(20));
  switch (random.below(9)) {
    case 0: return R"({"a":["v)" + n + R"("]})";
    case 1: return R"({"a":[{"prefix":"v)" + n + R"("}],"b":{"c":[)" + n + "]}}";
    case 2: return R"({"b":{"c":[{"numeric":[">",)" + n + R"(,"<",40]}]}})";
    case 3: return R"({"a":[{"wildcard":"*)" + n + R"(*"}]})";
    case 4: return R"({"a":[{"anything-but":["v)" + n + R"("]}]})";
    case 5: return R"({"$or":[{"a":["v)" + n + R"("]},{"k)" + n + R"(":[{"exists":false}]}]})";
    case 6: return R"({"k)" + n + R"(":[{"exists":false}],"a":["v1","v2"]})";
    case 7: return R"({"a":[{"equals-ignore-case":"V)" + n + R"("},{"suffix":")" + n + R"("}]})";
    default: return R"({"k)" + n + R"(":[null,)" + n + R"(],"a":[{"exists":true}]})";
  }
}

std::string random_event(test::Random& random) {
  const std::string n = std::to_string(random.below(20));
  const std::string m = std::to_string(random.below(20));
  return R"({"a":["v)" + n + R"(","w)" + m + R"("],"b":[{"c":)" + m + R"(},{"c":)" + n +
         R"(}],"k)" + m + R"(":)" + n + "}";
}

TEST(RuleSet, AnswersTheSameWhateverTheSeed) {
  test::Random random(1);
  std::vector<RuleSet> sets;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0},
                                   std::uint64_t{0x9E3779B97F4A7C15U}}) {
    sets.emplace_back(seed);
  }
  std::size_t found = 0;
  for (int round = 0; round < 300; ++round) {
    const RuleId id = random.below(200);
    const std::string pattern = random_pattern(random);
    const bool is_removed = random.once_in(3);
    for (RuleSet& rules : sets) {
      if (is_removed) {
        rules.remove(id);
      } else {
        put(rules, id, pattern);
      }
    }
    const std::string event = random_event(random);
    const Ids wanted = matching(sets.front().snapshot(), event);
    found += wanted.size();
    for (RuleSet& rules : sets) ASSERT_EQ(matching(rules.snapshot(), event), wanted) << event;
  }
  EXPECT_GT(found, 1'000U);
}

// --- Memory

// A chunk more, and what one or the other kind of pieces needs at most.
constexpr std::size_t kSlack = 512U << 10;

TEST(RuleSetMemory, GoesWithTheLastRule) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "nothing is counted here";
  test::Random random(2);
  RuleSet rules;
  const std::size_t before = test::live_bytes();
  for (RuleId id = 0; id < 20'000; ++id) put(rules, id, random_pattern(random));
  rules.snapshot();
  EXPECT_GT(test::live_bytes(), before + (1U << 20));
  for (RuleId id = 0; id < 20'000; ++id) EXPECT_TRUE(rules.remove(id));
  EXPECT_LT(test::live_bytes(), before + (64U << 10));
}

TEST(RuleSetMemory, GoesWithTheSetAndItsSnapshots) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "nothing is counted here";
  const std::size_t before = test::live_bytes();
  {
    Snapshot last;
    {
      RuleSet rules;
      test::Random random(3);
      for (RuleId id = 0; id < 2'000; ++id) {
        put(rules, id, random_pattern(random));
        if (id % 100 == 0) last = rules.snapshot();
      }
    }
    EXPECT_EQ(last.size(), 1'901U);
  }
  EXPECT_EQ(test::live_bytes(), before);
}

// Changes come and go for long, each with a snapshot; an old one is there all the time. Where
// nothing is counted, it is still seen that the old one stays what it was.
TEST(RuleSetMemory, IsBoundedWhateverTheNumberOfChanges) {
  test::Random random(4);
  RuleSet rules;
  for (RuleId id = 0; id < 200; ++id) put(rules, id, random_pattern(random));
  Snapshot oldest = rules.snapshot();
  const std::string event = random_event(random);
  const Ids wanted = matching(oldest, event);
  Snapshot newest;
  std::size_t after_warming = 0;
  for (std::size_t i = 0; i < test::scaled(100'000); ++i) {
    const RuleId id = random.below(200);
    if (random.once_in(3)) {
      rules.remove(id);
    } else {
      put(rules, id, random_pattern(random));
    }
    newest = rules.snapshot();
    if (i == 5'000) after_warming = test::live_bytes();
  }
  EXPECT_LT(test::live_bytes(), after_warming + kSlack);
  EXPECT_EQ(matching(oldest, event), wanted);
}

TEST(RuleSetMemory, IsBoundedThoughPathsAndKeysNeverComeAgain) {
  const std::size_t last = test::scaled(60'000);
  RuleSet rules;
  put(rules, 0, kX);
  const Snapshot oldest = rules.snapshot();
  Snapshot newest;
  std::size_t after_warming = 0;
  for (std::size_t i = 1; i < last; ++i) {
    const std::string n = std::to_string(i);
    put(rules, i,
        R"({"p)" + n + R"(":{"q)" + n + R"(":["x)" + n + R"("]},"a":[{"prefix":")" + n + R"("}]})");
    if (i > 300) EXPECT_TRUE(rules.remove(i - 300));
    newest = rules.snapshot();
    if (i == 5'000) after_warming = test::live_bytes();
  }
  EXPECT_EQ(rules.size(), 301U);
  EXPECT_EQ(matching(oldest, kEventX), Ids{0});
  EXPECT_LT(test::live_bytes(), after_warming + kSlack);
}

TEST(RuleSetPlain, AreDocumentsWithoutDotsInKeys) {
  const auto is_plain_text = [](std::string_view text) { return is_plain(*json::parse(text)); };
  EXPECT_TRUE(is_plain_text(R"({"a":{"b":[{"c":"x.y"}]},"d":1})"));
  EXPECT_FALSE(is_plain_text(R"({"a.b":1})"));
  EXPECT_FALSE(is_plain_text(R"({"a":[[{"b":{".":1}}]]})"));
  EXPECT_TRUE(is_plain_text("[1.5]"));
}

}  // namespace
}  // namespace rialto::ruler
