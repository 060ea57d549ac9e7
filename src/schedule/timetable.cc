#include "schedule/timetable.h"

#include <algorithm>

namespace rialto::schedule {
namespace {

// The schedule may have a rule to itself, or share it with a pattern.
bool may_fire(const bus::RuleState& rule) { return rule.schedule && rule.rule.is_enabled(); }

}  // namespace

Timetable::Line& Timetable::find_line(const store::RuleFiredKey& key, const bus::RuleState& rule) {
  const model::Schedule& schedule = *rule.rule.schedule;
  Line& line = lines_[key];
  if (line.round > 0 && line.schedule == schedule) return line;
  line.schedule = schedule;
  line.done = schedule.anchor;
  const auto before = restored_.find(key);
  if (before != restored_.end() && before->second.anchor == schedule.anchor) {
    line.done = std::max(line.done, before->second.due);
  }
  line.next = rule.schedule->next_after(line.done, schedule.anchor);
  return line;
}

std::vector<Due> Timetable::find_due(const bus::CatalogState& state, TimePoint now) {
  ++round_;
  std::vector<Due> out;
  for (const auto& [name, bus] : state.buses) {
    if (bus->ref.name != model::kDefaultBus) continue;  // schedules are of the default bus only
    for (const auto& [rule_name, rule] : bus->rules) {
      if (!may_fire(*rule)) continue;
      Line& line = find_line({bus->bus.id, rule_name}, *rule);
      line.round = round_;
      if (!line.next || *line.next > now) continue;
      const auto last = rule->schedule->last_within(line.done, now, line.schedule.anchor);
      out.push_back({bus, rule, last.value_or(*line.next)});
    }
  }
  restored_.clear();
  std::erase_if(lines_, [this](const auto& each) { return each.second.round != round_; });
  return out;
}

void Timetable::fired(const Due& due) {
  const auto line = lines_.find(due.key());
  if (line == lines_.end()) return;
  line->second.done = due.at;
  line->second.next = due.rule->schedule->next_after(due.at, line->second.schedule.anchor);
}

std::optional<TimePoint> Timetable::next() const {
  std::optional<TimePoint> out;
  for (const auto& [key, line] : lines_) {
    if (line.next && (!out || *line.next < *out)) out = line.next;
  }
  return out;
}

}  // namespace rialto::schedule
