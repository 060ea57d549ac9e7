// Small random patterns and events over few keys and values, so that they often meet.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "json/value.h"

namespace rialto::ruler::arbitrary {

inline const std::vector<std::string>& keys() {
  static const std::vector<std::string> kKeys = {"a", "b", "c", "d"};
  return kKeys;
}

inline json::Value scalar() {
  return *rc::gen::elementOf(std::vector<json::Value>{
      "x", "y", "xy", "", "10.0.0.1", 1, 2, json::Number{"1.0"}, true, json::Value(), "X"});
}

// What an event may hold below a key. `with_dots` allows keys such as `a.b`.
inline json::Value event_value(int depth, bool with_dots);

inline json::Value event_object(int depth, bool with_dots) {
  json::Value out(json::Object{});
  const int count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) {
    std::string key = *rc::gen::elementOf(keys());
    if (with_dots && *rc::gen::inRange(0, 4) == 0) key += "." + *rc::gen::elementOf(keys());
    if (out.find(key) == nullptr) out.add(key, event_value(depth - 1, with_dots));
  }
  return out;
}

inline json::Value event_value(int depth, bool with_dots) {
  const int kind = *rc::gen::inRange(0, depth > 0 ? 6 : 2);
  if (kind <= 1) return scalar();
  if (kind <= 3) return event_object(depth, with_dots);
  json::Array items;
  const int count = *rc::gen::inRange(0, 4);
  for (int i = 0; i < count; ++i) items.push_back(event_value(depth - 1, with_dots));
  return items;
}

inline json::Value event() { return event_object(4, true); }

inline json::Value object(std::string key, json::Value value) {
  json::Value out(json::Object{});
  out.add(std::move(key), std::move(value));
  return out;
}

inline json::Value matcher() {
  const int kind = *rc::gen::inRange(0, 12);
  const std::string text = *rc::gen::elementOf(std::vector<std::string>{"x", "y", "xy", "X"});
  switch (kind) {
    case 0: return object("prefix", text);
    case 1: return object("suffix", text);
    case 2: return object("equals-ignore-case", text);
    case 3: return object("anything-but", text);
    case 4: return object("anything-but", json::Array{1});
    case 5: return object("anything-but", object("prefix", text));
    case 6: return object("exists", true);
    case 7: return object("exists", false);
    case 8: return object("wildcard", "*" + text);
    case 9: return object("numeric", json::Array{">", 0, "<=", 1});
    default: return scalar();
  }
}

inline json::Value matchers() {
  json::Array out;
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) out.push_back(matcher());
  return out;
}

// A pattern's object without dotted keys, so that no path is given twice.
inline json::Value pattern_object(int depth, bool with_or) {
  json::Value out(json::Object{});
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) {
    const std::string key = *rc::gen::elementOf(keys());
    if (out.find(key) != nullptr) continue;
    const bool is_leaf = depth <= 0 || *rc::gen::inRange(0, 2) == 0;
    out.add(key, is_leaf ? matchers() : pattern_object(depth - 1, with_or));
  }
  if (with_or && *rc::gen::inRange(0, 3) == 0) {
    json::Array branches;
    const int branch_count = *rc::gen::inRange(2, 4);
    for (int i = 0; i < branch_count; ++i) branches.push_back(pattern_object(depth - 1, depth > 1));
    out.add("$or", std::move(branches));
  }
  return out;
}

inline json::Value pattern(bool with_or = true) { return pattern_object(3, with_or); }

}  // namespace rialto::ruler::arbitrary
