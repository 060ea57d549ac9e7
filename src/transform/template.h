// An input template: text with `<name>` placeholders, cut once into segments and then filled with
// values, in time linear in what comes out (docs/spec/02 §4). It knows how a value is inserted at
// each place, and nothing of what names mean.
//
// Reading never fails: a template that cannot become JSON (or quoted lines) is accepted by
// PutTargets, and every rendering of it fails. Immutable, owned by value; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace rialto::transform {

// The reason of an error that will come again at every attempt: what the dead letter says.
inline constexpr std::string_view kInvalidJson = "INVALID_JSON";
inline constexpr std::string_view kInvalidParameter = "INVALID_PARAMETER";

// A rendering beyond this fails, for a short template can name a large value a thousand times. No
// target takes more than the 10 MiB of a Kinesis record (docs/spec/01 §2).
inline constexpr std::size_t kRenderedBytesMax = 16U << 20;

// What a name stands for in one rendering.
struct Slot {
  const json::Value* value = nullptr;  // nullptr: the path led nowhere
  std::string_view json_text = {};     // the same value as JSON, when it is at hand
};

class Template {
 public:
  enum class Kind : unsigned char {
    Object,  // begins with `{`
    Array,   // begins with `[`
    Text,    // begins with `"`: quoted strings, delivered with their quotes
    Bare,    // anything else, which must turn out to be JSON
  };

  static Template parse(std::string_view text);

  Kind kind() const { return kind_; }

  // The names in use, each once, in the order of their first placeholders.
  const std::vector<std::string>& names() const { return names_; }

  // Requires a slot for each of `names()`. Errors: InvalidArgument with reason kInvalidJson, and
  // LimitExceeded with reason kInvalidParameter; both are permanent.
  Result<std::string> render(std::span<const Slot> slots) const;

 private:
  enum class Place : unsigned char { Value, InString };
  struct Segment {
    std::string before;  // literal text since the last placeholder
    Place place;
    std::size_t name;  // index into names_
  };
  class Scanner;
  class Writer;

  Template() = default;

  Kind kind_ = Kind::Bare;
  bool is_well_formed_ = false;
  std::vector<std::string> names_;
  std::vector<Segment> segments_;
  std::string after_;  // literal text after the last placeholder
};

}  // namespace rialto::transform
