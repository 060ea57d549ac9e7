// The sentences of an explanation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

// `value` as JSON, cut where it is long.
std::string short_text(const json::Value& value);

// The texts with commas between them, and `count` of those which are not among them.
std::string join(const std::vector<std::string>& texts, std::size_t count);

// What the field wanted that the values, of which there are `count`, did not give.
std::string failure(const Field& field, const std::vector<json::Value>& values, std::size_t count);

// The same where the event has no value: `absent`, or what is there instead.
std::string absence(const Field& field, const json::Value& event);

}  // namespace rialto::ruler
