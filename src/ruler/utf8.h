// UTF-8 text, character by character.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rialto::ruler::utf8 {

struct Character {
  char32_t code = 0;
  std::size_t size = 0;  // in bytes; 0 when the bytes there are no UTF-8
};

// The character that begins at `text[at]`. Overlong forms and surrogates are no UTF-8.
// Requires at < text.size().
Character at(std::string_view text, std::size_t at);

bool is_valid(std::string_view text);

// Appends the character; a surrogate, which has no UTF-8, becomes `?`.
void append(std::string& out, char32_t code);

// The length of valid `text` in UTF-16 code units.
std::size_t utf16_length(std::string_view text);

}  // namespace rialto::ruler::utf8
