// Reading the members of a stored JSON document.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "json/number.h"
#include "json/value.h"

namespace rialto::queue {

// Reads members by name; the first that is not there, or is of another kind, is remembered.
class Fields {
 public:
  explicit Fields(const json::Value& object) : object_(object) {}

  std::int64_t number(std::string_view name) {
    const json::Value* value = object_.find(name);
    const auto out =
        value && value->is_number() ? json::to_int64(value->number_text()) : std::nullopt;
    if (!out) note(name);
    return out.value_or(0);
  }
  bool flag(std::string_view name) {
    const json::Value* value = object_.find(name);
    if (value && value->is_bool()) return value->as_bool();
    note(name);
    return false;
  }
  std::chrono::seconds seconds(std::string_view name) { return std::chrono::seconds(number(name)); }
  std::string text(std::string_view name) {
    const json::Value* value = object_.find(name);
    if (value && value->is_string()) return value->as_string();
    note(name);
    return {};
  }
  std::map<std::string, std::string, std::less<>> texts(std::string_view name) {
    std::map<std::string, std::string, std::less<>> out;
    const json::Value* value = object_.find(name);
    if (!value || !value->is_object()) {
      note(name);
      return out;
    }
    for (const auto& [key, member] : value->members()) {
      if (!member.is_string())
        note(name);
      else
        out.emplace(key, member.as_string());
    }
    return out;
  }
  const std::string& bad() const { return bad_; }

 private:
  void note(std::string_view name) {
    if (bad_.empty()) bad_ = name;
  }
  const json::Value& object_;
  std::string bad_;
};

}  // namespace rialto::queue
