#include "ruler/scan/strings.h"

#include <cstdint>
#include <cstring>

#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

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

// Eight bytes at a time: each is a digit if adding 0x46 or subtracting 0x30 sets no top bit.
bool are_digits(std::uint64_t bytes) {
  constexpr std::uint64_t kTop = 0x8080808080808080U;
  constexpr std::uint64_t kZeros = 0x3030303030303030U;
  constexpr std::uint64_t kNines = 0x4646464646464646U;
  return (((bytes + kNines) | (bytes - kZeros)) & kTop) == 0;
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (text.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if (!are_digits(bytes)) break;
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
  const auto digits = [&](std::size_t from) {
    const std::size_t end = skip_digits(text, from);
    return end == from ? kNone : end;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const bool is_zero = at < text.size() && text[at] == '0';
  at = is_zero ? at + 1 : digits(at);
  if (at == kNone) return kNone;
  if (at < text.size() && text[at] == '.') at = digits(at + 1);
  if (at == kNone) return kNone;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    at = digits(at);
  }
  return at;
}

}  // namespace rialto::ruler
