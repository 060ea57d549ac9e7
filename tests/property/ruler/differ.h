// A rule set beside the reference: the same question to both, and what to print when they differ.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/read.h"
#include "json/value.h"
#include "ruler/pattern.h"
#include "ruler/rule_set.h"

namespace rialto::ruler::proof {

using Ids = std::vector<RuleId>;  // ordered
using Rules = std::map<RuleId, Pattern>;

// Reads as the rule set's checked entry promises to: where numbers beyond a double are let in, this
// is the place to do so.
Result<json::Document> read(std::string_view text);

struct Event {
  std::string text;
  json::Value value;
  bool is_trusted = false;  // whether match_trusted may have it
};

// Nothing where the text is no object.
std::optional<Event> read_event(std::string text);

// Which of the rules match by the reference.
Ids expected(const Rules& rules, const json::Value& event);

// Asks the snapshot by every entry there is.
class Asker {
 public:
  // What differs from the expected ids, in words; nothing when all entries agree.
  std::optional<std::string> differs(const Snapshot& snapshot, const Event& event,
                                     const Ids& expected);

 private:
  std::optional<std::string> compare(const char* entry, std::span<const RuleId> got,
                                     const Ids& expected);

  Scratch scratch_;
  Ids got_;
};

// One thing done to a rule set.
struct Change {
  enum class Kind : unsigned char { Put, Remove, Snapshot };
  Kind kind = Kind::Snapshot;
  RuleId id = 0;
  std::optional<Pattern> pattern = std::nullopt;  // of Put
  bool is_asked = false;  // of the one Snapshot that is asked when all changes are done
};

std::vector<Change> to_changes(const Rules& rules);

// Does the changes to a new set and asks it; drops one after the other while the answer stays
// wrong. Returns text to print: the changes that are left, the event, both answers.
std::string shrink(std::vector<Change> changes, const Event& event);

// A pattern compiled by a test that knows it to be right.
Pattern compiled(std::string_view text);

}  // namespace rialto::ruler::proof
