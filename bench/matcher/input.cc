#include "matcher/input.h"

#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace rialto::bench {

void die(const std::string& why) {
  std::fprintf(stderr, "bench_ruler: %s\n", why.c_str());
  std::exit(1);
}

Lines::Lines(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) die("cannot read " + path);
  const auto size = static_cast<std::size_t>(file.tellg());
  file.seekg(0);
  bytes_ = std::make_unique<char[]>(size + simdjson::SIMDJSON_PADDING);
  file.read(bytes_.get(), static_cast<std::streamsize>(size));
  std::string_view rest(bytes_.get(), size);
  while (!rest.empty() && lines_.size() < limit) {
    const std::size_t end = rest.find('\n');
    lines_.push_back(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  if (lines_.empty()) die(path + " is empty");
}

RuleReader::RuleReader(const std::string& path) : file_(path) {
  if (!file_) die("cannot read " + path);
}

bool RuleReader::next(std::string_view& pattern) {
  constexpr std::string_view kKey = "\"pattern\":";
  if (!std::getline(file_, line_)) return false;
  const std::size_t start = line_.find(kKey);
  if (start == line_.npos || !line_.ends_with('}')) die("not a rule: " + line_);
  pattern = std::string_view(line_).substr(start + kKey.size());
  pattern.remove_suffix(1);
  return true;
}

std::vector<std::string> read_rules(const std::string& path, std::size_t limit) {
  std::vector<std::string> out;
  RuleReader reader(path);
  for (std::string_view pattern; out.size() < limit && reader.next(pattern);) {
    out.emplace_back(pattern);
  }
  return out;
}

std::vector<std::vector<std::uint64_t>> read_numbers(const std::string& path) {
  std::ifstream file(path);
  if (!file) die("cannot read " + path);
  std::vector<std::vector<std::uint64_t>> out;
  for (std::string line; std::getline(file, line);) {
    std::istringstream in(line);
    auto& numbers = out.emplace_back();
    for (std::uint64_t number = 0; in >> number;) numbers.push_back(number);
  }
  return out;
}

}  // namespace rialto::bench
