// A bus's rules, ready to be matched all at once.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "ruler/rule_set.h"

namespace rialto::bus {

struct RuleState;
using Rules = std::map<std::string, std::shared_ptr<const RuleState>, std::less<>>;

// The rules as they were at one moment. Immutable, cheap to copy, safe to share between threads.
class Matcher {
 public:
  // The rules that `event` matches, in the order of their names. They live as long as the matcher.
  std::vector<const RuleState*> match(const json::Value& event) const;
  // The same from the event's text. Error: InvalidArgument for what is no JSON object.
  Result<std::vector<const RuleState*>> match_text(std::string_view event) const;

  // A rule of which all conditions but one hold.
  struct NearMiss {
    const RuleState* rule;
    ruler::NearMiss how;
  };
  // At most `limit`; for people, since it looks at every rule.
  std::vector<NearMiss> explain(const json::Value& event, std::size_t limit) const;

 private:
  std::vector<const RuleState*> rules_of(std::span<const ruler::RuleId> ids) const;

  friend class MatcherBuilder;
  ruler::Snapshot snapshot_;
  std::vector<std::shared_ptr<const RuleState>> by_id_;
};

// Makes one matcher after the other as the rules change; compiling costs in proportion to the
// change. One thread at a time.
class MatcherBuilder {
 public:
  // `seed`: see ruler::RuleSet.
  explicit MatcherBuilder(std::uint64_t seed) : set_(seed) {}

  // A matcher of those of the rules that may match: they are enabled, have a
  // pattern and a target.
  Matcher build(const Rules& rules);

 private:
  void put(const std::shared_ptr<const RuleState>& rule);
  void remove(std::string_view name);

  ruler::RuleSet set_;
  std::map<std::string, ruler::RuleId, std::less<>> ids_;  // by rule name
  std::vector<std::shared_ptr<const RuleState>> by_id_;
  std::vector<ruler::RuleId> free_;
};

}  // namespace rialto::bus
