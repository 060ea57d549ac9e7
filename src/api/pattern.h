// AWS's regular expressions, as compiled by tools/apigen_pattern.py: one position per character
// class of the expression. Matching walks all paths at once, so it takes at most text × positions
// steps whatever the text is, and no memory. Plain data; safe to share between threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rialto::api {

inline constexpr std::size_t kPositionsMax = 128;  // apigen refuses more

// A set of positions, or of ASCII characters.
using Bits = std::array<std::uint64_t, 2>;

struct CharRange {
  char32_t first;
  char32_t last;
};

struct Position {
  Bits ascii;                         // which of the first 128 characters may stand here
  std::span<const CharRange> others;  // and which beyond, sorted
  Bits follow;                        // where the next character may stand
};

struct Automaton {
  std::span<const Position> positions;
  Bits first;
  Bits last;
  bool accepts_empty;
};

struct Pattern {
  std::string_view text;  // as AWS wrote it, and as violations print it
  Automaton accepted;
  const Automaton* forbidden = nullptr;  // of a leading `(?!X$)`
};

// Whether the whole of `text`, which is valid UTF-8, matches.
bool matches(const Pattern& pattern, std::string_view text);

// Decodes the character that starts at `at` and moves `at` behind it. Requires valid UTF-8.
char32_t next_char(std::string_view text, std::size_t& at);

}  // namespace rialto::api
