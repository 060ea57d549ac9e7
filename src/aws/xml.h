// The XML of the AWS query protocol's answers (docs/spec/09 §9). Pure.
#pragma once

#include <string>
#include <string_view>

#include "api/shape.h"
#include "json/value.h"

namespace rialto::aws {

// Appends `text` so that a reader gets it back: `&`, `<`, `>`, `"` as entities, a carriage return
// as
// `&#xD;`. Characters that XML 1.0 cannot carry become U+FFFD.
void append_escaped(std::string& out, std::string_view text);

// Appends the members of a structure as elements; nulls are left out. Lists and maps are flattened
// under their shapes' query names.
void append_xml(std::string& out, const api::Shape& shape, const json::Value& value);

}  // namespace rialto::aws
