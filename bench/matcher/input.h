// What a measurement reads: events, one a line, and rules, one a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::bench {

inline constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

// Ends the process: a measurement that cannot be made, or a count that is wrong.
[[noreturn]] void die(const std::string& why);

// A whole file in memory, with as many readable bytes after it as simdjson asks for.
class Lines {
 public:
  explicit Lines(const std::string& path, std::size_t limit = kAll);

  const std::vector<std::string_view>& all() const { return lines_; }
  std::size_t size() const { return lines_.size(); }

 private:
  std::unique_ptr<char[]> bytes_;
  std::vector<std::string_view> lines_;
};

// Rules as gen_scale.py writes them, `{"id":7,"pattern":{...}}` a line; the id is the line's number
// from 0 on. Holds one line at a time, so that memory per rule can be measured.
class RuleReader {
 public:
  explicit RuleReader(const std::string& path);

  // The next rule's pattern, valid until the next call; false at the end.
  bool next(std::string_view& pattern);

 private:
  std::ifstream file_;
  std::string line_;
};

std::vector<std::string> read_rules(const std::string& path, std::size_t limit = kAll);

// Numbers separated by blanks, line by line.
std::vector<std::vector<std::uint64_t>> read_numbers(const std::string& path);

}  // namespace rialto::bench
