// Brings a request's JSON to the types of its shape, before anything reads it (docs/spec/09 §5):
// a value of another type is a SerializationException in Coral's words. What is left:
//   integers are written without fraction or exponent and fit their type (Coral cuts fractions),
//   timestamps are numbers, blobs are base 64, and unknown members and nulls stay as they are.
#pragma once

#include "api/shape.h"
#include "base/result.h"
#include "json/value.h"

namespace rialto::api {

Result<> conform(const Shape& shape, json::Value& value);

// The reason of conform()'s errors, and of unreadable bodies.
inline constexpr std::string_view kSerializationException = "SerializationException";

}  // namespace rialto::api
