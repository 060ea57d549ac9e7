// From the leaves of an event to the rules that match: each leaf asks for the keys it satisfies,
// and what waits there is judged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ruler/index/clause.h"
#include "ruler/index/directory.h"
#include "ruler/index/keys.h"
#include "ruler/index/paths.h"
#include "ruler/match/consistency.h"
#include "ruler/match/found.h"

namespace rialto::ruler {

// The rules of one version. Trivially copyable.
struct Index {
  PathTree paths;
  Directory waiting;  // clauses by the keys they wait under
  std::uint64_t seed = 0;
  std::size_t rules = 0;
  std::size_t ordinals = 0;  // how far the clauses' ordinals reach
};

// Where the clauses wait that an event may satisfy by what it does not have.
std::uint64_t always_hash(std::uint64_t seed);

// A set of clauses by their ordinals, emptied in proportion to what it holds.
class ClauseSet {
 public:
  // Empties it.
  void begin(std::size_t limit) {
    for (const std::uint32_t ordinal : held_) words_[ordinal / 64] = 0;
    held_.clear();
    if (words_.size() * 64 < limit) words_.resize(limit / 64 + 1);
  }
  bool contains(std::uint32_t ordinal) const {
    return (words_[ordinal / 64] >> (ordinal % 64) & 1) != 0;
  }
  void add(std::uint32_t ordinal) {
    words_[ordinal / 64] |= std::uint64_t{1} << (ordinal % 64);
    held_.push_back(ordinal);
  }

 private:
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> held_;
};

// References, forgotten in proportion to how many there are.
class ItemSet {
 public:
  using Item = Directory::Item;

  void clear() {
    for (const std::size_t place : used_) slots_[place] = 0;
    used_.clear();
  }

  // Whether it was not there.
  bool add(Item item) {
    if (2 * used_.size() >= slots_.size()) grow();
    const std::size_t place = find(item);
    if (slots_[place] != 0) return false;
    slots_[place] = item;
    used_.push_back(place);
    return true;
  }

 private:
  std::size_t find(Item item) const {
    std::size_t place = hash_word(0, item) % slots_.size();
    while (slots_[place] != 0 && slots_[place] != item) place = (place + 1) % slots_.size();
    return place;
  }
  void grow();

  std::vector<Item> slots_;  // 0: free
  std::vector<std::size_t> used_;
};

// Memory for one search after the other.
struct SearchSpace {
  // A key that a leaf satisfies. Leaf 0: any leaf of the path will do.
  struct Asked {
    std::uint64_t hash;
    std::uint32_t leaf;
    bool is_repeating;    // this leaf may ask for it again
    bool is_one_of_many;  // this leaf may ask for other keys
  };

  Found found;
  ClauseSet settled;  // clauses of which it is known whether they match
  std::vector<Asked> asked;
  // What waits under such keys.
  struct Met {
    Directory::Item item;
    std::uint32_t leaf;
    bool is_repeating;
    bool is_one_of_many;
  };
  std::vector<Met> met;
  ItemSet seen;  // what repeating keys of one leaf led to
  std::uint32_t seen_leaf = 0;
  std::uint64_t searches = 0;
  std::vector<std::uint64_t> visits;  // by clause: the search and the leaf it was judged with
  std::vector<RuleId> ids;
  std::string folded;
};

class Search {
 public:
  Search(const Index& index, SearchSpace& space) : index_(index), space_(space) {}

  // Leaves in space.ids the ids of the rules that match what was found, each once.
  void run();

 private:
  void ask(std::uint32_t leaf);
  void answer();
  bool is_first_time(const SearchSpace::Met& met);
  bool is_first_visit(const Clause& clause, std::uint32_t leaf);
  void judge(const Clause& clause, std::uint32_t leaf);

  const Index& index_;
  SearchSpace& space_;
  bool has_siblings_ = false;
};

// Judges a single clause by what was found.
class Judgement {
 public:
  Judgement(const Clause& clause, const Found& found) : clause_(clause), found_(found) {}

  enum class Verdict : std::uint8_t {
    Match,
    NotHere,  // not with this leaf
    Never,    // with no leaf
  };

  // Whether the clause matches with this leaf for its access field.
  Verdict judge(std::uint32_t leaf) const;

  // Whether it matches with any.
  bool matches() const;

  // Whether some leaf passes, or the lack of one does.
  bool passes_alone(const Condition& condition) const;

  // Of a clause whose conditions all pass alone, but which does not match: one of those that
  // exclude each other.
  const Condition* find_conflict() const;

 private:
  struct Hit {
    bool is_known = true;  // else all leaves must be looked at together
    bool passes = false;
    bool is_anchored = true;  // goes with whatever goes with the access leaf
  };

  Hit find_beside(const Condition& condition, std::uint32_t element) const;
  Hit find_anywhere(const Condition& condition) const;
  Hit find_inside(const Condition& condition, const Element& element, std::uint32_t inner) const;
  bool is_around(std::uint32_t outer, std::uint32_t inner) const;
  std::uint32_t find_hit(const Condition& condition) const;
  bool is_always_there(const Condition& condition) const;
  bool matches_together() const;
  void append_choices(const Condition& condition, std::vector<Choices>& out) const;
  Steps steps_of(std::uint32_t element) const;

  const Clause& clause_;
  const Found& found_;
};

}  // namespace rialto::ruler
