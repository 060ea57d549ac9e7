// What changes cost: rules by the thousand, rules one by one, and compiling alone.
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "matcher/commands.h"
#include "ruler/rule_set.h"

namespace rialto::bench {
namespace {

void put(ruler::RuleSet& rules, ruler::RuleId id, const std::string& pattern) {
  if (const auto done = rules.put(id, pattern); !done.ok()) die(done.error().message);
}

// Where the publisher leaves the newest snapshot for those who match.
class Slot {
 public:
  explicit Slot(ruler::Snapshot first) : snapshot_(std::move(first)) {}
  ruler::Snapshot load() {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }
  void store(ruler::Snapshot fresh) {
    const std::lock_guard lock(mutex_);
    std::swap(snapshot_, fresh);
  }

 private:
  std::mutex mutex_;
  ruler::Snapshot snapshot_;
};

// Matches with the newest snapshot, without pause, until it goes. Every event matches one of the
// rules that stay and none of those that come and go.
class Reader {
 public:
  Reader(Slot& slot, const Lines& events)
      : thread_([this, &slot, &events] { run(slot, events); }) {}
  ~Reader() {
    is_done_ = true;
    thread_.join();
  }

 private:
  void run(Slot& slot, const Lines& events) {
    ruler::Scratch scratch;
    for (std::size_t i = 0; !is_done_; ++i) {
      const ruler::Snapshot snapshot = slot.load();
      const auto ids = snapshot.match_trusted(events.all()[i % events.size()], scratch);
      if (ids.size() != 1) die("a reader found " + std::to_string(ids.size()) + " rules, not one");
    }
  }

  std::atomic<bool> is_done_ = false;
  std::thread thread_;
};

struct Costs {
  std::vector<double> wall;
  std::vector<double> cpu;

  template <typename Change>
  void measure(Change&& change) {
    const double wall_start = wall_seconds();
    const double cpu_start = cpu_seconds();
    change();
    cpu.push_back(cpu_seconds() - cpu_start);
    wall.push_back(wall_seconds() - wall_start);
  }
  void report(Report& report, const std::string& name) const {
    report.add(name + "_wall_us_median", quantile(wall, 0.5) * 1e6);
    report.add(name + "_wall_us_p99", quantile(wall, 0.99) * 1e6);
    report.add(name + "_cpu_us_median", quantile(cpu, 0.5) * 1e6);
    report.add(name + "_cpu_us_p99", quantile(cpu, 0.99) * 1e6);
  }
};

// One rule more, published; the same rule less, published: over and over. A change ends when the
// snapshot before it is given up, so that its cost is in it, unless a reader is the last to hold
// it.
void change_one_by_one(ruler::RuleSet& rules, Slot& slot, const std::vector<std::string>& texts,
                       const Options& options, Report& report, const std::string& name) {
  constexpr double kSecondsMax = 20;
  Costs add;
  Costs remove;
  const double start = wall_seconds();
  for (std::size_t i = 0; i < options.changes && wall_seconds() - start < kSecondsMax; ++i) {
    const std::size_t at = options.base + i % (texts.size() - options.base);
    add.measure([&] {
      put(rules, at, texts[at]);
      slot.store(rules.snapshot());
    });
    remove.measure([&] {
      rules.remove(at);
      slot.store(rules.snapshot());
    });
  }
  add.report(report, name + "add");
  remove.report(report, name + "remove");
  report.add(name + "changes", static_cast<double>(add.wall.size()));
  if (slot.load().size() != options.base) die("rules are left");
}

}  // namespace

void measure_publish(const Options& options) {
  const std::vector<std::string> texts = read_rules(options.rules);
  const Lines events(options.events, options.limit);
  if (texts.size() <= options.base) die("no rules to add");
  ruler::RuleSet rules;
  for (std::size_t id = 0; id < options.base; ++id) put(rules, id, texts[id]);
  Slot slot(rules.snapshot());
  Report report;
  change_one_by_one(rules, slot, texts, options, report, "");
  {
    const Reader reader(slot, events);
    change_one_by_one(rules, slot, texts, options, report, "beside_reader_");
  }
  report.print();
}

void measure_bulk(const Options& options) {
  const std::vector<std::string> texts = read_rules(options.rules);
  std::optional<ruler::RuleSet> rules;
  std::optional<ruler::Snapshot> snapshot;
  std::vector<double> seconds;
  for (int pass = 0; pass < options.effort.passes; ++pass) {
    snapshot.reset();
    rules.reset();
    const double start = wall_seconds();
    rules.emplace();
    for (std::size_t id = 0; id < texts.size(); ++id) put(*rules, id, texts[id]);
    snapshot = rules->snapshot();
    seconds.push_back(wall_seconds() - start);
    if (snapshot->size() != texts.size()) die("rules are missing");
  }
  Report report;
  report.add("rules_per_second", static_cast<double>(texts.size()) / quantile(seconds, 0.5));
  report.add("rules", static_cast<double>(texts.size()));
  report.print();
}

void measure_compile(const Options& options) {
  constexpr std::size_t kTexts = 10'000;
  const std::vector<std::string> texts = read_rules(options.rules, kTexts);
  const double seconds = median_pass(options.effort, [&] {
    for (const std::string& text : texts) {
      if (!ruler::Pattern::compile(text).ok()) die("a pattern is refused: " + text);
    }
  });
  Report report;
  report.add("patterns_per_second", static_cast<double>(texts.size()) / seconds);
  report.print();
}

}  // namespace rialto::bench
