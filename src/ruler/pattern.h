// An event pattern, compiled from its JSON text (docs/spec/01 §3).
//
// Immutable, cheap to copy (copies share one tree), safe to share between threads.
//
// A pattern is a set of fields, each a dotted path with matchers of which one must pass, and of
// alternatives, each a list of fields which must all be satisfied. A pattern without `$or` has one
// alternative; every `$or` multiplies them. Where a path is given twice the later field wins, also
// when one is written `a.b` and the other `a: {b}`; so an alternative has one field per path.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ruler/matcher.h"

namespace rialto::ruler {

// AWS's bound on the alternatives of one pattern (docs/spec/10 §1).
inline constexpr std::size_t kCombinationsMax = 1000;

struct Field {
  std::string path;  // the keys from the root, joined by dots
  std::vector<Matcher> any_of;
  bool may_be_absent = false;  // one of the matchers is IsAbsent
};

// The pattern as it is written, for those who show it: fields below fields are all paths already.
struct Node {
  enum class Kind : unsigned char { All, Any, Field };
  Kind kind = Kind::All;
  std::size_t field = 0;       // of a Field: its place in Pattern::fields
  std::vector<Node> children;  // of All and Any, in the order of the text
};

class Pattern {
 public:
  // Requires nothing of `text`; how long a pattern may be is the caller's to say.
  // Errors: InvalidArgument, `InvalidEventPatternException`, with AWS's text (docs/spec/01 §4). As
  // AWS does, it stops reading at the end of the pattern's object; what follows does not matter.
  static Result<Pattern> compile(std::string_view text);

  const std::string& text() const { return data_->text; }

  // All fields in the order of the text; overridden ones are in no alternative.
  const std::vector<Field>& fields() const { return data_->fields; }

  // Places in `fields`, ordered by path. At least one alternative, no more than kCombinationsMax.
  using Alternative = std::vector<std::size_t>;
  const std::vector<Alternative>& alternatives() const { return data_->alternatives; }

  const Node& tree() const { return data_->tree; }

  // Whether a `wildcard` takes part; a bus may have few such rules (docs/spec/01 §3.4).
  bool has_wildcard() const { return data_->has_wildcard; }

  // Whether an `exists: false` takes part.
  bool has_absence() const { return data_->has_absence; }

 private:
  friend class Compiler;
  struct Data {
    std::string text;
    std::vector<Field> fields;
    std::vector<Alternative> alternatives;
    Node tree;
    bool has_wildcard = false;
    bool has_absence = false;
  };
  explicit Pattern(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

}  // namespace rialto::ruler
