#include "cli/match/cases.h"

#include <algorithm>
#include <utility>

#include "json/read.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

void append_sole_member(std::string& out, std::string_view key, std::string_view text) {
  out += '{';
  json::append_quoted(out, key);
  out += ':';
  json::append_quoted(out, text);
  out += '}';
}

// Whether a case has the right shape, but for what its texts say. What else it has is let be.
Result<> check_shape(const json::Value& root) {
  const json::Value* rules = root.find("rules");
  if (rules == nullptr || !rules->is_object()) {
    return fail(Code::InvalidArgument, "A case is an object with an object of rules.");
  }
  for (const json::Member& rule : rules->members()) {
    if (rule.value.is_string()) continue;
    return fail(Code::InvalidArgument, "The pattern of the rule " + json::quoted(rule.key) +
                                           " is not a string with its text.");
  }
  const json::Value* event = root.find("event");
  if (event == nullptr || !event->is_string()) {
    return fail(Code::InvalidArgument, "A case has an event, a string with its text.");
  }
  return {};
}

}  // namespace

bool Cases::answer(std::string_view line, std::string& out) {
  const auto answered = answer_case(line, out);
  if (!answered.ok()) refuse(answered.error().message, out);
  return answered.ok();
}

void Cases::refuse(std::string_view message, std::string& out) {
  append_sole_member(out, "case_error", message);
}

Result<> Cases::answer_case(std::string_view line, std::string& out) {
  RIALTO_TRY(json::Value root, json::parse(line));
  RIALTO_TRY_VOID(check_shape(root));
  json::Value& rules = *root.find("rules");
  if (rules != rules_) compile(std::move(rules));
  const std::string_view event = root.find("event")->as_string();
  const auto matched = snapshot_.match(event, scratch_);
  if (!matched.ok()) {
    append_sole_member(out, "event_error", matched.error().message);
    return {};
  }
  matched_.assign(matched->begin(), matched->end());
  std::ranges::sort(matched_);
  out += R"({"matched":[)";
  for (std::size_t i = 0; i < matched_.size(); ++i) {
    if (i > 0) out += ',';
    out += names_[matched_[i]];
  }
  out += R"(],"errors":)" + errors_ + "}";
  return {};
}

void Cases::compile(json::Value rules) {
  std::vector<const json::Member*> sorted;
  for (const json::Member& rule : rules.members()) sorted.push_back(&rule);
  std::ranges::sort(sorted, {}, &json::Member::key);
  ruler::RuleSet set;
  names_.clear();
  errors_ = "{";
  for (const json::Member* rule : sorted) {
    const auto put = set.put(names_.size(), rule->value.as_string());
    names_.push_back(json::quoted(rule->key));
    if (put.ok()) continue;
    if (errors_.size() > 1) errors_ += ',';
    errors_ += names_.back() + ":";
    json::append_quoted(errors_, put.error().message);
  }
  errors_ += '}';
  snapshot_ = set.snapshot();
  rules_ = std::move(rules);
}

}  // namespace rialto::cli
