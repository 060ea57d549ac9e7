// From JSON values to the generated structs and back. One template for each way: generated code
// names the members, this file knows the types.
//
// Reading moves texts out of the value and never fails: conform() has checked the types before, and
// a value of another type leaves the member as it was. null is absent.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "json/value.h"

namespace rialto::api {

// Bytes, which JSON carries in base 64.
struct Blob {
  std::string bytes{};
  bool operator==(const Blob&) const = default;
};

template <class T>
using Map = std::map<std::string, T, std::less<>>;

namespace codec {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<Map<T>> : std::true_type {};

void read_scalar(json::Value&& from, std::string& to);
void read_scalar(json::Value&& from, std::int64_t& to);
void read_scalar(json::Value&& from, bool& to);
void read_scalar(json::Value&& from, TimePoint& to);
void read_scalar(json::Value&& from, Blob& to);

json::Value write_scalar(std::string&& from);
json::Value write_scalar(std::int64_t from);
json::Value write_scalar(bool from);
json::Value write_scalar(TimePoint from);
json::Value write_scalar(Blob&& from);

template <class T>
concept Scalar = std::same_as<T, std::string> || std::same_as<T, std::int64_t> ||
                 std::same_as<T, bool> || std::same_as<T, TimePoint> || std::same_as<T, Blob>;

// The members to read; none when the value is no object.
json::Object take_members(json::Value&& value);

template <class T>
void read(json::Value&& from, T& to) {
  if (from.is_null()) return;
  if constexpr (Scalar<T>) {
    read_scalar(std::move(from), to);
  } else if constexpr (IsOptional<T>::value) {
    read(std::move(from), to.emplace());
  } else if constexpr (IsVector<T>::value) {
    if (!from.is_array()) return;
    to.reserve(from.items().size());
    for (json::Value& item : from.items()) read(std::move(item), to.emplace_back());
  } else if constexpr (IsMap<T>::value) {
    for (json::Member& member : take_members(std::move(from))) {
      if (!member.value.is_null()) read(std::move(member.value), to[std::move(member.key)]);
    }
  } else {
    decode_into(std::move(from), to);  // generated, found by its argument's namespace
  }
}

template <class T>
json::Value write(T&& from) {
  using Plain = std::remove_cvref_t<T>;
  if constexpr (Scalar<Plain>) {
    return write_scalar(std::move(from));
  } else if constexpr (IsVector<Plain>::value) {
    json::Array items;
    items.reserve(from.size());
    for (auto& item : from) items.push_back(write(std::move(item)));
    return items;
  } else if constexpr (IsMap<Plain>::value) {
    json::Object members;
    members.reserve(from.size());
    for (auto& [key, value] : from) members.push_back({key, write(std::move(value))});
    return members;
  } else {
    return encode(std::move(from));  // generated, found by its argument's namespace
  }
}

// Appends a member of a structure; an absent optional is left out.
template <class T>
void append(json::Object& to, const char* name, T&& from) {
  if constexpr (IsOptional<std::remove_cvref_t<T>>::value) {
    if (from.has_value()) to.push_back({name, write(*std::move(from))});
  } else {
    to.push_back({name, write(std::move(from))});
  }
}

}  // namespace codec

// The struct of an input that conform() accepted.
template <class T>
T decode(json::Value&& from) {
  T to;
  codec::read(std::move(from), to);
  return to;
}

}  // namespace rialto::api
