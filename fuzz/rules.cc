// Two bytes, a pattern a line, an empty line, an event: a rule set answers as the reference does,
// in every entry, while rules come and go. The bits of the first byte say which rules are removed
// again, those of the second which of them another pattern replaces first.
#include <algorithm>
#include <cstdint>
#include <map>

#include "base/check.h"
#include "json/read.h"
#include "ruler/reference.h"
#include "ruler/rule_set.h"

namespace {

using namespace rialto;

constexpr std::size_t kRulesMax = 8;

using Rules = std::map<ruler::RuleId, ruler::Pattern>;

bool is_right(std::span<const ruler::RuleId> got, const Rules& rules, const json::Value& event) {
  std::vector<ruler::RuleId> ids(got.begin(), got.end());
  std::sort(ids.begin(), ids.end());
  std::vector<ruler::RuleId> expected;
  for (const auto& [id, pattern] : rules) {
    if (matches(pattern, event)) expected.push_back(id);
  }
  return ids == expected;
}

void compare(const ruler::Snapshot& snapshot, const Rules& rules, std::string_view text,
             const json::Document& event) {
  static ruler::Scratch scratch;
  const auto checked = snapshot.match(text, scratch);
  RIALTO_CHECK(checked.ok(), "what json::read accepts is an event");
  RIALTO_CHECK(is_right(*checked, rules, event.root), "match(text) is the reference");
  RIALTO_CHECK(is_right(snapshot.match_document(event.root, scratch), rules, event.root),
               "match(document) is the reference");
  if (event.has_repeated_keys || !ruler::is_plain(event.root)) return;
  RIALTO_CHECK(is_right(snapshot.match_trusted(text, scratch), rules, event.root),
               "match_trusted(text) is the reference");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t split = text.find("\n\n");
  if (split == text.npos) return 0;
  const std::string_view event_text = text.substr(split + 2);
  const auto event = json::read(event_text, {.any_number = true});
  if (!event.ok() || !event->root.is_object()) return 0;

  std::vector<ruler::Pattern> patterns;
  for (std::string_view left = text.substr(0, split); patterns.size() < kRulesMax;) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    if (auto pattern = ruler::Pattern::compile(left.substr(0, end)); pattern.ok()) {
      patterns.push_back(*pattern);
    }
    if (end == left.size()) break;
    left.remove_prefix(end + 1);
  }

  ruler::RuleSet set;
  Rules rules;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    RIALTO_CHECK(set.put(i, patterns[i].text()).ok(), "a pattern that compiles is taken");
    rules.emplace(i, patterns[i]);
  }
  const ruler::Snapshot before = set.snapshot();
  const Rules all = rules;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const ruler::Pattern& other = patterns[(i + 1) % patterns.size()];
    if ((data[1] >> i) & 1U) {
      set.put(i, other);
      rules.insert_or_assign(i, other);
    }
    if ((data[0] >> i) & 1U) {
      RIALTO_CHECK(set.remove(i), "the rule was there");
      rules.erase(i);
    }
  }
  compare(set.snapshot(), rules, event_text, *event);
  compare(before, all, event_text, *event);
  return 0;
}
