// The timetable: which scheduled rules are due, and when the next one will be. One thread at a
// time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bus/catalog.h"
#include "model/bus.h"
#include "schedule/fired.h"
#include "store/keys.h"

namespace rialto::schedule {

// A rule that is to fire, for the moment `at`.
struct Due {
  std::shared_ptr<const bus::BusState> bus;
  std::shared_ptr<const bus::RuleState> rule;
  TimePoint at;

  store::RuleFiredKey key() const { return {bus->bus.id, rule->rule.name}; }
};

class Timetable {
 public:
  // What an earlier process recorded. Before everything else.
  void restore(const store::RuleFiredKey& key, const Fired& fired) { restored_[key] = fired; }

  // The enabled rules with a schedule that are due. Of several moments of one rule that have passed
  // (the server was down, or its clock was moved) only the last is due: AWS fires each, but a late
  // burst of them would tell nobody anything that the last one does not (docs/spec/06 §2).
  // What is due stays so until it `fired`.
  std::vector<Due> find_due(const bus::CatalogState& state, TimePoint now);

  void fired(const Due& due);

  // When the first of the rules that `find_due` saw is due; nothing when none ever is.
  std::optional<TimePoint> next() const;

 private:
  struct Line {
    model::Schedule schedule;
    TimePoint done;                 // nothing up to it is due
    std::optional<TimePoint> next;  // what comes after `done`
    std::uint64_t round = 0;        // of `find_due`, in which the rule was last seen
  };
  Line& find_line(const store::RuleFiredKey& key, const bus::RuleState& rule);

  std::map<store::RuleFiredKey, Line> lines_;  // at most one a rule
  std::map<store::RuleFiredKey, Fired> restored_;
  std::uint64_t round_ = 0;
};

}  // namespace rialto::schedule
