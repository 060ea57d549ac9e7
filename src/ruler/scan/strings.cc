#include "ruler/scan/strings.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The four digits behind `\u`; -1 where they are none.
std::int32_t read_hex(std::string_view raw, std::size_t at) {
  if (raw.size() - at < 4) return -1;
  std::int32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = hex_digit(raw[at + i]);
    if (digit < 0) return -1;
    out = out << 4 | digit;
  }
  return out;
}

struct Escape {
  char32_t code = 0;
  std::size_t size = 0;  // of the whole escape; 0 where it is none
};

bool is_low_half(std::int32_t code) { return code >= 0xDC00 && code <= 0xDFFF; }
bool is_high_half(std::int32_t code) { return code >= 0xD800 && code <= 0xDBFF; }

// `at` is the backslash's place.
Escape read_escape(std::string_view raw, std::size_t at) {
  if (at + 1 >= raw.size()) return {};
  switch (raw[at + 1]) {
    case '"': return {U'"', 2};
    case '\\': return {U'\\', 2};
    case '/': return {U'/', 2};
    case 'b': return {U'\b', 2};
    case 'f': return {U'\f', 2};
    case 'n': return {U'\n', 2};
    case 'r': return {U'\r', 2};
    case 't': return {U'\t', 2};
    case 'u': break;
    default: return {};
  }
  const std::int32_t code = read_hex(raw, at + 2);
  if (code < 0 || is_low_half(code)) return {};
  if (!is_high_half(code)) return {static_cast<char32_t>(code), 6};
  if (raw.size() - at < 12 || raw[at + 6] != '\\' || raw[at + 7] != 'u') return {};
  const std::int32_t low = read_hex(raw, at + 8);
  if (!is_low_half(low)) return {};
  return {static_cast<char32_t>(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), 12};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A top bit for each of eight bytes that is no digit.
std::uint64_t find_other_than_digits(std::uint64_t bytes) {
  constexpr std::uint64_t kTop = 0x8080808080808080U;
  // Of a digit, this leaves its value; adding this to more than 9 sets the top bit.
  constexpr std::uint64_t kZeros = 0x3030303030303030U;
  constexpr std::uint64_t kAboveNine = 0x7676767676767676U;
  const std::uint64_t values = bytes ^ kZeros;
  return (((values & ~kTop) + kAboveNine) | values) & kTop;
}

// Where the digits that begin at `at` end.
std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at + sizeof(std::uint64_t) <= text.size()) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    const std::uint64_t others = find_other_than_digits(bytes);
    if (others != 0) return at + static_cast<std::size_t>(std::countr_zero(others)) / 8;
    at += sizeof bytes;
  }
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

}  // namespace

bool has_good_escapes(std::string_view raw) {
  for (std::size_t at = raw.find('\\'); at != raw.npos; at = raw.find('\\', at)) {
    const Escape escape = read_escape(raw, at);
    if (escape.size == 0) return false;
    at += escape.size;
  }
  return true;
}

void unescape(std::string_view raw, std::string& out) {
  std::size_t plain = 0;
  for (std::size_t at = raw.find('\\'); at != raw.npos; at = raw.find('\\', plain)) {
    const Escape escape = read_escape(raw, at);
    if (escape.size == 0) break;
    out.append(raw, plain, at - plain);
    utf8::append(out, escape.code);
    plain = at + escape.size;
  }
  out.append(raw, plain);
}

std::size_t find_number_end(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t place) { return place < text.size() ? text[place] : '\0'; };
  const auto digits = [&](std::size_t from) {
    const std::size_t end = skip_digits(text, from);
    return end == from ? text.npos : end;
  };
  if (byte(at) == '-') ++at;
  at = byte(at) == '0' ? at + 1 : digits(at);
  if (at != text.npos && byte(at) == '.') at = digits(at + 1);
  if (at == text.npos || (byte(at) | 0x20) != 'e') return at;
  ++at;
  if (byte(at) == '+' || byte(at) == '-') ++at;
  return digits(at);
}

}  // namespace rialto::ruler
