#include "ruler/parse/characters.h"

#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

std::string to_hex(char32_t code) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (; code > 0; code >>= 4) out.insert(out.begin(), kDigits[code & 0xF]);
  return out;
}

}  // namespace

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code <= 0x9F); }

bool is_word_start(char32_t code) {
  if (code < 0x80) {
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '$' ||
           code == '_';
  }
  if (code < 0xC0) {
    return (code >= 0xA2 && code <= 0xA5) || code == 0xAA || code == 0xB5 || code == 0xBA;
  }
  return code != 0xD7 && code != 0xF7 && code < 0x10000;
}

bool is_word_part(char32_t code) {
  if (code <= 8 || (code >= 0x0E && code <= 0x1B) || (code >= 0x7F && code <= 0x9F)) return true;
  return is_digit(code) || is_word_start(code) || code == 0xAD;
}

std::string describe(char32_t code) {
  if (is_control(code)) return "(CTRL-CHAR, code " + std::to_string(code) + ")";
  // Of a character above U+FFFF the parser sees the first of two UTF-16 units.
  if (code >= 0x10000) code = 0xD800 + ((code - 0x10000) >> 10);
  std::string out = "'";
  utf8::append(out, code);
  out += "' (code " + std::to_string(code);
  if (code > 255) out += " / 0x" + to_hex(code);
  return out + ")";
}

}  // namespace rialto::ruler
