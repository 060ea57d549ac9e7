#include "property/ruler/differ.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "ruler/reference.h"

namespace rialto::ruler::proof {
namespace {

std::string show(const Ids& ids) {
  std::string out = "{";
  for (const RuleId id : ids) out += (out.size() > 1 ? ", " : "") + std::to_string(id);
  return out + "}";
}

std::string show(const Change& change) {
  switch (change.kind) {
    case Change::Kind::Put:
      return "put " + std::to_string(change.id) + " " + change.pattern->text();
    case Change::Kind::Remove: return "remove " + std::to_string(change.id);
    case Change::Kind::Snapshot: break;
  }
  return change.is_asked ? "snapshot, the one that is asked" : "snapshot";
}

// What a new set answers wrongly after the changes.
std::optional<std::string> replay(const std::vector<Change>& changes, const Event& event) {
  RuleSet set;
  Rules rules;
  Snapshot asked;
  Ids ids;
  for (const Change& change : changes) {
    switch (change.kind) {
      case Change::Kind::Put:
        set.put(change.id, *change.pattern);
        rules.insert_or_assign(change.id, *change.pattern);
        break;
      case Change::Kind::Remove:
        set.remove(change.id);
        rules.erase(change.id);
        break;
      case Change::Kind::Snapshot:
        Snapshot snapshot = set.snapshot();
        if (!change.is_asked) break;
        asked = std::move(snapshot);
        ids = expected(rules, event.value);
        break;
    }
  }
  return Asker().differs(asked, event, ids);
}

}  // namespace

Result<json::Document> read(std::string_view text) {
  return json::read(text, {.any_number = true});
}

std::optional<Event> read_event(std::string text) {
  Result<json::Document> document = read(text);
  if (!document.ok() || !document->root.is_object()) return std::nullopt;
  const bool is_trusted = !document->has_repeated_keys && is_plain(document->root);
  return Event{std::move(text), std::move(document->root), is_trusted};
}

Ids expected(const Rules& rules, const json::Value& event) {
  Ids out;
  for (const auto& [id, pattern] : rules) {
    if (matches(pattern, event)) out.push_back(id);
  }
  return out;
}

std::optional<std::string> Asker::compare(const char* entry, std::span<const RuleId> got,
                                          const Ids& expected) {
  got_.assign(got.begin(), got.end());
  std::sort(got_.begin(), got_.end());
  if (got_ == expected) return std::nullopt;
  return std::string("expected ") + show(expected) + ", got " + show(got_) + " from " + entry;
}

std::optional<std::string> Asker::differs(const Snapshot& snapshot, const Event& event,
                                          const Ids& expected) {
  const std::string_view text = event.text;
  const auto checked = snapshot.match(text, scratch_);
  if (!checked.ok()) return "match(text) refuses the event: " + checked.error().message;
  if (auto found = compare("match(text)", *checked, expected)) return found;
  if (event.is_trusted) {
    const auto got = snapshot.match_trusted(text, scratch_);
    if (auto found = compare("match_trusted(text)", got, expected)) return found;
  }
  return compare("match(document)", snapshot.match_document(event.value, scratch_), expected);
}

std::vector<Change> to_changes(const Rules& rules) {
  std::vector<Change> out;
  for (const auto& [id, pattern] : rules) out.push_back({Change::Kind::Put, id, pattern});
  out.push_back({Change::Kind::Snapshot, 0, std::nullopt, true});
  return out;
}

std::string shrink(std::vector<Change> changes, const Event& event) {
  std::optional<std::string> found = replay(changes, event);
  std::string out;
  if (!found) {
    out =
        "A new set answers this event rightly after the same changes; an earlier event matters.\n";
  }
  for (bool goes_on = found.has_value(); goes_on;) {
    goes_on = false;
    for (std::size_t i = changes.size(); i-- > 0;) {
      if (changes[i].is_asked) continue;
      std::vector<Change> fewer = changes;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      std::optional<std::string> still = replay(fewer, event);
      if (!still) continue;
      changes = std::move(fewer);
      found = std::move(still);
      goes_on = true;
    }
  }
  for (const Change& change : changes) out += show(change) + "\n";
  return out + "event " + event.text + "\n" + found.value_or("") + "\n";
}

Pattern compiled(std::string_view text) {
  Result<Pattern> pattern = Pattern::compile(text);
  if (pattern.ok()) return *pattern;
  std::fprintf(stderr, "%s\n%s\n", std::string(text).c_str(), pattern.error().message.c_str());
  std::abort();
}

}  // namespace rialto::ruler::proof
