// The writer's side of a rule set: rules become clauses, and each clause waits under the keys of
// the field that promises the fewest visits.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ruler/index/clause.h"
#include "ruler/index/directory.h"
#include "ruler/index/encode.h"
#include "ruler/index/keys.h"
#include "ruler/index/memory.h"
#include "ruler/index/paths.h"
#include "ruler/index/plain_pattern.h"
#include "ruler/match/search.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

class Rules {
 public:
  explicit Rules(std::uint64_t seed);

  void put(RuleId id, const Pattern& pattern);
  void put(RuleId id, const PlainPattern& pattern);
  bool remove(RuleId id);
  bool contains(RuleId id) const;
  std::size_t size() const { return index_.rules; }

  // The index as it is now; the version ends.
  struct Published {
    std::shared_ptr<Memory> memory;
    std::unique_ptr<Memory::Lease> lease;
    Index index;
  };
  Published publish();

 private:
  void begin_condition(std::string_view path);
  void add_clause(bool has_siblings);
  void choose_access(Clause& clause);
  bool has_few_ranges(const Condition& condition) const;
  double cost(const Condition& condition, KeySpace space, bool is_any_number);
  double cost(const Key& key, KeySpace space) const;
  void choose_picks(const Condition& condition, KeySpace space);
  void relate(Clause& clause);
  PathId collect_keys(const Clause& clause);
  void wait(const Clause& clause, PathId path);  // under keys_
  void remove_clause(Clause& clause);
  std::uint32_t take_ordinal();
  std::uint64_t id_hash(RuleId id) const { return hash_word(index_.seed, id); }
  KeySpace space_of(const Condition& condition) const { return {index_.seed, condition.path}; }

  std::shared_ptr<Memory> memory_;
  Paths paths_;
  Index index_;  // but for the paths, which are taken at publication
  // No snapshot sees the ids, so they are always changed in place.
  Memory own_memory_;
  Directory clauses_of_;
  std::vector<std::uint32_t> free_ordinals_;
  ClauseWriter writer_;
  std::vector<Key> keys_;
};

}  // namespace rialto::ruler
