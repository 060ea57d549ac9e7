// Whether fields that each match somewhere match together (docs/spec/01 §3.1, array consistency).
#pragma once

#include <optional>
#include <vector>

#include "ruler/match/leaves.h"

namespace rialto::ruler {

// Where one field of an alternative can be satisfied.
struct Choices {
  // The places of the leaves that pass one of its matchers.
  std::vector<Steps> hits;
  // For a field that may be absent, the places of all its leaves: it is absent where none of them
  // is consistent with the places chosen for the fields before it.
  std::optional<std::vector<Steps>> leaves;
};

// Whether every field can be given one of its places so that no two lie in different elements of
// one array. `fields` are ordered by path, which matters to those that may be absent: AWS's library
// asks for them in that order.
//
// Time: about the number of places times that of fields, unless an event spells the keys of nested
// arrays in several dotted ways at once; such work is cut off at a million states, as no match.
bool are_consistent(std::vector<Choices> fields);

}  // namespace rialto::ruler
