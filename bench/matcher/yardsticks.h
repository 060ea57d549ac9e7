// What simdjson alone needs for the same lines: the floor under any matcher that reads JSON.
#pragma once

#include "matcher/input.h"

namespace rialto::bench::yardsticks {

// Each goes over all lines once, and ends the process where a line is not what it expects.
void scan_structure(const Lines& lines);  // On-Demand's first stage: structure and UTF-8, no more
void look_up_three(const Lines& lines);   // two fields of citylots2's properties, and the type
void skip_to_end(const Lines& lines);     // the top-level fields, all values passed over
void visit_every_value(const Lines& lines);  // every key, string, number and literal, once
void build_dom(const Lines& lines);

}  // namespace rialto::bench::yardsticks
