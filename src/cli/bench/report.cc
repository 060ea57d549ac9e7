#include "cli/bench/report.h"

#include <cstdio>

namespace rialto::cli {
namespace {

std::string number(const Figure& figure) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", figure.decimals, figure.value);
  return text;
}

}  // namespace

void add_latencies(Figures& out, const std::string& prefix, const std::string& what,
                   const Histogram& micros) {
  struct Row {
    const char* name;
    double share;
  };
  for (const Row& row : {Row{"p50", 0.5}, Row{"p90", 0.9}, Row{"p99", 0.99}, Row{"p999", 0.999}}) {
    out.push_back({prefix + row.name + "_us", "us " + std::string(row.name) + what,
                   static_cast<double>(micros.percentile(row.share))});
  }
  out.push_back({prefix + "max_us", "us at most" + what, static_cast<double>(micros.max())});
}

std::string show(const Figures& figures, BenchFormat format) {
  std::string out;
  std::string row;
  for (const Figure& figure : figures) {
    switch (format) {
      case BenchFormat::Text: {
        const std::string value = number(figure);
        out += std::string(value.size() < 12 ? 12 - value.size() : 0, ' ') + value + " " +
               figure.text + "\n";
        break;
      }
      case BenchFormat::Json:
        out += (out.empty() ? "{\"" : ",\"") + figure.name + "\":" + number(figure);
        break;
      case BenchFormat::Csv:
        out += (out.empty() ? "" : ",") + figure.name;
        row += (row.empty() ? "" : ",") + number(figure);
    }
  }
  if (format == BenchFormat::Json) out += "}\n";
  if (format == BenchFormat::Csv) out += "\n" + row + "\n";
  return out;
}

}  // namespace rialto::cli
