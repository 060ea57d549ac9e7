// Which of these rules match this event? One answer for all rules at once (docs/spec/01 §3).
//
// A RuleSet holds patterns under ids and is changed by one thread at a time. Its snapshots are
// immutable: any number of threads match with one, without locks, while the set goes on changing. A
// change costs in proportion to itself, not to the set: a snapshot shares all that did not change.
//
//   ruler::RuleSet rules;
//   rules.put(7, R"({"source": ["shop"], "detail": {"total": [{"numeric": [">=", 100]}]}})");
//   ruler::Snapshot snapshot = rules.snapshot();
//   ruler::Scratch scratch;                           // one a thread, used again and again
//   auto ids = snapshot.match(event_text, scratch);   // Result<span<const RuleId>>
//
// Nothing here throws; out of memory ends the process. ARCHITECTURE.md tells how it works.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "ruler/pattern.h"
#include "ruler/rule_id.h"

namespace rialto::ruler {

// What a match needs beside the snapshot: memory that is kept, so that matching allocates nothing
// once it has seen its largest event. For one thread at a time, and for any snapshot of any set.
class Scratch {
 public:
  Scratch() noexcept;
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// A rule of which all conditions but one hold.
struct NearMiss {
  RuleId id = 0;
  std::string path;       // of the field that failed: its keys joined by dots
  std::string condition;  // the field's matchers as a pattern has them: `["a",{"prefix":"b"}]`
  std::vector<std::string> found;  // the first values at the path, as JSON; empty: there is none
  // Every condition holds by itself, but not within one element of an array (docs/spec/01 §3.1).
  // The path is that of one of the fields which exclude each other.
  bool is_conflict = false;
};

inline constexpr std::size_t kNearMissValuesMax = 10;

// The rules of a RuleSet as they were at one moment. A cheap handle, to be copied freely; it may
// outlive the set. The default one has no rules.
class Snapshot {
 public:
  Snapshot() noexcept;
  ~Snapshot();
  Snapshot(const Snapshot&);
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(const Snapshot&);
  Snapshot& operator=(Snapshot&&) noexcept;

  // The ids of the rules that match, each once, in no order; valid until the scratch is used again.
  //
  // Checked: `event` is text from anywhere. Errors: InvalidArgument where it is no JSON object,
  // whole and by itself, as json::read judges it except that numbers may be beyond a double. Of a
  // repeated key the last counts.
  Result<std::span<const RuleId>> match(std::string_view event, Scratch& scratch) const noexcept;

  // Trusted: requires that `event` is text which `match` accepts, without repeated keys (of
  // `is_plain` text, in one word). It stops reading as soon as no rule can ask for more.
  std::span<const RuleId> match_trusted(std::string_view event, Scratch& scratch) const noexcept;

  // The event as a document; what is no object matches nothing.
  std::span<const RuleId> match_document(const json::Value& event, Scratch& scratch) const noexcept;

  // The rules that nearly match, at most `limit`, in the order of their ids. For people: it looks
  // at every rule. Errors of text: as `match`.
  Result<std::vector<NearMiss>> explain(std::string_view event, std::size_t limit) const noexcept;
  std::vector<NearMiss> explain_document(const json::Value& event,
                                         std::size_t limit) const noexcept;

  std::size_t size() const noexcept;  // rules

 private:
  friend class RuleSet;
  struct Impl;
  explicit Snapshot(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

// Longer patterns are refused: far more than AWS's 4,096 bytes.
inline constexpr std::size_t kPatternBytesMax = std::size_t{2} << 20;

class RuleSet {
 public:
  // The seed decides how values are spread over the index. One that strangers do not know keeps
  // those who write patterns from making them collide.
  explicit RuleSet(std::uint64_t seed = 0) noexcept;
  ~RuleSet();
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;

  // Adds the rule, or replaces the one of that id. Errors: as Pattern::compile, and LimitExceeded
  // for one of more than kPatternBytesMax; the set is then as it was before.
  Result<> put(RuleId id, std::string_view pattern) noexcept;
  // Requires that its text has no more than kPatternBytesMax.
  void put(RuleId id, const Pattern& pattern) noexcept;

  // Whether there was such a rule.
  bool remove(RuleId id) noexcept;

  bool contains(RuleId id) const noexcept;
  std::size_t size() const noexcept;

  // The rules as they are now.
  Snapshot snapshot() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether a document can be matched by `match_trusted` from its text: no key of it contains a dot,
// which may lead to a field by two ways. (That no key is repeated, its reader knows.)
bool is_plain(const json::Value& event);

}  // namespace rialto::ruler
