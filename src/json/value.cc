#include "json/value.h"

namespace rialto::json {

Value::Value() = default;
Value::Value(bool value) : data_(value) {}
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(std::int64_t number) : data_(Number{std::to_string(number)}) {}
Value::Value(int number) : data_(Number{std::to_string(number)}) {}
Value::Value(Number number) : data_(std::move(number)) {}
Value::Value(Array items) : data_(std::move(items)) {}
Value::Value(Object members) : data_(std::move(members)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

const Value* Value::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const Member& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Value* Value::find(std::string_view key) {
  return const_cast<Value*>(std::as_const(*this).find(key));
}

void Value::add(std::string key, Value value) {
  members().push_back(Member{std::move(key), std::move(value)});
}

bool Value::operator==(const Value&) const = default;

}  // namespace rialto::json
