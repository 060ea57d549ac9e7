// Every pattern of a family with every event of it: the rule set finds exactly the rules that the
// reference finds.
//
// A slice of the events by default; all of them with RIALTO_EXHAUSTIVE=1 in the environment.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "property/ruler/differ.h"
#include "property/ruler/families.h"
#include "ruler/reference.h"
#include "support/scale.h"

namespace rialto::ruler::proof {
namespace {

constexpr std::size_t kRulesOfASet = 300;
constexpr std::size_t kFailuresMax = 5;

bool is_full() { return test::from_environment("RIALTO_EXHAUSTIVE", 0) != 0; }

struct Count {
  std::size_t pairs = 0;
  std::size_t matches = 0;
};
using Counts = std::map<std::string_view, Count>;

struct Numbered {
  Case what;
  Pattern pattern;
};

// Neighbours in a family are alike; sets are made of patterns from all over it.
std::vector<Numbered> spread(std::vector<Case> cases) {
  const std::size_t stride = (cases.size() + kRulesOfASet - 1) / kRulesOfASet;
  std::vector<Numbered> out;
  for (std::size_t first = 0; first < stride; ++first) {
    for (std::size_t i = first; i < cases.size(); i += stride) {
      Pattern pattern = compiled(cases[i].pattern);
      out.push_back({std::move(cases[i]), std::move(pattern)});
    }
  }
  return out;
}

std::vector<Event> slice(const std::vector<std::string>& texts, std::size_t stride) {
  std::vector<Event> out;
  for (std::size_t i = 0; i < texts.size(); i += stride) {
    std::optional<Event> event = read_event(texts[i]);
    EXPECT_TRUE(event) << texts[i];
    if (event) out.push_back(std::move(*event));
  }
  return out;
}

// Compares one set of rules, those with the numbers from `first` to `last`, for all events.
std::size_t compare(const std::vector<Numbered>& all, std::size_t first, std::size_t last,
                    const std::vector<Event>& events, Counts& counts) {
  RuleSet set;
  Rules rules;
  std::vector<Count*> count_of;
  for (std::size_t i = first; i < last; ++i) {
    EXPECT_TRUE(set.put(i, all[i].pattern.text()).ok());
    rules.emplace(i, all[i].pattern);
    count_of.push_back(&counts[all[i].what.operation]);
    count_of.back()->pairs += events.size();
  }
  const Snapshot snapshot = set.snapshot();
  Asker asker;
  std::size_t failures = 0;
  for (const Event& event : events) {
    const Ids ids = expected(rules, event.value);
    for (const RuleId id : ids) ++count_of[id - first]->matches;
    if (!asker.differs(snapshot, event, ids)) continue;
    ADD_FAILURE() << shrink(to_changes(rules), event);
    if (++failures == kFailuresMax) break;
  }
  return failures;
}

void run(Family (*make)(), Counts& all_counts) {
  Family family = make();
  const std::size_t stride = is_full() ? 1 : family.slice_stride * (test::kIsSanitized ? 23 : 1);
  const std::vector<Event> events = slice(family.events, stride);
  const std::vector<Numbered> cases = spread(std::move(family.cases));
  Counts counts;
  std::size_t failures = 0;
  for (std::size_t i = 0; i < cases.size() && failures < kFailuresMax; i += kRulesOfASet) {
    const std::size_t end = std::min(i + kRulesOfASet, cases.size());
    failures += compare(cases, i, end, events, counts);
  }
  std::printf("%s: %zu patterns, %zu events\n", family.name, cases.size(), events.size());
  for (const auto& [operation, count] : counts) {
    all_counts[operation].pairs += count.pairs;
    all_counts[operation].matches += count.matches;
  }
}

TEST(Exhaustive, TheRuleSetIsTheReference) {
  Counts counts;
  for (const auto make : {strings, letters, numbers, addresses, lists, shapes, elements,
                          nested_elements, alternatives, dotted_keys}) {
    run(make, counts);
  }
  Count sum;
  for (const auto& [operation, count] : counts) {
    std::printf("%12zu pairs, %12zu match: %.*s\n", count.pairs, count.matches,
                static_cast<int>(operation.size()), operation.data());
    if (!test::kIsSanitized) EXPECT_GT(count.matches, 0U) << operation;
    if (!test::kIsSanitized) EXPECT_LT(count.matches, count.pairs) << operation;
    sum.pairs += count.pairs;
    sum.matches += count.matches;
  }
  std::printf("%12zu pairs, %12zu match: in all\n", sum.pairs, sum.matches);
  EXPECT_GE(sum.matches * 5, sum.pairs);
  if (is_full()) EXPECT_GE(sum.pairs, 10'000'000U);
}

}  // namespace
}  // namespace rialto::ruler::proof
