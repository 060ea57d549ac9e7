#include "ruler/match/evaluate.h"

#include <algorithm>

namespace rialto::ruler {
namespace {

// How many fields are compared two by two, for a better explanation.
constexpr std::size_t kPairsMax = 40;

bool passes_any(const Field& field, const json::Value& leaf) {
  return std::any_of(field.any_of.begin(), field.any_of.end(),
                     [&](const Matcher& matcher) { return passes(matcher, leaf); });
}

}  // namespace

Evaluation::Found Evaluation::search(const Field& field) const {
  Found out;
  if (field.may_be_absent) out.choices.leaves.emplace();
  visit_leaves(event_, field.path, [&](const json::Value& leaf, const Steps& steps) {
    if (out.choices.leaves) out.choices.leaves->push_back(steps);
    if (!passes_any(field, leaf)) return true;
    out.choices.hits.push_back(steps);
    // A leaf outside of all arrays binds nobody. Only to a field that wants to be absent may it
    // matter what else is bound; so with one of those all leaves are gathered.
    out.is_free = steps.empty() && !pattern_.has_absence();
    return !out.is_free;
  });
  if (out.choices.leaves && out.choices.leaves->empty()) out.is_free = true;
  return out;
}

const Evaluation::Found& Evaluation::look_up(std::size_t field) {
  std::optional<Found>& found = fields_[field];
  if (!found) found = search(pattern_.fields()[field]);
  return *found;
}

// Whether the field is satisfied for some choice of the other fields.
bool Evaluation::can_pass(std::size_t field) {
  const Found& found = look_up(field);
  if (found.is_free || !found.choices.hits.empty()) return true;
  if (!found.choices.leaves) return false;
  // A leaf outside of all arrays is there whatever the others choose.
  return std::none_of(found.choices.leaves->begin(), found.choices.leaves->end(),
                      [](const Steps& steps) { return steps.empty(); });
}

bool Evaluation::passes_alone(std::size_t field) {
  const Found& found = look_up(field);
  return found.is_free || !found.choices.hits.empty();
}

bool Evaluation::matches(const Pattern::Alternative& alternative) {
  // The event's own fields, such as `source`, are quicker to look up than what lies in `detail`.
  for (const bool is_nested : {false, true}) {
    for (const std::size_t field : alternative) {
      const std::string& path = pattern_.fields()[field].path;
      if ((path.find('.') != path.npos) == is_nested && !can_pass(field)) return false;
    }
  }
  std::vector<Choices> bound;
  for (const std::size_t field : alternative) {
    const Found& found = look_up(field);
    if (!found.is_free) bound.push_back(found.choices);
  }
  const bool is_sure = bound.empty() || (bound.size() == 1 && !bound.front().hits.empty());
  return is_sure || are_consistent(std::move(bound));
}

std::vector<std::size_t> Evaluation::conflict(const Pattern::Alternative& alternative) {
  std::vector<std::size_t> bound;
  std::copy_if(alternative.begin(), alternative.end(), std::back_inserter(bound),
               [&](std::size_t field) { return !look_up(field).is_free; });
  if (bound.size() > kPairsMax) return bound;
  for (std::size_t i = 0; i < bound.size(); ++i) {
    for (std::size_t j = i + 1; j < bound.size(); ++j) {
      if (!are_consistent({look_up(bound[i]).choices, look_up(bound[j]).choices})) {
        return {bound[i], bound[j]};
      }
    }
  }
  return bound;
}

std::optional<std::size_t> Evaluation::find_match() {
  if (!event_.is_object()) return std::nullopt;
  for (std::size_t i = 0; i < pattern_.alternatives().size(); ++i) {
    if (matches(pattern_.alternatives()[i])) return i;
  }
  return std::nullopt;
}

}  // namespace rialto::ruler
