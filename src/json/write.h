// Writing JSON: compact, no blanks, as EventBridge serialises (docs/spec/01 §1).
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace rialto::json {

// Appends `text` as a JSON string literal, quotes included. UTF-8 passes through; only `"`, `\` and
// control characters are escaped.
void append_quoted(std::string& out, std::string_view text);
std::string quoted(std::string_view text);

void append(std::string& out, const Value& value);
std::string write(const Value& value);

}  // namespace rialto::json
