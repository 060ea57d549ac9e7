// The insides of JSON strings and numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rialto::ruler {

// Whether every escape of a string's raw content is one of JSON's and names a character; halves of
// surrogate pairs by themselves name none.
bool has_good_escapes(std::string_view raw);

// Appends the content that the raw one stands for. Requires good escapes.
void unescape(std::string_view raw, std::string& out);

// Where the number that begins at `at` ends; npos where none does.
std::size_t find_number_end(std::string_view text, std::size_t at);

}  // namespace rialto::ruler
