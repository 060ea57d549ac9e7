// How hard wildcards are to match together (docs/spec/01 §3.4).
//
// AWS refuses patterns by a number it does not publish; the library it runs measures it so: write
// each wildcard as an automaton over the bytes of the value, quotes included, with one state for
// each byte consumed and one for each `*`; feed the automata of one field the same input; the
// complexity is the largest number of states that some input makes active at once. One `*` in front
// of `/dir/dir/` costs little, `*:*:*:*:` much.
#pragma once

#include <cstddef>

#include "ruler/pattern.h"

namespace rialto::ruler {

// The measure that is still accepted. A guess at AWS's: recorded patterns of 7 are accepted and one
// of 11 is refused.
inline constexpr std::size_t kWildcardComplexityMax = 10;

// Whether the wildcards that each field's value is compared with stay within the bound. Bounded:
// gives up, with false, on wildcards that have very many sets of states.
bool has_simple_wildcards(const Pattern& pattern);

}  // namespace rialto::ruler
