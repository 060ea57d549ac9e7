#include "api/pattern.h"

#include <algorithm>
#include <bit>

namespace rialto::api {
namespace {

bool has(const Bits& bits, std::size_t n) { return (bits[n / 64] >> (n % 64) & 1) != 0; }

bool allows(const Position& position, char32_t c) {
  if (c < 128) return has(position.ascii, c);
  const auto after = std::ranges::upper_bound(position.others, c, {}, &CharRange::first);
  return after != position.others.begin() && c <= std::prev(after)->last;
}

// Those of `live` where `c` may stand; `next` becomes what may follow them.
Bits step(const Automaton& automaton, const Bits& live, char32_t c, Bits& next) {
  Bits here = {};
  next = {};
  for (std::size_t word = 0; word < live.size(); ++word) {
    for (std::uint64_t rest = live[word]; rest != 0; rest &= rest - 1) {
      const std::size_t n = word * 64 + static_cast<std::size_t>(std::countr_zero(rest));
      const Position& position = automaton.positions[n];
      if (!allows(position, c)) continue;
      here[word] |= rest & (~rest + 1);
      next[0] |= position.follow[0];
      next[1] |= position.follow[1];
    }
  }
  return here;
}

bool walks(const Automaton& automaton, std::string_view text) {
  if (text.empty()) return automaton.accepts_empty;
  Bits live = automaton.first;
  Bits here = {};
  for (std::size_t at = 0; at < text.size();) {
    Bits next;
    here = step(automaton, live, next_char(text, at), next);
    if (here == Bits{}) return false;
    live = next;
  }
  return (here[0] & automaton.last[0]) != 0 || (here[1] & automaton.last[1]) != 0;
}

}  // namespace

char32_t next_char(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t n) {
    return n < text.size() ? static_cast<unsigned char>(text[n]) : 0u;
  };
  const char32_t lead = byte(at);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t c = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t n = 1; n < length; ++n) c = c << 6 | (byte(at + n) & 0x3F);
  at += length;
  return c;
}

bool matches(const Pattern& pattern, std::string_view text) {
  if (pattern.forbidden != nullptr && walks(*pattern.forbidden, text)) return false;
  return walks(pattern.accepted, text);
}

}  // namespace rialto::api
