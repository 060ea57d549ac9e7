// The measurements behind bench/ruler, which generates their input, calls them and judges the
// figures:
//
//   bench_ruler COMMAND [--rules FILE] [--events FILE] ...     (the options: matcher/commands.h)
#include <cstdlib>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "matcher/commands.h"

namespace {

using rialto::bench::die;
using rialto::bench::Options;

std::size_t to_size(const std::string& text) { return std::strtoull(text.c_str(), nullptr, 10); }

Options parse(std::span<char*> arguments) {
  Options options;
  const std::map<std::string, std::function<void(const std::string&)>> known{
      {"--rules", [&](const std::string& value) { options.rules = value; }},
      {"--events", [&](const std::string& value) { options.events = value; }},
      {"--machine", [&](const std::string& value) { options.machine = value; }},
      {"--counts", [&](const std::string& value) { options.counts = value; }},
      {"--ids", [&](const std::string& value) { options.ids = value; }},
      {"--limit", [&](const std::string& value) { options.limit = to_size(value); }},
      {"--reference", [&](const std::string& value) { options.reference = to_size(value); }},
      {"--base", [&](const std::string& value) { options.base = to_size(value); }},
      {"--changes", [&](const std::string& value) { options.changes = to_size(value); }},
      {"--passes",
       [&](const std::string& value) { options.effort.passes = std::atoi(value.c_str()); }},
      {"--seconds",
       [&](const std::string& value) { options.effort.seconds = std::atof(value.c_str()); }},
  };
  if (arguments.size() < 2) die("which measurement?");
  options.command = arguments[1];
  for (std::size_t i = 2; i < arguments.size(); i += 2) {
    const auto found = known.find(arguments[i]);
    if (found == known.end() || i + 1 == arguments.size()) {
      die(std::string("not understood: ") + arguments[i]);
    }
    found->second(arguments[i + 1]);
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace rialto::bench;
  const std::map<std::string, void (*)(const Options&)> commands{
      {"yardsticks", measure_yardsticks}, {"match", measure_match},
      {"memory", measure_memory},         {"bulk", measure_bulk},
      {"publish", measure_publish},       {"compile", measure_compile},
  };
  const Options options = parse({arguments, static_cast<std::size_t>(count)});
  const auto found = commands.find(options.command);
  if (found == commands.end()) die("no such measurement: " + options.command);
  found->second(options);
  return 0;
}
