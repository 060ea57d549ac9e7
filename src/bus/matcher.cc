#include "bus/matcher.h"

#include <algorithm>

#include "bus/catalog.h"

namespace rialto::bus {
namespace {

bool may_match(const RuleState& rule) {
  return rule.rule.is_enabled() && rule.pattern != nullptr && !rule.routes.empty();
}

ruler::Scratch& scratch_of_thread() {
  thread_local ruler::Scratch scratch;
  return scratch;
}

}  // namespace

std::vector<const RuleState*> Matcher::match(const json::Value& event) const {
  return rules_of(snapshot_.match_document(event, scratch_of_thread()));
}

Result<std::vector<const RuleState*>> Matcher::match_text(std::string_view event) const {
  RIALTO_TRY(const auto ids, snapshot_.match(event, scratch_of_thread()));
  return rules_of(ids);
}

std::vector<const RuleState*> Matcher::rules_of(std::span<const ruler::RuleId> ids) const {
  std::vector<const RuleState*> out;
  for (const ruler::RuleId id : ids) out.push_back(by_id_[id].get());
  std::sort(out.begin(), out.end(),
            [](const RuleState* a, const RuleState* b) { return a->rule.name < b->rule.name; });
  return out;
}

std::vector<Matcher::NearMiss> Matcher::explain(const json::Value& event, std::size_t limit) const {
  std::vector<NearMiss> out;
  for (ruler::NearMiss& miss : snapshot_.explain_document(event, limit)) {
    const RuleState* rule = by_id_[miss.id].get();
    out.push_back({rule, std::move(miss)});
  }
  return out;
}

Matcher MatcherBuilder::build(const Rules& rules) {
  std::vector<std::string> gone;
  for (const auto& [name, id] : ids_) {
    const auto found = rules.find(name);
    if (found == rules.end() || !may_match(*found->second)) gone.push_back(name);
  }
  for (const std::string& name : gone) remove(name);
  for (const auto& [name, rule] : rules) {
    if (may_match(*rule)) put(rule);
  }
  Matcher out;
  out.snapshot_ = set_.snapshot();
  out.by_id_ = by_id_;
  return out;
}

void MatcherBuilder::put(const std::shared_ptr<const RuleState>& rule) {
  const auto known = ids_.find(rule->rule.name);
  if (known != ids_.end()) {
    const auto& before = std::exchange(by_id_[known->second], rule);
    // Most changes of a rule are of its targets.
    if (before->pattern->text() != rule->pattern->text()) set_.put(known->second, *rule->pattern);
    return;
  }
  if (free_.empty()) {
    free_.push_back(by_id_.size());
    by_id_.emplace_back();
  }
  const ruler::RuleId id = free_.back();
  free_.pop_back();
  ids_.emplace(rule->rule.name, id);
  by_id_[id] = rule;
  set_.put(id, *rule->pattern);
}

void MatcherBuilder::remove(std::string_view name) {
  const auto found = ids_.find(name);
  set_.remove(found->second);
  by_id_[found->second] = nullptr;
  free_.push_back(found->second);
  ids_.erase(found);
}

}  // namespace rialto::bus
