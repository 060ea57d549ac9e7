// Two leaves go together unless they lie in different elements of one array (docs/spec/01 §3.1).
//
// Which arrays can two fields share? Those on the keys that both paths begin with, and where both
// go on from there through different keys, a leaf lies inside one object at that place. So the
// leaves that go with the access leaf are those inside the same object, which is one stretch of the
// list of leaves: the fast way. It leaves three cases, which are looked at together and in full:
// a path that leads through the other one, keys with dots that lead to one path in two ways, and
// several fields deeper in arrays of their own.
#include <algorithm>

#include "ruler/match/search.h"

namespace rialto::ruler {
namespace {

// More leaves are not looked at for one access leaf, but once for all of them.
constexpr std::uint32_t kNearMax = 64;

}  // namespace

Judgement::Verdict Judgement::judge(std::uint32_t leaf) const {
  const Leaf& access_leaf = found_.leaves()[leaf];
  const Condition* access = clause_.access_condition();
  // Keys of two fields may have one hash.
  if (access_leaf.path != access->path || !passes(*access, access_leaf)) return Verdict::NotHere;
  std::uint32_t loose = 0;
  for (const Condition* each = clause_.begin(); each != clause_.end(); each = each->next()) {
    if (each == access) continue;
    const Hit hit = find_beside(*each, access_leaf.element);
    if (!hit.is_known) return matches() ? Verdict::Match : Verdict::Never;
    // What is nowhere near this leaf may be near another, unless the two share no array.
    if (!hit.passes) return hit.is_anchored ? Verdict::NotHere : Verdict::Never;
    if (!hit.is_anchored) ++loose;
  }
  if (loose <= 1) return Verdict::Match;
  return matches() ? Verdict::Match : Verdict::Never;
}

Judgement::Hit Judgement::find_beside(const Condition& condition, std::uint32_t element) const {
  if (condition.may_be_absent) {
    if (found_.first_leaf(condition.path) == 0) return {true, true, true};
    return {false, false, false};
  }
  if (element == 0) return find_anywhere(condition);
  if (condition.is_related || found_.has_aliases()) return {false, false, false};
  std::uint32_t shared = element;
  while (shared != 0 && found_.elements()[shared].depth > condition.shared) {
    shared = found_.elements()[shared].parent;
  }
  if (shared == 0) return find_anywhere(condition);
  return find_inside(condition, found_.elements()[shared], element);
}

// The leaves of a field that shares no array with the access leaf.
Judgement::Hit Judgement::find_anywhere(const Condition& condition) const {
  std::uint32_t seen = 0;
  for (std::uint32_t i = found_.first_leaf(condition.path); i != 0; i = found_.leaves()[i].next) {
    if (++seen > kNearMax) return {false, false, false};
    const Leaf& leaf = found_.leaves()[i];
    if (passes(condition, leaf)) return {true, true, leaf.element == 0};
  }
  return {true, false, false};
}

Judgement::Hit Judgement::find_inside(const Condition& condition, const Element& element,
                                      std::uint32_t inner) const {
  if (element.end - element.begin > kNearMax) return {false, false, false};
  Hit out;
  for (std::uint32_t i = element.begin; i < element.end; ++i) {
    const Leaf& leaf = found_.leaves()[i];
    if (leaf.path != condition.path || !passes(condition, leaf)) continue;
    out.passes = true;
    out.is_anchored = is_around(leaf.element, inner);
    if (out.is_anchored) return out;
  }
  return out;
}

bool Judgement::is_around(std::uint32_t outer, std::uint32_t inner) const {
  // An element is made after the one around it.
  while (inner > outer) inner = found_.elements()[inner].parent;
  return inner == outer;
}

bool Judgement::passes_alone(const Condition& condition) const {
  if (found_.first_leaf(condition.path) == 0) return condition.may_be_absent;
  return find_hit(condition) != 0;
}

// The first leaf that passes; 0.
std::uint32_t Judgement::find_hit(const Condition& condition) const {
  if (condition.wants_absence_only()) return 0;
  std::uint32_t out = found_.first_leaf(condition.path);
  while (out != 0 && !passes(condition, found_.leaves()[out])) out = found_.leaves()[out].next;
  return out;
}

// Whether the field is there whatever the others choose: some leaf lies in no array.
bool Judgement::is_always_there(const Condition& condition) const {
  std::uint32_t leaf = found_.first_leaf(condition.path);
  while (leaf != 0 && found_.leaves()[leaf].element != 0) leaf = found_.leaves()[leaf].next;
  return leaf != 0;
}

bool Judgement::matches() const {
  std::uint32_t bound = 0;
  for (const Condition* each = clause_.begin(); each != clause_.end(); each = each->next()) {
    if (found_.first_leaf(each->path) == 0) {
      if (!each->may_be_absent) return false;
      continue;
    }
    const std::uint32_t hit = find_hit(*each);
    if (hit == 0) {
      if (!each->may_be_absent || is_always_there(*each)) return false;
      // It can be absent for some choices of the others only.
      bound += 2;
    } else if (found_.leaves()[hit].element != 0) {
      ++bound;
    }
  }
  return bound <= 1 || matches_together();
}

bool Judgement::matches_together() const {
  std::vector<Choices> fields;
  for (const Condition* each = clause_.begin(); each != clause_.end(); each = each->next()) {
    append_choices(*each, fields);
  }
  return are_consistent(std::move(fields));
}

// Those before the first that cannot join them are consistent, so it has part in what excludes it.
const Condition* Judgement::find_conflict() const {
  std::vector<Choices> fields;
  const Condition* each = clause_.begin();
  for (; each->next() != clause_.end(); each = each->next()) {
    append_choices(*each, fields);
    if (!are_consistent(fields)) break;
  }
  return each;
}

void Judgement::append_choices(const Condition& condition, std::vector<Choices>& out) const {
  const std::uint32_t first = found_.first_leaf(condition.path);
  if (first == 0) return;  // absent, whatever the others choose
  Choices choices;
  if (condition.may_be_absent) choices.leaves.emplace();
  for (std::uint32_t i = first; i != 0; i = found_.leaves()[i].next) {
    const Leaf& leaf = found_.leaves()[i];
    if (choices.leaves) choices.leaves->push_back(steps_of(leaf.element));
    if (!passes(condition, leaf)) continue;
    // A leaf outside of all arrays binds nobody. Only to a field that wants to be absent may it
    // matter what else is bound; so with one of those all leaves are gathered.
    if (leaf.element == 0 && !clause_.has_absence) return;
    choices.hits.push_back(steps_of(leaf.element));
  }
  out.push_back(std::move(choices));
}

Steps Judgement::steps_of(std::uint32_t element) const {
  Steps out;
  for (; element != 0; element = found_.elements()[element].parent) {
    const Element& each = found_.elements()[element];
    out.push_back({reinterpret_cast<const void*>(std::uintptr_t{each.array}), each.index});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace rialto::ruler
