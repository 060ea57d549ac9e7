// One line of a file of patterns: a pattern by itself, or one with an id. Private to cli.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace rialto::cli {

struct PatternLine {
  std::optional<json::Value> id;  // a number or a string
  std::string pattern;            // as the line has it: messages count its columns
};

// A line with exactly the keys `id` and `pattern`, whose id is neither an object nor an array, is a
// pattern with an id, and its pattern an object or a string that holds one. Any other line is a
// pattern, which may have fields of these names: the value of a pattern's field is never a scalar.
//
// Whether the pattern is one, its compiler says. Errors: InvalidArgument, for a line that is
// neither.
Result<PatternLine> read_pattern_line(std::string_view line);

}  // namespace rialto::cli
