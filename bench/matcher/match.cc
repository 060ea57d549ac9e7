// Events per second: line by line from raw text, parsing included, on one thread.
#include <algorithm>
#include <span>
#include <vector>

#include "json/read.h"
#include "matcher/commands.h"
#include "matcher/yardsticks.h"
#include "ruler/reference.h"
#include "ruler/rule_set.h"

namespace rialto::bench {
namespace {

using Ids = std::vector<ruler::RuleId>;

// The two ways from text to ids.
struct Trusted {
  static std::span<const ruler::RuleId> match(const ruler::Snapshot& snapshot,
                                              std::string_view event, ruler::Scratch& scratch) {
    return snapshot.match_trusted(event, scratch);
  }
};
struct Checked {
  static std::span<const ruler::RuleId> match(const ruler::Snapshot& snapshot,
                                              std::string_view event, ruler::Scratch& scratch) {
    const auto ids = snapshot.match(event, scratch);
    if (!ids.ok()) die("an event was refused: " + ids.error().message);
    return *ids;
  }
};

template <typename Entry>
std::size_t count_matches(const ruler::Snapshot& snapshot, const Lines& events,
                          ruler::Scratch& scratch) {
  std::size_t total = 0;
  for (const std::string_view event : events.all()) {
    total += Entry::match(snapshot, event, scratch).size();
  }
  return total;
}

void expect(bool holds, const std::string& what) {
  if (!holds) die("wrong matches: " + what);
}

// The matches of every event against what the options say is right. Returns how many there are.
template <typename Entry>
std::size_t check_matches(const ruler::Snapshot& snapshot, const Lines& events,
                          const Options& options) {
  std::vector<std::vector<std::uint64_t>> right_ids;
  if (!options.ids.empty()) right_ids = read_numbers(options.ids);
  std::vector<std::uint64_t> counts(snapshot.size());
  std::size_t total = 0;
  ruler::Scratch scratch;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto found = Entry::match(snapshot, events.all()[i], scratch);
    Ids ids(found.begin(), found.end());
    std::sort(ids.begin(), ids.end());
    expect(std::adjacent_find(ids.begin(), ids.end()) == ids.end(), "an id comes twice");
    expect(ids.empty() || ids.back() < counts.size(), "an id that no rule has");
    if (!options.ids.empty()) {
      expect(i < right_ids.size() && ids == right_ids[i], "event " + std::to_string(i));
    }
    for (const ruler::RuleId id : ids) ++counts[id];
    total += ids.size();
  }
  if (options.counts.empty()) return total;
  const auto right = read_numbers(options.counts);
  expect(right.size() == counts.size(), "the counts are of another set");
  for (std::size_t id = 0; id < counts.size(); ++id) {
    expect(counts[id] == right[id].at(0), "rule " + std::to_string(id) + " has " +
                                              std::to_string(counts[id]) + ", not " +
                                              std::to_string(right[id].at(0)));
  }
  return total;
}

// As many events as the options say, spread over the file, under the plainest matcher.
void compare_with_reference(const ruler::Snapshot& snapshot, const Lines& events,
                            const Options& options) {
  std::vector<ruler::Pattern> patterns;
  for (const std::string& text : read_rules(options.rules)) {
    patterns.push_back(*ruler::Pattern::compile(text));
  }
  ruler::Scratch scratch;
  const std::size_t step = std::max<std::size_t>(1, events.size() / options.reference);
  for (std::size_t i = 0; i < events.size(); i += step) {
    const json::Value event = *json::parse(events.all()[i]);
    Ids right;
    for (std::size_t id = 0; id < patterns.size(); ++id) {
      if (ruler::matches(patterns[id], event)) right.push_back(id);
    }
    const auto found = Trusted::match(snapshot, events.all()[i], scratch);
    Ids ids(found.begin(), found.end());
    std::sort(ids.begin(), ids.end());
    expect(ids == right, "event " + std::to_string(i) + " beside the reference evaluator");
  }
}

ruler::Snapshot load_rules(const std::string& path) {
  ruler::RuleSet rules;
  RuleReader reader(path);
  ruler::RuleId id = 0;
  for (std::string_view pattern; reader.next(pattern); ++id) {
    if (const auto put = rules.put(id, pattern); !put.ok()) die(put.error().message);
  }
  return rules.snapshot();
}

// How fast the machine is: taken between the measurements too, for others may be using it.
class Machine {
 public:
  explicit Machine(const std::string& path) {
    if (!path.empty()) lines_ = std::make_unique<Lines>(path);
  }
  void sample() {
    if (!lines_) return;
    constexpr Effort kBrief{.passes = 3, .seconds = 0};
    seconds_.push_back(median_pass(kBrief, [this] { yardsticks::scan_structure(*lines_); }));
  }
  void report(Report& report) const {
    if (!lines_) return;
    report.add("machine_scan", static_cast<double>(lines_->size()) / quantile(seconds_, 0.5));
  }

 private:
  std::unique_ptr<Lines> lines_;
  std::vector<double> seconds_;
};

}  // namespace

void measure_match(const Options& options) {
  const Lines events(options.events, options.limit);
  const ruler::Snapshot snapshot = load_rules(options.rules);
  const std::size_t total = check_matches<Trusted>(snapshot, events, options);
  expect(check_matches<Checked>(snapshot, events, options) == total, "the entries differ");
  if (options.reference > 0) compare_with_reference(snapshot, events, options);

  Machine machine(options.machine);
  Report report;
  ruler::Scratch scratch;
  const auto rate = [&](const char* name, auto&& pass) {
    const double seconds = median_pass(options.effort, pass);
    report.add(name, static_cast<double>(events.size()) / seconds);
    machine.sample();
  };
  machine.sample();
  rate("trusted", [&] {
    expect(count_matches<Trusted>(snapshot, events, scratch) == total, "a pass (trusted)");
  });
  rate("checked", [&] {
    expect(count_matches<Checked>(snapshot, events, scratch) == total, "a pass (checked)");
  });
  rate("dom", [&] { yardsticks::build_dom(events); });
  machine.report(report);
  report.add("events", static_cast<double>(events.size()));
  report.add("rules", static_cast<double>(snapshot.size()));
  report.add("matches", static_cast<double>(total));
  report.print();
}

void measure_yardsticks(const Options& options) {
  const Lines lines(options.events, options.limit);
  Report report;
  const auto rate = [&](const char* name, void (*pass)(const Lines&)) {
    const double seconds = median_pass(options.effort, [&] { pass(lines); });
    report.add(name, static_cast<double>(lines.size()) / seconds);
  };
  rate("scan", yardsticks::scan_structure);
  rate("look_up", yardsticks::look_up_three);
  rate("skip", yardsticks::skip_to_end);
  rate("visit", yardsticks::visit_every_value);
  rate("dom", yardsticks::build_dom);
  report.print();
}

}  // namespace rialto::bench
