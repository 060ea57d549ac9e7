// The leaves of an event: its scalars, by the dotted path of their keys (docs/spec/01 §3.1).
//
// An array is transparent: what its elements hold belongs to the array's path. An array or an
// object without elements has no leaf. The same path may be reached by keys split in different
// ways, `a` then `b.c` or `a.b` then `c`; each is taken.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace rialto::ruler {

// An element of one array that a leaf lies inside, where the element is itself an object or an
// array.
struct Step {
  const void* array = nullptr;  // names it, no more
  std::size_t index = 0;
  auto operator<=>(const Step&) const = default;
};

// The arrays a leaf lies inside, the outermost first. Two leaves may take part in one match unless
// they lie in different elements of the same array.
using Steps = std::vector<Step>;

// Called with each leaf; returning false ends the walk.
using Visit = std::function<bool(const json::Value& leaf, const Steps& steps)>;

// Walks the leaves at `path` in the order of the event. Time: the members and elements on the way.
// What lies deeper than json::kDepthMax is not seen; reading JSON refuses such events.
void visit_leaves(const json::Value& event, std::string_view path, const Visit& visit);

}  // namespace rialto::ruler
