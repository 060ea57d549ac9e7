// The fields are taken one after the other, with the set of all states that the choices so far can
// lead to. A state is what was chosen in the arrays that a later field lies inside too; all else is
// forgotten, so that the states stay as few as the elements of one array (of one chain of arrays,
// where they are nested).
#include "ruler/match/consistency.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>

namespace rialto::ruler {
namespace {

constexpr std::size_t kStatesMax = 1'000'000;

using State = Steps;  // ordered

template <class List>
void tidy(List& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// The element chosen in `array`, or nullptr.
const Step* find(const State& state, const void* array) {
  const auto found = std::lower_bound(state.begin(), state.end(), Step{array, 0});
  return found != state.end() && found->array == array ? &*found : nullptr;
}

// A range of places which are ordered and share their first `depth` steps.
struct Range {
  const Steps* begin;
  const Steps* end;
  std::size_t depth;
};

// Calls `take` with each place of the range that is consistent with the state; stops when it
// returns false. Skips whole elements of arrays in which another is chosen.
bool each_consistent(const State& state, Range range,
                     const std::function<bool(const Steps&)>& take) {
  while (range.begin != range.end && range.begin->size() == range.depth) {
    if (!take(*range.begin++)) return false;
  }
  const std::size_t depth = range.depth;
  const auto before = [depth](const Steps& place, const Step& step) { return place[depth] < step; };
  while (range.begin != range.end) {
    const void* array = (*range.begin)[depth].array;
    const Step* chosen = find(state, array);
    const Step wanted = chosen != nullptr ? *chosen : (*range.begin)[depth];
    const Steps* first = std::lower_bound(range.begin, range.end, wanted, before);
    const Steps* last = std::lower_bound(first, range.end, Step{array, wanted.index + 1}, before);
    if (!each_consistent(state, {first, last, depth + 1}, take)) return false;
    range.begin = last;
    if (chosen != nullptr) {  // The array's other elements are out.
      range.begin = std::lower_bound(range.begin, range.end,
                                     Step{array, std::numeric_limits<std::size_t>::max()}, before);
    }
  }
  return true;
}

Range whole(const std::vector<Steps>& places) {
  return {places.data(), places.data() + places.size(), 0};
}

// For each array, the last field that lies inside.
using LastUse = std::map<const void*, std::size_t>;

// Drops the arrays that no two fields share, and repeated places.
LastUse simplify(std::vector<Choices>& fields) {
  struct Use {
    std::size_t first;
    std::size_t last;
  };
  std::map<const void*, Use> uses;
  const auto each_list = [&](const auto& act) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      act(fields[i].hits, i);
      if (fields[i].leaves) act(*fields[i].leaves, i);
    }
  };
  each_list([&](const std::vector<Steps>& places, std::size_t i) {
    for (const Steps& place : places) {
      for (const Step& step : place) uses.try_emplace(step.array, Use{i, i}).first->second.last = i;
    }
  });
  each_list([&](std::vector<Steps>& places, std::size_t) {
    for (Steps& place : places) {
      std::erase_if(place, [&](const Step& step) {
        const Use& use = uses.at(step.array);
        return use.first == use.last;
      });
    }
    tidy(places);
  });
  LastUse last;
  for (const auto& [array, use] : uses) last[array] = use.last;
  return last;
}

State merge(const State& state, const Steps& place) {
  State out = state;
  out.insert(out.end(), place.begin(), place.end());
  tidy(out);
  return out;
}

void forget(State& state, const LastUse& last_use, std::size_t field) {
  std::erase_if(state, [&](const Step& step) { return last_use.at(step.array) <= field; });
}

}  // namespace

bool are_consistent(std::vector<Choices> fields) {
  const LastUse last_use = simplify(fields);
  std::vector<State> states = {State{}};
  std::size_t made = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Choices& field = fields[i];
    std::vector<State> next;
    for (State& state : states) {
      each_consistent(state, whole(field.hits), [&](const Steps& place) {
        next.push_back(merge(state, place));
        forget(next.back(), last_use, i);
        return ++made <= kStatesMax;
      });
      if (made > kStatesMax) return false;
      if (!field.leaves) continue;
      const auto none = [](const Steps&) { return false; };
      if (each_consistent(state, whole(*field.leaves), none)) {
        forget(state, last_use, i);
        next.push_back(std::move(state));
      }
    }
    tidy(next);
    states = std::move(next);
    if (states.empty()) return false;
  }
  return true;
}

}  // namespace rialto::ruler
