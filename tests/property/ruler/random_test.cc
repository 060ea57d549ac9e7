// Random rule sets that change all the time, against the reference.
//
//   RIALTO_DIFF_PAIRS   how many times a state of a set is asked about an event
//   RIALTO_DIFF_SEED    where to begin; a failure prints the seed that begins with it
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "property/ruler/differ.h"
#include "property/ruler/generator.h"
#include "support/scale.h"

namespace rialto::ruler::proof {
namespace {

constexpr std::size_t kHeldMax = 4;

// A snapshot of earlier, and what it has to answer for good.
struct Held {
  Snapshot snapshot;
  Rules rules;
  std::size_t change = 0;  // the place of the snapshot among the changes
  std::optional<Event> event = std::nullopt;
  Ids answer = {};
};

// One rule set through its life.
class Session {
 public:
  explicit Session(std::uint64_t seed) : random_(seed), generator_(random_) {
    std::size_t bits = 1 + random_.below(8);  // small sets are as many as large ones
    rules_max_ = std::min<std::size_t>(1 + random_.below(std::size_t{1} << bits), 200);
  }

  // False when something differs; `problem` says what.
  bool run() {
    for (std::size_t round = 2 + random_.below(12); round > 0; --round) {
      if (!change() || !ask_now() || !ask_held()) return false;
    }
    set_ = RuleSet();
    rules_.clear();
    return ask_held();
  }

  const std::string& problem() const { return problem_; }
  std::size_t pairs() const { return pairs_; }
  std::size_t answers() const { return answers_; }
  std::size_t ids() const { return ids_; }

 private:
  bool put() {
    const RuleId id =
        random_.once_in(50) ? ~RuleId{0} - random_.below(3) : random_.below(rules_max_);
    const Result<Pattern> pattern = Pattern::compile(next_pattern());
    if (!pattern.ok()) return refuse(id);
    if (random_.once_in(2)) {
      set_.put(id, *pattern);
    } else if (!set_.put(id, pattern->text()).ok()) {
      return fail("put refuses " + pattern->text());
    }
    rules_.insert_or_assign(id, *pattern);
    changes_.push_back({Change::Kind::Put, id, *pattern});
    return true;
  }

  // Sometimes one that a rule has already, perhaps this one.
  std::string next_pattern() {
    if (rules_.empty() || !random_.once_in(6)) return generator_.pattern();
    const auto found = rules_.lower_bound(random_.below(rules_max_));
    return (found == rules_.end() ? rules_.begin() : found)->second.text();
  }

  // What is no pattern changes nothing.
  bool refuse(RuleId id) {
    return !set_.put(id, R"({"a":[]})").ok() || fail("put accepts an empty list");
  }

  bool remove() {
    const RuleId id = random_.below(rules_max_);
    const bool is_there = rules_.erase(id) > 0;
    if (set_.contains(id) != is_there) return fail("contains is wrong");
    if (set_.remove(id) != is_there) return fail("remove tells a lie");
    changes_.push_back({Change::Kind::Remove, id});
    return true;
  }

  bool change() {
    const std::size_t count = rules_.empty() ? rules_max_ : random_.below(rules_max_ / 4 + 3);
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_removal = rules_.size() > rules_max_ / 2 && random_.once_in(3);
      if (!(is_removal ? remove() : put())) return false;
    }
    if (random_.once_in(40)) {
      while (!rules_.empty()) {
        const RuleId id = rules_.begin()->first;
        set_.remove(id);
        rules_.erase(id);
        changes_.push_back({Change::Kind::Remove, id});
      }
    }
    return set_.size() == rules_.size() || fail("the size is wrong");
  }

  bool ask_now() {
    if (held_.size() == kHeldMax) {
      held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(random_.below(kHeldMax)));
    }
    held_.push_back({set_.snapshot(), rules_, changes_.size()});
    changes_.push_back({});
    if (held_.back().snapshot.size() != rules_.size()) return fail("a snapshot's size is wrong");
    for (std::size_t i = 1 + random_.below(6); i > 0; --i) {
      if (!ask_anew(held_.back())) return false;
    }
    return true;
  }

  bool ask_anew(Held& held) {
    held.event = read_event(generator_.event());
    if (!held.event) return fail("an event of the generator cannot be read");
    held.answer = expected(held.rules, held.event->value);
    ids_ += held.answer.size();
    answers_ += held.answer.empty() ? 0 : 1;
    ++pairs_;
    return ask(held);
  }

  // All that is held answers the last question as before; one of them gets a new one.
  bool ask_held() {
    for (Held& held : held_) {
      if (!ask(held)) return false;
    }
    return ask_anew(held_[random_.below(held_.size())]);
  }

  bool ask(const Held& held) {
    const std::optional<std::string> found =
        asker_.differs(held.snapshot, *held.event, held.answer);
    if (!found) return true;
    std::vector<Change> changes = changes_;
    changes[held.change].is_asked = true;
    return fail(shrink(std::move(changes), *held.event) + "first seen: " + *found);
  }

  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  Random random_;
  Generator generator_;
  std::size_t rules_max_ = 0;
  RuleSet set_;
  Rules rules_;
  std::vector<Change> changes_;
  std::vector<Held> held_;
  Asker asker_;
  std::string problem_;
  std::size_t pairs_ = 0;
  std::size_t answers_ = 0;  // pairs with at least one rule that matches
  std::size_t ids_ = 0;
};

TEST(Differential, ChangingRuleSetsAreTheReference) {
  const std::size_t wanted = test::from_environment("RIALTO_DIFF_PAIRS", test::scaled(200'000));
  std::uint64_t seed = test::from_environment("RIALTO_DIFF_SEED", 1);
  std::size_t pairs = 0;
  std::size_t answers = 0;
  std::size_t ids = 0;
  for (; pairs < wanted; ++seed) {
    Session session(seed);
    ASSERT_TRUE(session.run()) << session.problem() << "\nAgain: RIALTO_DIFF_SEED=" << seed
                               << " RIALTO_DIFF_PAIRS=1";
    pairs += session.pairs();
    answers += session.answers();
    ids += session.ids();
  }
  std::printf("%zu pairs, %zu with matches, %zu rules matched; the next seed is %llu\n", pairs,
              answers, ids, static_cast<unsigned long long>(seed));
  EXPECT_GE(answers * 4, pairs);
}

}  // namespace
}  // namespace rialto::ruler::proof
