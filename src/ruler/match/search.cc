#include "ruler/match/search.h"

#include <algorithm>
#include <utility>

namespace rialto::ruler {
namespace {

// So many keys are asked for together: their buckets come from memory side by side.
constexpr std::size_t kTogether = 64;

}  // namespace

std::uint64_t always_hash(std::uint64_t seed) {
  return KeySpace{seed, kRoot}.word_key({ProbeKind::Always, 0}, 0).hash;
}

void ItemSet::grow() {
  std::vector<Item> held;
  for (const std::size_t place : used_) held.push_back(slots_[place]);
  constexpr std::size_t kSlotsMin = 64;
  slots_.assign(std::max(kSlotsMin, 2 * slots_.size()), 0);
  used_.clear();
  for (const Item item : held) add(item);
}

void Search::run() {
  if (++space_.searches >> 32 != 0) {
    space_.searches = 1;
    space_.visits.clear();
  }
  space_.ids.clear();
  space_.asked.clear();
  space_.seen.clear();
  space_.seen_leaf = 0;
  space_.settled.begin(index_.ordinals);
  const auto leaves = static_cast<std::uint32_t>(space_.found.leaves().size());
  space_.asked.push_back({always_hash(index_.seed), 0, false, false});
  for (std::uint32_t leaf = 1; leaf < leaves; ++leaf) {
    ask(leaf);
  }
  answer();
  if (has_siblings_) {
    auto& ids = space_.ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  }
}

void Search::ask(std::uint32_t place) {
  const Leaf& leaf = space_.found.leaves()[place];
  std::span<const Probe> probes = index_.paths.get(leaf.path).probes();
  if (probes.empty()) return;
  const bool is_repeating = has_kind(probes, ProbeKind::Gram);
  const bool is_one_of_many = probes.size() > 1;
  const auto ask_for = [&](std::uint64_t hash, std::uint32_t with) {
    if (space_.asked.size() == kTogether) answer();
    index_.waiting.prefetch(hash);
    space_.asked.push_back({hash, with, is_repeating, is_one_of_many});
  };
  const KeySpace space{index_.seed, leaf.path};
  if (probes.front().kind == ProbeKind::Any) {
    if (space_.found.first_leaf(leaf.path) == place) {
      ask_for(space.word_key(probes.front(), 0).hash, 0);
    }
    probes = probes.subspan(1);
  }
  const auto visit = [&](std::uint64_t hash) { ask_for(hash, place); };
  KeyWalk(space, leaf, space_.folded, visit).run(probes);
}

void Search::answer() {
  auto& met = space_.met;
  met.clear();
  for (const SearchSpace::Asked& asked : space_.asked) {
    const Directory::Item item = index_.waiting.find(asked.hash);
    if (item == 0) continue;
    Directory::prefetch_found(item);
    met.push_back({item, asked.leaf, asked.is_repeating, asked.is_one_of_many});
  }
  for (const SearchSpace::Met& each : met) {
    if (each.is_repeating && !is_first_time(each)) continue;
    Directory::spread(each.item, [&](Directory::Item item) {
      const auto& clause = *reinterpret_cast<const Clause*>(item);
      const bool may_come_again = each.is_one_of_many && clause.has_many_keys;
      if (!may_come_again || is_first_visit(clause, each.leaf)) judge(clause, each.leaf);
    });
  }
  space_.asked.clear();
}

// The same bytes may be at every place of a string, and many clauses wait under them.
bool Search::is_first_time(const SearchSpace::Met& met) {
  if (space_.seen_leaf != met.leaf) space_.seen.clear();
  space_.seen_leaf = met.leaf;
  return space_.seen.add(met.item);
}

bool Search::is_first_visit(const Clause& clause, std::uint32_t leaf) {
  std::vector<std::uint64_t>& visits = space_.visits;
  if (visits.size() < index_.ordinals) visits.resize(index_.ordinals);
  const std::uint64_t now = space_.searches << 32 | leaf;
  return std::exchange(visits[clause.ordinal], now) != now;
}

void Search::judge(const Clause& clause, std::uint32_t leaf) {
  if (space_.settled.contains(clause.ordinal)) return;
  const Judgement judgement(clause, space_.found);
  const auto verdict = leaf != 0             ? judgement.judge(leaf)
                       : judgement.matches() ? Judgement::Verdict::Match
                                             : Judgement::Verdict::Never;
  if (verdict == Judgement::Verdict::NotHere) return;
  space_.settled.add(clause.ordinal);
  if (verdict == Judgement::Verdict::Never) return;
  space_.ids.push_back(clause.id);
  has_siblings_ |= clause.has_siblings;
}

}  // namespace rialto::ruler
