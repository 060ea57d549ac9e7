// The shapes of requests and answers as data: what the generic code that checks, prints and
// converts values reads. The tables are generated from api/*.toml, constant, and safe to share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api/pattern.h"

namespace rialto::api {

enum class Kind : std::uint8_t {
  String,
  Integer,  // 32 bits
  Long,     // 64 bits
  Boolean,
  Timestamp,
  Blob,
  List,
  Map,
  Structure,
};

struct Shape;

struct Member {
  std::string_view name;
  // nullptr for a member that AWS only prints (docs/spec/01 §2).
  const Shape* shape = nullptr;
  bool is_required = false;
};

struct Shape {
  std::string_view name;
  Kind kind = Kind::String;
  // Never to be printed.
  bool is_sensitive = false;

  // Of a number's value, a text's length in characters, a list's or map's number of items.
  std::optional<std::int64_t> min = std::nullopt;
  std::optional<std::int64_t> max = std::nullopt;
  const Pattern* pattern = nullptr;
  std::span<const std::string_view> values = {};  // of an enum, in the order AWS prints them

  std::span<const Member> members = {};  // of a structure, in AWS's order
  const Shape* key = nullptr;            // of a map
  const Shape* element = nullptr;        // of a list; of a map, its value

  // The query protocol's names (docs/spec/09 §9): of a list or map, a second one that is
  // understood, and the word before a map's keys.
  std::string_view query = {};
  std::string_view query_also = {};
  std::string_view query_key = {};
};

constexpr bool is_scalar(const Shape& shape) { return shape.kind < Kind::List; }

}  // namespace rialto::api
