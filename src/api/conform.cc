#include "api/conform.h"

#include <cmath>
#include <string>

#include "api/base64.h"
#include "api/timestamp.h"
#include "json/number.h"

namespace rialto::api {
namespace {

std::string_view java_class(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::Bool: return "java.lang.Boolean";
    case json::Kind::Number: return "com.amazon.coral.value.json.numbers.TruncatingBigNumber";
    case json::Kind::String: return "java.lang.String";
    case json::Kind::Null:
    case json::Kind::Array:
    case json::Kind::Object: break;
  }
  return "java.lang.Object";
}

std::string_view token_name(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::Bool: return value.as_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::Kind::Number: return "NUMBER_VALUE";
    case json::Kind::String: return "STRING_VALUE";
    case json::Kind::Null:
    case json::Kind::Array:
    case json::Kind::Object: break;
  }
  return "VALUE_EMBEDDED_OBJECT";
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::String: return "String";
    case Kind::Integer: return "Integer";
    case Kind::Long: return "Long";
    case Kind::Boolean: return "Boolean";
    case Kind::Timestamp: return "Date";
    case Kind::Blob: return "Blob";
    case Kind::List: return "List";
    case Kind::Map: return "Map";
    case Kind::Structure: return "Structure";
  }
  return "";
}

// The texts, by what was wanted and what came. Recorded are those for a Boolean and a number where
// a String should be, and for an object out of place; the others are made after them.
Error mismatch(const Shape& shape, const json::Value& value) {
  std::string text;
  if (value.is_object()) {
    text = "Start of structure or map found where not expected.";
  } else if (value.is_array()) {
    text = "Start of list found where not expected.";
  } else if (is_scalar(shape)) {
    text = "class ";
    text.append(java_class(value)).append(" can not be converted to an ");
    text.append(kind_name(shape.kind));
  } else {
    text.append(token_name(value)).append(" can not be converted to a ");
    text.append(kind_name(shape.kind));
  }
  return fail(Code::InvalidArgument, std::move(text), kSerializationException);
}

Result<> conform_integer(const Shape& shape, json::Value& value) {
  if (!value.is_number()) return mismatch(shape, value);
  std::optional<std::int64_t> number = json::to_int64(value.number_text());
  if (!number && !json::is_integer(value.number_text())) {
    const std::optional<double> real = json::to_double(value.number_text());
    if (real && std::abs(*real) < 9.2e18) number = static_cast<std::int64_t>(*real);
    if (number) value = json::Value(*number);
  }
  constexpr std::int64_t kIntegerMax = 2147483647;
  const bool is_small = number && *number <= kIntegerMax && *number >= -kIntegerMax - 1;
  if (!number || (shape.kind == Kind::Integer && !is_small)) return mismatch(shape, value);
  return {};
}

Result<> conform_timestamp(const Shape& shape, json::Value& value) {
  if (!value.is_number() && !value.is_string()) return mismatch(shape, value);
  const auto time = parse_timestamp(value.is_number() ? value.number_text() : value.as_string());
  if (!time) return mismatch(shape, value);
  value = json::Number{to_epoch_seconds(*time)};
  return {};
}

Result<> conform_scalar(const Shape& shape, json::Value& value) {
  switch (shape.kind) {
    case Kind::String:
      if (!value.is_string()) return mismatch(shape, value);
      return {};
    case Kind::Integer:
    case Kind::Long: return conform_integer(shape, value);
    case Kind::Boolean:
      if (!value.is_bool()) return mismatch(shape, value);
      return {};
    case Kind::Timestamp: return conform_timestamp(shape, value);
    case Kind::Blob:
      if (!value.is_string() || !from_base64(value.as_string())) return mismatch(shape, value);
      return {};
    case Kind::List:
    case Kind::Map:
    case Kind::Structure: break;
  }
  return {};
}

}  // namespace

// Recursion follows the shape, which is finite, and not the value.
Result<> conform(const Shape& shape, json::Value& value) {
  if (value.is_null()) return {};
  if (is_scalar(shape)) return conform_scalar(shape, value);
  if (shape.kind == Kind::List) {
    if (!value.is_array()) return mismatch(shape, value);
    for (json::Value& item : value.items()) RIALTO_TRY_VOID(conform(*shape.element, item));
    return {};
  }
  if (!value.is_object()) return mismatch(shape, value);
  if (shape.kind == Kind::Map) {
    for (json::Member& member : value.members()) {
      RIALTO_TRY_VOID(conform(*shape.element, member.value));
    }
    return {};
  }
  for (const Member& member : shape.members) {
    json::Value* found = member.shape == nullptr ? nullptr : value.find(member.name);
    if (found != nullptr) RIALTO_TRY_VOID(conform(*member.shape, *found));
  }
  return {};
}

}  // namespace rialto::api
