#include "ruler/index/rules.h"

#include <algorithm>
#include <limits>

namespace rialto::ruler {
namespace {

// A field with fewer ranges has each of its numbers compared with all of them.
constexpr std::uint64_t kFewRanges = 8;

// What a key is taken for while few rules wait under its kind.
constexpr double kPriorKeys = 64;

// How often a value satisfies a key, compared with a whole string.
double weight(Probe probe) {
  switch (probe.kind) {
    case ProbeKind::Text:
    case ProbeKind::NumberText: return 1;
    case ProbeKind::FoldedText: return 1.2;
    case ProbeKind::Number: return 1.5;
    case ProbeKind::NetworkV4: return probe.parameter == 32 ? 1 : 2;
    case ProbeKind::NetworkV6: return probe.parameter == 128 ? 1 : 2;
    case ProbeKind::Prefix:
    case ProbeKind::Suffix:
    case ProbeKind::FoldedPrefix:
    case ProbeKind::FoldedSuffix:
      return probe.parameter == 0 ? kPriorKeys : 2 + 8.0 / probe.parameter;
    case ProbeKind::Range: return 4;
    // Asked for at every place of a string.
    case ProbeKind::Gram: return 64.0 / probe.parameter;
    default: return kPriorKeys;
  }
}

// The deepest path that both lead through, by its depth.
std::uint32_t shared_depth(const PathTree& paths, PathId a, PathId b) {
  while (a != b) {
    const std::uint32_t depth_a = paths.get(a).depth;
    const std::uint32_t depth_b = paths.get(b).depth;
    if (depth_a >= depth_b) a = paths.get(a).parent;
    if (depth_b >= depth_a) b = paths.get(b).parent;
  }
  return paths.get(a).depth;
}

}  // namespace

Rules::Rules(std::uint64_t seed) : memory_(std::make_shared<Memory>()), paths_(*memory_, seed) {
  index_.seed = seed;
}

Rules::Published Rules::publish() {
  index_.paths = paths_.tree();
  return {memory_, memory_->publish(), index_};
}

bool Rules::contains(RuleId id) const {
  bool out = false;
  clauses_of_.each(id_hash(id), [&](Directory::Item item) {
    out |= reinterpret_cast<const Clause*>(item)->id == id;
  });
  return out;
}

void Rules::put(RuleId id, const Pattern& pattern) {
  remove(id);
  const bool has_siblings = pattern.alternatives().size() > 1;
  for (const Pattern::Alternative& alternative : pattern.alternatives()) {
    writer_.begin(id);
    for (const std::size_t field : alternative) {
      begin_condition(pattern.fields()[field].path);
      write_tests(writer_, pattern.fields()[field]);
      writer_.end_condition();
    }
    add_clause(has_siblings);
  }
  ++index_.rules;
}

void Rules::put(RuleId id, const PlainPattern& pattern) {
  remove(id);
  writer_.begin(id);
  for (const PlainPattern::Field& field : pattern.fields()) {
    begin_condition(field.path);
    write_tests(writer_, field);
    writer_.end_condition();
  }
  add_clause(false);
  ++index_.rules;
}

void Rules::begin_condition(std::string_view name) {
  const PathId path = paths_.make(name);
  paths_.use(path);
  writer_.begin_condition(path);
}

std::uint32_t Rules::take_ordinal() {
  if (free_ordinals_.empty()) return static_cast<std::uint32_t>(index_.ordinals++);
  const std::uint32_t out = free_ordinals_.back();
  free_ordinals_.pop_back();
  return out;
}

void Rules::add_clause(bool has_siblings) {
  Clause& draft = writer_.clause();
  draft.has_siblings = has_siblings;
  draft.born = memory_->version();
  draft.ordinal = take_ordinal();
  choose_access(draft);
  relate(draft);
  const PathId path = collect_keys(draft);
  draft.has_many_keys = keys_.size() > 1;
  const std::span<const char> bytes = writer_.bytes();
  auto* kept = static_cast<char*>(memory_->allocate(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), kept);
  const auto& clause = *reinterpret_cast<const Clause*>(kept);
  wait(clause, path);
  clauses_of_.add(own_memory_, id_hash(clause.id), reinterpret_cast<Directory::Item>(kept));
}

// Leaves the keys that the clause waits under in keys_, and answers the path that they are of.
PathId Rules::collect_keys(const Clause& clause) {
  keys_.clear();
  if (clause.access == Clause::kNoAccess) {
    keys_.push_back({{ProbeKind::Always, 0}, always_hash(index_.seed)});
    return kRoot;
  }
  const Condition& access = *clause.access_condition();
  append_keys(access, space_of(access), clause.is_any_number, keys_);
  return access.path;
}

void Rules::wait(const Clause& clause, PathId path) {
  for (const Key& key : keys_) {
    index_.waiting.add(*memory_, key.hash, reinterpret_cast<Directory::Item>(&clause));
    paths_.add_probe(path, key.probe);
  }
}

bool Rules::remove(RuleId id) {
  std::vector<Clause*> clauses;
  clauses_of_.each(id_hash(id), [&](Directory::Item item) {
    auto* clause = reinterpret_cast<Clause*>(item);
    if (clause->id == id) clauses.push_back(clause);
  });
  for (Clause* clause : clauses) remove_clause(*clause);
  if (clauses.empty()) return false;
  --index_.rules;
  return true;
}

void Rules::remove_clause(Clause& clause) {
  const auto item = reinterpret_cast<Directory::Item>(&clause);
  clauses_of_.remove(own_memory_, id_hash(clause.id), item);
  const PathId path = collect_keys(clause);
  for (const Key& key : keys_) {
    index_.waiting.remove(*memory_, key.hash, item);
    paths_.remove_probe(path, key.probe);
  }
  for (const Condition* each = clause.begin(); each != clause.end(); each = each->next()) {
    paths_.release(each->path);
  }
  free_ordinals_.push_back(clause.ordinal);
  memory_->retire(&clause, clause.bytes, clause.born);
}

// --- Which field a clause waits at

// The share of events that may visit the key: how many of the keys of its kind it is, and what that
// kind is worth.
double Rules::cost(const Key& key, KeySpace space) const {
  const auto waiting = static_cast<double>(index_.waiting.count(key.hash));
  const auto all = static_cast<double>(paths_.count(space.path, key.probe.kind));
  switch (key.probe.kind) {
    case ProbeKind::Any: return 1;
    case ProbeKind::AnyNumber: return 0.95;
    case ProbeKind::Literal: return 0.5;
    default: return std::min(0.9, weight(key.probe) * (waiting + 1) / (all + kPriorKeys));
  }
}

double Rules::cost(const Condition& condition, KeySpace space, bool is_any_number) {
  keys_.clear();
  append_keys(condition, space, is_any_number, keys_);
  double out = 0;
  for (const Key& key : keys_) out += cost(key, space);
  // Among fields that are all satisfied by most events, the one with fewer keys.
  constexpr double kPerKey = 1e-6;
  return std::min(out, 1.0) + kPerKey * static_cast<double>(keys_.size());
}

void Rules::choose_picks(const Condition& condition, KeySpace space) {
  condition.tests().any([&](const Test& test) {
    if (test.op != Op::Wildcard) return false;
    Pick best;
    double least = std::numeric_limits<double>::max();
    for (const Pick& pick : picks_of(test)) {
      const double each = cost(key_of(test, pick, space), space);
      if (each >= least) continue;
      least = each;
      best = pick;
    }
    // The test is in the writer's memory.
    std::memcpy(const_cast<char*>(test.payload), &best, sizeof best);
    return false;
  });
}

bool Rules::has_few_ranges(const Condition& condition) const {
  const bool has_range =
      condition.tests().any([](const Test& test) { return test.op == Op::Range; });
  if (!has_range) return false;
  const Key any = space_of(condition).word_key({ProbeKind::AnyNumber, 0}, 0);
  return index_.waiting.count(any.hash) < kFewRanges;
}

void Rules::choose_access(Clause& clause) {
  double least = std::numeric_limits<double>::max();
  for (const Condition* each = clause.begin(); each != clause.end(); each = each->next()) {
    if (each->may_be_absent) continue;
    const KeySpace space = space_of(*each);
    const bool is_any_number = has_few_ranges(*each);
    choose_picks(*each, space);
    const double now = cost(*each, space, is_any_number);
    if (now >= least) continue;
    least = now;
    clause.access = static_cast<std::uint32_t>(reinterpret_cast<const char*>(each) -
                                               reinterpret_cast<const char*>(&clause));
    clause.is_any_number = is_any_number;
  }
}

void Rules::relate(Clause& clause) {
  if (clause.access == Clause::kNoAccess) return;
  const PathId access = clause.access_condition()->path;
  constexpr std::uint32_t kSharedMax = std::numeric_limits<std::uint16_t>::max();
  for (const Condition* each = clause.begin(); each != clause.end(); each = each->next()) {
    auto& condition = const_cast<Condition&>(*each);  // in the writer's memory
    const PathTree& paths = paths_.tree();
    const std::uint32_t shared = shared_depth(paths, each->path, access);
    condition.shared = static_cast<std::uint16_t>(std::min(shared, kSharedMax));
    condition.is_related =
        shared == paths.get(each->path).depth || shared == paths.get(access).depth;
  }
}

}  // namespace rialto::ruler
