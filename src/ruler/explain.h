// Why an event matches a pattern, or why not: condition by condition, for people to read.
//
// Pure like the matcher, and in agreement with it: `explain(p, e).matched == matches(p, e)`. It
// takes several times as long, and copies the values it shows.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "json/value.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

// A matcher as the pattern has it, and whether some value passed it by itself.
struct ExplainedMatcher {
  std::string source;
  bool passed = false;
};

// A part of the pattern. All: every child is needed; Any: a `$or`; Field: one path and its
// matchers.
struct ExplainedNode {
  Node::Kind kind = Node::Kind::All;
  bool passed = false;
  std::vector<ExplainedNode> children;

  // Of a Field:
  std::string path;
  std::vector<ExplainedMatcher> matchers;
  std::vector<json::Value> found;  // the first values at the path, at most kFoundMax
  std::size_t found_count = 0;     // of all values at the path; 0 is absent
  std::string reason;              // one sentence when it failed, else empty
  bool is_overridden = false;      // a later field of the same path took its place
};

inline constexpr std::size_t kFoundMax = 10;

struct Explanation {
  bool matched = false;
  // What failed first, in the alternative that came closest; empty when matched. Where every
  // condition passes by itself it says which of them do not go together.
  std::string reason;
  ExplainedNode root;
};

Explanation explain(const Pattern& pattern, const json::Value& event);

// A tree of lines, ✓ and ✗ in front; ends with a newline.
std::string to_text(const Explanation& explanation);

json::Value to_json(const Explanation& explanation);

}  // namespace rialto::ruler
