// The measurements. Each prints one line of JSON; a wrong count ends the process with code 1.
#pragma once

#include <cstddef>
#include <string>

#include "matcher/input.h"
#include "matcher/measure.h"

namespace rialto::bench {

struct Options {
  std::string command;
  std::string rules;          // a file for RuleReader
  std::string events;         // a file for Lines
  std::string machine;        // lines whose structural scan says how fast this machine is now
  std::string counts;         // per line: how many events the rule of that line matches
  std::string ids;            // per line: the rules that the event of that line matches
  std::size_t limit = kAll;   // of events
  std::size_t reference = 0;  // events to compare with the reference evaluator, under every rule
  std::size_t base = 0;       // rules that are there before the changes
  std::size_t changes = 1000;
  Effort effort;
};

void measure_yardsticks(const Options& options);
void measure_match(const Options& options);
void measure_memory(const Options& options);
void measure_bulk(const Options& options);
void measure_publish(const Options& options);
void measure_compile(const Options& options);

}  // namespace rialto::bench
