// How AWS's Java prints a value inside a violation (docs/spec/09 §5):
//   [PutEventsRequestEntry(time=null, source=x, …)]   {key=value}   abc
#pragma once

#include <cstddef>
#include <string>

#include "api/shape.h"
#include "json/value.h"

namespace rialto::api {

// Appends the text of `value`; stops, with an ellipsis, once `out` is longer than `size_max`.
void append_java_text(std::string& out, const Shape& shape, const json::Value* value,
                      std::size_t size_max);

// A member's name as Java has it: the first letter small.
std::string java_name(std::string_view name);

}  // namespace rialto::api
