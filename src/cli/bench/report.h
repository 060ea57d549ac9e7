// What a measurement found, for people, scripts and spreadsheets.
#pragma once

#include <string>
#include <vector>

#include "cli/bench/histogram.h"
#include "cli/commands.h"

namespace rialto::cli {

struct Figure {
  std::string name;  // of the JSON member or CSV column, its unit last
  std::string text;  // what stands after the number, for people
  double value = 0;
  int decimals = 0;
};
using Figures = std::vector<Figure>;

// p50, p90, p99, p99.9 and the greatest, in microseconds; `prefix` tells apart what is measured.
void add_latencies(Figures& out, const std::string& prefix, const std::string& what,
                   const Histogram& micros);

// One line a figure; one JSON object; or a CSV header and a row.
std::string show(const Figures& figures, BenchFormat format);

}  // namespace rialto::cli
