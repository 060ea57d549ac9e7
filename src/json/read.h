// Reading JSON text that a stranger sent.
//
// The reader is strict (RFC 8259: UTF-8, one document, no comments, no trailing commas) and
// bounded: nesting deeper than `Limits::depth_max` and numbers that no double can hold are errors,
// not crashes. A repeated key is no error: the last value wins, at the place of the first
// (docs/spec/01 §3.1), and `Document::has_repeated_keys` tells.
//
// Every function may be called from any thread; parsers and their buffers are kept per thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace rialto::json {

// EventBridge does not process JSON deeper than this (docs/spec/01 §2).
inline constexpr std::size_t kDepthMax = 1000;

struct Limits {
  std::size_t depth_max = kDepthMax;
  // Integers outside −2^63 … 2^63−1 are refused (docs/spec/01 §2).
  bool int64_only = false;
  // Numbers beyond every double are no errors.
  bool any_number = false;
};

struct Document {
  Value root;
  bool has_repeated_keys = false;
};

// Requires nothing of `text`. Errors: InvalidArgument, with the offset in bytes where reading
// stopped and what was wrong there.
Result<Document> read(std::string_view text, Limits limits = {});

// As `read`, for callers who only want the value.
Result<Value> parse(std::string_view text, Limits limits = {});

// One value, the items of one array, or one value a line (empty lines aside). Errors:
// InvalidArgument names the line.
Result<std::vector<Value>> read_items(std::string_view text);

// `text` without insignificant blanks; key order, number text and escapes stay as they are.
// Requires that `text` is valid JSON.
std::string compact(std::string_view text);

}  // namespace rialto::json
