#include "ruler/rule_set.h"

#include <algorithm>
#include <map>
#include <optional>

#include "json/read.h"
#include "ruler/index/plain_pattern.h"
#include "ruler/index/rules.h"
#include "ruler/match/search.h"
#include "ruler/scan/scanner.h"
#include "ruler/show/clause_text.h"

namespace rialto::ruler {
namespace {

// Offsets into an event are 32 bits wide.
constexpr std::size_t kEventBytesMax = (std::size_t{1} << 32) - 2;

}  // namespace

struct Scratch::Impl {
  Blocks blocks;
  SearchSpace space;
};

Scratch::Scratch() noexcept : impl_(std::make_unique<Impl>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

struct Snapshot::Impl : Rules::Published {
  explicit Impl(Rules::Published published) : Rules::Published(std::move(published)) {}
};

Snapshot::Snapshot() noexcept : Snapshot(RuleSet().snapshot()) {}
Snapshot::Snapshot(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Snapshot::~Snapshot() = default;
Snapshot::Snapshot(const Snapshot&) = default;
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(const Snapshot&) = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;

namespace {

Error no_object(std::string_view event) {
  auto root = json::parse(event, {.any_number = true});
  if (!root.ok()) return std::move(root).error();
  return fail(Code::InvalidArgument, "The event is not a JSON object.");
}

Error malformed(const Scanned& scanned) {
  return fail(Code::InvalidArgument, "Invalid JSON at offset " + std::to_string(scanned.at) + ": " +
                                         scanned.problem + ".");
}

// Finds the leaves of text from anywhere. Answers a document where they lie in that, and not in the
// text: the slow way, for a text in which keys that matter are repeated.
Result<json::Value> find_leaves_of_text(std::string_view event, const PathTree& paths,
                                        Blocks& blocks, Found& found) {
  if (event.size() > kEventBytesMax) {
    return fail(Code::InvalidArgument, "The event is longer than 4 GiB.");
  }
  found.begin(paths.limit());
  const Scanned scanned = scan_checked(event, paths, blocks, found);
  switch (scanned.outcome) {
    case Scanned::Outcome::Done: return json::Value();
    case Scanned::Outcome::NoObject: return no_object(event);
    case Scanned::Outcome::Malformed: return malformed(scanned);
    case Scanned::Outcome::Repeated: break;
  }
  RIALTO_TRY(json::Value root, json::parse(event, {.any_number = true}));
  found.begin(paths.limit());
  find_leaves(root, paths, found);
  return root;
}

}  // namespace

Result<std::span<const RuleId>> Snapshot::match(std::string_view event,
                                                Scratch& scratch) const noexcept {
  SearchSpace& space = scratch.impl().space;
  RIALTO_TRY(const json::Value root,
             find_leaves_of_text(event, impl_->index.paths, scratch.impl().blocks, space.found));
  Search(impl_->index, space).run();
  return std::span<const RuleId>(space.ids);
}

std::span<const RuleId> Snapshot::match_trusted(std::string_view event,
                                                Scratch& scratch) const noexcept {
  SearchSpace& space = scratch.impl().space;
  space.found.begin(impl_->index.paths.limit());
  if (event.size() <= kEventBytesMax) {
    scan_trusted(event, impl_->index.paths, scratch.impl().blocks, space.found);
  }
  Search(impl_->index, space).run();
  return space.ids;
}

std::span<const RuleId> Snapshot::match_document(const json::Value& event,
                                                 Scratch& scratch) const noexcept {
  SearchSpace& space = scratch.impl().space;
  space.ids.clear();
  if (!event.is_object()) return space.ids;
  space.found.begin(impl_->index.paths.limit());
  find_leaves(event, impl_->index.paths, space.found);
  Search(impl_->index, space).run();
  return space.ids;
}

namespace {

// A rule by the clause that comes closest.
struct Closest {
  const Clause* clause = nullptr;
  const Condition* failed = nullptr;  // nullptr: they hold, but not together
  bool has_matched = false;
};

// The one condition by which a clause fails, nullptr where each holds; nothing where more fail.
std::optional<const Condition*> find_single_failure(const Clause& clause,
                                                    const Judgement& judgement) {
  const Condition* failed = nullptr;
  for (const Condition* each = clause.begin(); each != clause.end(); each = each->next()) {
    if (judgement.passes_alone(*each)) continue;
    if (failed != nullptr) return std::nullopt;
    failed = each;
  }
  return failed;
}

NearMiss describe(const Closest& closest, const Index& index, const Found& found) {
  NearMiss out;
  out.id = closest.clause->id;
  out.is_conflict = closest.failed == nullptr;
  const Condition& shown =
      out.is_conflict ? *Judgement(*closest.clause, found).find_conflict() : *closest.failed;
  out.path = index.paths.name(shown.path);
  out.condition = to_text(shown);
  std::uint32_t leaf = found.first_leaf(shown.path);
  for (; leaf != 0 && out.found.size() < kNearMissValuesMax; leaf = found.leaves()[leaf].next) {
    out.found.push_back(to_text(found.leaves()[leaf]));
  }
  return out;
}

std::vector<NearMiss> find_near_misses(const Index& index, const Found& found, std::size_t limit) {
  std::map<RuleId, Closest> rules;
  index.waiting.each([&](Directory::Item item) {
    const auto& clause = *reinterpret_cast<const Clause*>(item);
    const Judgement judgement(clause, found);
    if (judgement.matches()) {
      rules[clause.id].has_matched = true;
    } else if (const auto failed = find_single_failure(clause, judgement)) {
      Closest& closest = rules[clause.id];
      const bool is_first = closest.clause == nullptr || clause.ordinal < closest.clause->ordinal;
      if (is_first) closest = {&clause, *failed, closest.has_matched};
    }
  });
  std::vector<NearMiss> out;
  for (const auto& [id, closest] : rules) {
    if (out.size() == limit) break;
    if (!closest.has_matched) out.push_back(describe(closest, index, found));
  }
  return out;
}

}  // namespace

Result<std::vector<NearMiss>> Snapshot::explain(std::string_view event,
                                                std::size_t limit) const noexcept {
  Blocks blocks;
  Found found;
  RIALTO_TRY(const json::Value root, find_leaves_of_text(event, impl_->index.paths, blocks, found));
  return find_near_misses(impl_->index, found, limit);
}

std::vector<NearMiss> Snapshot::explain_document(const json::Value& event,
                                                 std::size_t limit) const noexcept {
  Found found;
  found.begin(impl_->index.paths.limit());
  find_leaves(event, impl_->index.paths, found);
  return find_near_misses(impl_->index, found, limit);
}

std::size_t Snapshot::size() const noexcept { return impl_->index.rules; }

struct RuleSet::Impl {
  explicit Impl(std::uint64_t set_seed)
      : seed(set_seed), rules(std::make_unique<Rules>(set_seed)) {}

  std::uint64_t seed;
  std::unique_ptr<Rules> rules;
  PlainPattern plain;
  std::shared_ptr<const Snapshot::Impl> published;  // of the rules as they are, or nullptr
};

RuleSet::RuleSet(std::uint64_t seed) noexcept : impl_(std::make_unique<Impl>(seed)) {}
RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

Result<> RuleSet::put(RuleId id, std::string_view pattern) noexcept {
  if (pattern.size() > kPatternBytesMax) {
    return fail(Code::LimitExceeded, "The pattern is longer than 2 MiB.");
  }
  if (impl_->plain.read(pattern)) {
    impl_->published = nullptr;
    impl_->rules->put(id, impl_->plain);
    return {};
  }
  RIALTO_TRY(const Pattern compiled, Pattern::compile(pattern));
  put(id, compiled);
  return {};
}

void RuleSet::put(RuleId id, const Pattern& pattern) noexcept {
  impl_->published = nullptr;
  impl_->rules->put(id, pattern);
}

bool RuleSet::remove(RuleId id) noexcept {
  if (!impl_->rules->remove(id)) return false;
  impl_->published = nullptr;
  // All memory goes with the last rule.
  if (impl_->rules->size() == 0) impl_->rules = std::make_unique<Rules>(impl_->seed);
  return true;
}

bool RuleSet::contains(RuleId id) const noexcept { return impl_->rules->contains(id); }
std::size_t RuleSet::size() const noexcept { return impl_->rules->size(); }

Snapshot RuleSet::snapshot() noexcept {
  if (impl_->published == nullptr) {
    impl_->published = std::make_shared<const Snapshot::Impl>(impl_->rules->publish());
  }
  return Snapshot(impl_->published);
}

bool is_plain(const json::Value& event) {
  if (event.is_array()) return std::all_of(event.items().begin(), event.items().end(), is_plain);
  if (!event.is_object()) return true;
  return std::all_of(event.members().begin(), event.members().end(),
                     [](const json::Member& member) {
                       return member.key.find('.') == member.key.npos && is_plain(member.value);
                     });
}

}  // namespace rialto::ruler
