// Bytes of resident memory per rule, and what stays of them when all rules are removed.
#include "matcher/commands.h"
#include "ruler/rule_set.h"

namespace rialto::bench {

// Expects a fresh process: memory that others have freed would hide what the rules take.
void measure_memory(const Options& options) {
  ruler::RuleSet rules;
  RuleReader reader(options.rules);
  std::string_view pattern;

  // What a first rule allocates once for all of them is not the rules'.
  if (!reader.next(pattern)) die("no rules");
  if (const auto put = rules.put(0, pattern); !put.ok()) die(put.error().message);
  rules.remove(0);
  ruler::Snapshot snapshot = rules.snapshot();
  const auto empty = static_cast<double>(resident_bytes());

  ruler::RuleId count = 0;
  do {
    if (const auto put = rules.put(count++, pattern); !put.ok()) die(put.error().message);
  } while (reader.next(pattern));
  snapshot = rules.snapshot();
  if (snapshot.size() != count) die("rules are missing");

  const auto per_rule = [&] {
    return (static_cast<double>(resident_bytes()) - empty) / static_cast<double>(count);
  };
  Report report;
  report.add("bytes_per_rule", per_rule());
  trim_heap();
  report.add("bytes_per_rule_trimmed", per_rule());

  const double start = wall_seconds();
  for (ruler::RuleId id = 0; id < count; ++id) {
    if (!rules.remove(id)) die("a rule is missing");
  }
  snapshot = rules.snapshot();
  report.add("removals_per_second", static_cast<double>(count) / (wall_seconds() - start));
  if (snapshot.size() != 0 || rules.size() != 0) die("rules are left");
  report.add("bytes_left", per_rule());
  trim_heap();
  report.add("bytes_left_trimmed", per_rule());
  report.add("rules", static_cast<double>(count));
  report.print();
}

}  // namespace rialto::bench
