// The fields of a query string or of an application/x-www-form-urlencoded body. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rialto::aws {

// A SendMessageBatch with ten entries of ten attributes has 350 fields; ten times that (our
// number).
inline constexpr std::size_t kFormFieldsMax = 4096;

using Form = std::vector<std::pair<std::string, std::string>>;

// In the order written. `+` is a blank; a `%` that starts no escape stands for itself. Errors: too
// many fields, or text that is not UTF-8.
Result<Form> parse_form(std::string_view text);

// The value of the first field of that name, or nullptr.
const std::string* find_field(const Form& form, std::string_view name);

}  // namespace rialto::aws
