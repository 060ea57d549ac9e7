// The rules of `rialto match`: a file of patterns, compiled. Private to cli.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/match/lines.h"
#include "ruler/rule_set.h"

namespace rialto::cli {

// Immutable in use; shared by threads.
struct Rules {
  ruler::Snapshot snapshot;  // a RuleId is the place of the pattern in the file, from 0

  // Ids are shown in order: numbers by their values, then strings by their bytes.
  std::vector<std::uint32_t> ranks;   // of each rule
  std::vector<std::string> ids_json;  // by rank

  const std::string& id_json(ruler::RuleId rule) const { return ids_json[ranks[rule]]; }
};

// One pattern a line, as read_pattern_line takes it; without an id it has the number of its line.
// Errors: as BlockReader; InvalidArgument names the lines that are no patterns (the first few) or
// have the id of another line.
Result<Rules> read_rules(BlockReader reader);

}  // namespace rialto::cli
