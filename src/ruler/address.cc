#include "ruler/address.h"

namespace rialto::ruler {
namespace {

// Longer dotted text is no address even when each number is small, such as `000000001.0.0.1`.
constexpr std::size_t kDottedLengthMax = 15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_shaped_like_v4(std::string_view text) {
  int dots = 0;
  bool after_digit = false;
  for (const char c : text) {
    if (!is_digit(c) && (c != '.' || !after_digit)) return false;
    after_digit = is_digit(c);
    if (c == '.') ++dots;
  }
  return dots == 3 && after_digit;
}

bool is_shaped_like_v6(std::string_view text) {
  bool has_colon = false;
  for (const char c : text) {
    if (c != ':' && hex_digit(c) < 0) return false;
    if (c == ':') has_colon = true;
  }
  return has_colon;
}

std::optional<Address> parse_v4(std::string_view text) {
  if (text.size() > kDottedLengthMax) return std::nullopt;
  Address out{4, {}};
  std::size_t at = 0;
  for (std::size_t i = 0; i < 4; ++i, ++at) {
    unsigned value = 0;
    for (; at < text.size() && text[at] != '.'; ++at) {
      value = value * 10 + static_cast<unsigned>(text[at] - '0');
      if (value > 255) return std::nullopt;
    }
    out.bytes[i] = static_cast<std::uint8_t>(value);
  }
  return out;
}

// The groups of an IPv6 literal, and how many of them stand before `::`.
struct Groups {
  std::array<std::uint16_t, 8> values{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;
};

std::optional<Groups> read_groups(std::string_view text) {
  Groups out;
  std::size_t at = 0;
  if (text.substr(0, 2) == "::") {
    out.gap = 0;
    at = 2;
  }
  while (at < text.size()) {
    unsigned value = 0;
    const std::size_t start = at;
    for (; at < text.size() && text[at] != ':'; ++at) {
      value = value * 16 + static_cast<unsigned>(hex_digit(text[at]));
      if (value > 0xffff) return std::nullopt;
    }
    if (at == start || out.count == out.values.size()) return std::nullopt;
    out.values[out.count++] = static_cast<std::uint16_t>(value);
    if (at == text.size()) break;
    ++at;
    if (at == text.size()) return std::nullopt;  // one colon at the end
    if (text[at] == ':') {
      if (out.gap) return std::nullopt;
      out.gap = out.count;
      ++at;
    }
  }
  return out;
}

std::optional<Address> parse_v6(std::string_view text) {
  const std::optional<Groups> groups = read_groups(text);
  if (!groups) return std::nullopt;
  const bool is_full = groups->count == groups->values.size();
  if (groups->gap.has_value() == is_full) return std::nullopt;  // `::` stands for a zero at least
  Address out{16, {}};
  const std::size_t missing = groups->values.size() - groups->count;
  for (std::size_t i = 0; i < groups->count; ++i) {
    const std::size_t place = groups->gap && i >= *groups->gap ? i + missing : i;
    out.bytes[2 * place] = static_cast<std::uint8_t>(groups->values[i] >> 8);
    out.bytes[2 * place + 1] = static_cast<std::uint8_t>(groups->values[i] & 0xff);
  }
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  for (std::size_t i = 0; i < kMapped.size(); ++i) {
    if (out.bytes[i] != kMapped[i]) return out;
  }
  return Address{4, {out.bytes[12], out.bytes[13], out.bytes[14], out.bytes[15]}};
}

}  // namespace

bool is_shaped_like_address(std::string_view text) {
  return is_shaped_like_v4(text) || is_shaped_like_v6(text);
}

std::optional<Address> parse_address(std::string_view text) {
  if (is_shaped_like_v4(text)) return parse_v4(text);
  if (is_shaped_like_v6(text)) return parse_v6(text);
  return std::nullopt;
}

AddressRange network(const Address& address, unsigned bits) {
  AddressRange out{address, address};
  for (unsigned i = 0; i < address.size; ++i) {
    const unsigned fixed = bits > 8 * i ? bits - 8 * i : 0;
    const unsigned free = fixed >= 8 ? 0 : 0xffU >> fixed;
    out.first.bytes[i] = static_cast<std::uint8_t>(out.first.bytes[i] & ~free);
    out.last.bytes[i] = static_cast<std::uint8_t>(out.last.bytes[i] | free);
  }
  return out;
}

}  // namespace rialto::ruler
