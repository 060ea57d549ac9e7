// The matchers of a pattern: what one value of an event is compared with (docs/spec/01 §3.2).
//
// Plain data, made by Pattern::compile; whoever builds a faster matcher reads them from here. All
// are immutable in use. `passes` says what each of them means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "json/value.h"
#include "ruler/address.h"
#include "ruler/fold.h"

namespace rialto::ruler {

// A string that is `text`, byte for byte.
struct Equals {
  std::string text;
};

// null, true or false.
struct EqualsLiteral {
  json::Value value;
};

// A number of the same value, or written with the same text. A `value` is missing where the text
// says more than a double keeps; then only the text counts.
struct EqualsNumber {
  std::string text;
  std::optional<double> value;
};

// A number between bounds; either may be missing.
struct InRange {
  struct Bound {
    double value = 0;
    bool is_open = false;  // the bound itself is outside
  };
  std::optional<Bound> bottom;
  std::optional<Bound> top;
};

// A string that is the literal of an address in the range.
struct InNetwork {
  AddressRange range;
};

struct Prefix {
  std::string text;
};

struct Suffix {
  std::string text;
};

struct EqualsIgnoringCase {
  Folded text;
};

struct PrefixIgnoringCase {
  Folded text;
};

struct SuffixIgnoringCase {
  Folded text;
};

// A string made of the pieces in order, with any text between them: `a*b` has the pieces `a` and
// `b`,
// `*` has two empty ones, and a pattern without `*` has one piece. Escapes are resolved.
struct Wildcard {
  std::vector<std::string> pieces;
};

// What `anything-but` may hold, and what stands in a pattern by itself.
using ValueTest =
    std::variant<Equals, EqualsLiteral, EqualsNumber, InRange, InNetwork, Prefix, Suffix,
                 EqualsIgnoringCase, PrefixIgnoringCase, SuffixIgnoringCase, Wildcard>;

// Any value, of any type, that passes none of the tests.
struct AnythingBut {
  std::vector<ValueTest> tests;
};

// Any value.
struct Exists {};

// No value at all: the one matcher that the lack of a field satisfies, and no value does.
struct IsAbsent {};

struct Matcher {
  std::variant<ValueTest, AnythingBut, Exists, IsAbsent> test;
  std::string source;  // as the pattern has it, without insignificant blanks
};

// Whether the value, which is neither an object nor an array, passes.
bool passes(const ValueTest& test, const json::Value& value);
bool passes(const Matcher& matcher, const json::Value& value);

bool is_wildcard(const Matcher& matcher);

}  // namespace rialto::ruler
