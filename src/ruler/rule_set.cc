// A placeholder with the right answers, one pattern after the other.
#include "ruler/rule_set.h"

#include <algorithm>
#include <map>

#include "json/read.h"
#include "json/write.h"
#include "ruler/match/evaluate.h"
#include "ruler/match/leaves.h"
#include "ruler/reference.h"

namespace rialto::ruler {

struct Scratch::Impl {
  std::vector<RuleId> ids;
};
Scratch::Scratch() : impl_(std::make_unique<Impl>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

struct Snapshot::Impl {
  std::map<RuleId, Pattern> rules;
};
struct RuleSet::Impl {
  std::map<RuleId, Pattern> rules;
};

Snapshot::Snapshot() : impl_(std::make_shared<const Impl>()) {}
Snapshot::Snapshot(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Snapshot::~Snapshot() = default;
Snapshot::Snapshot(const Snapshot&) = default;
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(const Snapshot&) = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;

Result<std::span<const RuleId>> Snapshot::match(std::string_view event, Scratch& scratch) const {
  RIALTO_TRY(const json::Value root, json::parse(event));
  if (!root.is_object()) return fail(Code::InvalidArgument, "The event is not a JSON object.");
  return match(root, scratch);
}

std::span<const RuleId> Snapshot::match_trusted(std::string_view event, Scratch& scratch) const {
  return *match(event, scratch);
}

std::span<const RuleId> Snapshot::match(const json::Value& event, Scratch& scratch) const {
  auto& ids = scratch.impl().ids;
  ids.clear();
  for (const auto& [id, pattern] : impl_->rules) {
    if (matches(pattern, event)) ids.push_back(id);
  }
  return ids;
}

Result<std::vector<NearMiss>> Snapshot::explain(std::string_view event, std::size_t limit) const {
  RIALTO_TRY(const json::Value root, json::parse(event));
  std::vector<NearMiss> out;
  for (const auto& [id, pattern] : impl_->rules) {
    if (out.size() == limit) break;
    Evaluation evaluation(pattern, root);
    if (evaluation.find_match()) continue;
    for (const auto& alternative : pattern.alternatives()) {
      std::vector<std::size_t> failed;
      for (const std::size_t field : alternative) {
        if (!evaluation.passes_alone(field)) failed.push_back(field);
      }
      if (failed.size() != 1) continue;
      NearMiss miss;
      miss.id = id;
      const Field& field = pattern.fields()[failed.front()];
      miss.path = field.path;
      for (const Matcher& matcher : field.any_of) {
        miss.condition += (miss.condition.empty() ? "[" : ",") + matcher.source;
      }
      miss.condition += "]";
      visit_leaves(root, field.path, [&](const json::Value& leaf, const Steps&) {
        miss.found.push_back(json::write(leaf));
        return miss.found.size() < kNearMissValuesMax;
      });
      out.push_back(std::move(miss));
      break;
    }
  }
  return out;
}

std::size_t Snapshot::size() const { return impl_->rules.size(); }

RuleSet::RuleSet() : impl_(std::make_unique<Impl>()) {}
RuleSet::~RuleSet() = default;
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;

Result<> RuleSet::put(RuleId id, std::string_view text) {
  RIALTO_TRY(Pattern pattern, Pattern::compile(text));
  put(id, pattern);
  return {};
}
void RuleSet::put(RuleId id, const Pattern& pattern) { impl_->rules.insert_or_assign(id, pattern); }
bool RuleSet::remove(RuleId id) { return impl_->rules.erase(id) > 0; }
bool RuleSet::contains(RuleId id) const { return impl_->rules.contains(id); }
std::size_t RuleSet::size() const { return impl_->rules.size(); }
Snapshot RuleSet::snapshot() {
  auto impl = std::make_shared<Snapshot::Impl>();
  impl->rules = impl_->rules;
  return Snapshot(std::move(impl));
}

bool is_plain(const json::Value& event) {
  if (event.is_array()) return std::all_of(event.items().begin(), event.items().end(), is_plain);
  if (!event.is_object()) return true;
  return std::all_of(event.members().begin(), event.members().end(), [](const json::Member& m) {
    return m.key.find('.') == m.key.npos && is_plain(m.value);
  });
}

}  // namespace rialto::ruler
