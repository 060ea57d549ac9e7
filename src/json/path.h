// A path into a JSON value: the part of JSONPath that EventBridge knows (docs/spec/02 §4).
//
//   $   .name   [3]   [*]   .*
//
// Reading a path is as lenient as PutTargets is: only a missing `$` and quoted brackets (`['k']`)
// are errors. Other syntax, such as filters, slices and `..`, makes a path that finds nothing.
// Immutable, owned by value; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace rialto::json {

// Whether a path with `*` that reaches a container but no value in it finds an empty array, rather
// than nothing. Unverified at AWS; it is what `$.detail.items[*]` of no items reads like.
inline constexpr bool kNoMatchIsEmptyArray = true;

class Path {
 public:
  static Result<Path> parse(std::string_view text);

  // Whether the path may find many values, for it holds a `*`.
  bool is_plural() const { return is_plural_; }

  // The one value at this path inside `root`, or nullptr; always nullptr when `is_plural()`.
  const Value* find(const Value& root) const;

  // As above for plain paths. A plural one finds the flat array of all its values in the order of
  // the text, made in `made`; it finds nothing when the steps before its first `*` lead nowhere.
  const Value* find(const Value& root, Value& made) const;

 private:
  enum class Kind : unsigned char { Name, Index, All };
  struct Step {
    Kind kind;
    std::string name;
    std::size_t index = 0;
  };
  class Reader;

  Path() = default;
  static const Value* follow(const Step& step, const Value& from);
  static void follow_all(const Step& step, const Value& from, std::vector<const Value*>& out);

  std::vector<Step> steps_;
  bool is_plural_ = false;
  bool is_supported_ = true;  // false: syntax that EventBridge accepts and never matches
};

}  // namespace rialto::json
