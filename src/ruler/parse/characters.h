// Characters as the imitated parser sorts and names them.
#pragma once

#include <string>
#include <string_view>

namespace rialto::ruler {

constexpr bool is_digit(char32_t code) { return code >= '0' && code <= '9'; }

// What a Java identifier may begin with and go on with. Beyond Latin-1 the signs among the letters
// are not told apart, which decides no more than the wording of an error.
bool is_word_start(char32_t code);
bool is_word_part(char32_t code);

bool is_control(char32_t code);

// `'x' (code 120)`.
std::string describe(char32_t code);

// What may stand where a value is wanted.
inline constexpr std::string_view kValuesWanted =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

}  // namespace rialto::ruler
