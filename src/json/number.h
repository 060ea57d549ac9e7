// Exact views of a JSON number's text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rialto::json {

// Whether `text` is a number by JSON's grammar.
bool is_number(std::string_view text);

// Whether `text`, a JSON number, is written without fraction and exponent.
bool is_integer(std::string_view text);

// The nearest double; nothing when the magnitude is beyond every finite double.
std::optional<double> to_double(std::string_view text);

// The value when `text` is written as an integer and fits.
std::optional<std::int64_t> to_int64(std::string_view text);

// Whether the decimal value of `text` is exactly a double: `0.5` and `9007199254740992` are,
// `0.1` and `9007199254740993` are not.
bool is_exact_double(std::string_view text);

}  // namespace rialto::json
