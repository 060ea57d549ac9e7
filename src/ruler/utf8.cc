#include "ruler/utf8.h"

namespace rialto::ruler::utf8 {
namespace {

std::uint8_t byte(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

char narrow(char32_t bits) { return static_cast<char>(static_cast<std::uint8_t>(bits)); }

bool is_surrogate(char32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

}  // namespace

Character at(std::string_view text, std::size_t at) {
  const std::uint8_t lead = byte(text, at);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < size) return {};
  char32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const std::uint8_t next = byte(text, at + i);
    if ((next & 0xC0) != 0x80) return {};
    code = code << 6 | (next & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[size] || code > 0x10FFFF || is_surrogate(code)) return {};
  return {code, size};
}

bool is_valid(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Character character = at(text, i);
    if (character.size == 0) return false;
    i += character.size;
  }
  return true;
}

void append(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += narrow(code);
  } else if (is_surrogate(code)) {
    out += '?';
  } else if (code < 0x800) {
    out += {narrow(0xC0 | code >> 6), narrow(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    out += {narrow(0xE0 | code >> 12), narrow(0x80 | (code >> 6 & 0x3F)),
            narrow(0x80 | (code & 0x3F))};
  } else {
    out += {narrow(0xF0 | code >> 18), narrow(0x80 | (code >> 12 & 0x3F)),
            narrow(0x80 | (code >> 6 & 0x3F)), narrow(0x80 | (code & 0x3F))};
  }
}

std::size_t utf16_length(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    const auto lead = static_cast<std::uint8_t>(c);
    if ((lead & 0xC0) != 0x80) length += lead >= 0xF0 ? 2 : 1;
  }
  return length;
}

}  // namespace rialto::ruler::utf8
