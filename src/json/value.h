// A JSON value as a plain tree that keeps what its writer wrote: numbers stay text (`1.0` is not
// `1`), objects keep the order of their keys. Immutable in use, owned by value, safe to share
// between threads once built.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rialto::json {

enum class Kind : std::uint8_t { Null, Bool, Number, String, Array, Object };

class Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>;

// A number as its JSON text, which is grammatical and within the range of a double.
struct Number {
  std::string text;
  bool operator==(const Number&) const = default;
};

class Value {
 public:
  Value();                       // null
  Value(bool value);             // NOLINT: literals read naturally in tables and tests
  Value(std::string text);       // NOLINT
  Value(std::string_view text);  // NOLINT
  Value(const char* text);       // NOLINT
  Value(std::int64_t number);    // NOLINT
  Value(int number);             // NOLINT
  Value(Number number);          // NOLINT
  Value(Array items);            // NOLINT
  Value(Object members);         // NOLINT
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::Null; }
  bool is_bool() const { return kind() == Kind::Bool; }
  bool is_number() const { return kind() == Kind::Number; }
  bool is_string() const { return kind() == Kind::String; }
  bool is_array() const { return kind() == Kind::Array; }
  bool is_object() const { return kind() == Kind::Object; }

  // Each requires the kind it names.
  bool as_bool() const { return std::get<bool>(data_); }
  const std::string& number_text() const { return std::get<Number>(data_).text; }
  const std::string& as_string() const { return std::get<std::string>(data_); }
  std::string& as_string() { return std::get<std::string>(data_); }
  const Array& items() const { return std::get<Array>(data_); }
  Array& items() { return std::get<Array>(data_); }
  const Object& members() const { return std::get<Object>(data_); }
  Object& members() { return std::get<Object>(data_); }

  // The member's value, or nullptr when this is no object or has no such member.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);

  // Appends a member; the caller knows that the key is new. Requires an object.
  void add(std::string key, Value value);

  bool operator==(const Value&) const;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

struct Member {
  std::string key;
  Value value;
  bool operator==(const Member&) const = default;
};

}  // namespace rialto::json
