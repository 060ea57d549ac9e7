// Which `$or` of a pattern is the operator, and which a field of that name (docs/spec/01 §3.3).
#pragma once

#include <cstddef>
#include <map>
#include <string_view>

#include "ruler/parse/jackson.h"

namespace rialto::ruler {

inline constexpr std::string_view kOr = "$or";

// By where the reader stands when a name `$or` is its token.
using OrAnswers = std::map<std::size_t, bool>;

// Answers for the `$or` that is the token of `reader`, and for those inside it: true for an array
// of at least two objects of which none has a member with a reserved name. One pass answers all of
// them, or nesting would cost its square. An error of syntax is left for the real reading to find:
// what could be the operator up to there counts as it.
void scan_or(Reader reader, OrAnswers& answers);

// Whether an object of a `$or` may not have a member of that name.
bool is_reserved(std::string_view name);

}  // namespace rialto::ruler
