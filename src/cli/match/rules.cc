#include "cli/match/rules.h"

#include <algorithm>
#include <compare>
#include <numeric>
#include <optional>
#include <string_view>

#include "cli/match/pattern_line.h"
#include "json/number.h"
#include "json/value.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

// Wrong lines that are told of; the rest of such a file is likely wrong in the same way.
constexpr std::size_t kProblemsMax = 10;

// An id, and what puts it in order.
struct Id {
  explicit Id(const json::Value& value) : json(json::write(value)), is_string(value.is_string()) {
    if (is_string) {
      text = value.as_string();
    } else {
      text = value.number_text();
      number = json::to_double(text).value_or(0);
      integer = json::to_int64(text);
    }
  }

  // Whole numbers that one double stands for are told apart, and come before `7.0`, which is
  // another id than `7`.
  std::strong_ordering operator<=>(const Id& other) const {
    if (is_string != other.is_string) return is_string <=> other.is_string;
    if (number < other.number) return std::strong_ordering::less;
    if (other.number < number) return std::strong_ordering::greater;
    if (integer.has_value() != other.integer.has_value()) {
      return other.integer.has_value() <=> integer.has_value();
    }
    if (integer && *integer != *other.integer) return *integer <=> *other.integer;
    return text <=> other.text;
  }

  std::string json;
  std::string text;
  bool is_string = false;
  double number = 0;
  std::optional<std::int64_t> integer;
};

class RulesReader {
 public:
  explicit RulesReader(BlockReader reader) : reader_(std::move(reader)) {}

  Result<Rules> read() {
    Block block;
    for (;;) {
      RIALTO_TRY(const bool is_some, reader_.next(block));
      if (!is_some || problem_count_ >= kProblemsMax) break;
      if (block.is_too_long) {
        ++line_;
        complain(line_, too_long_message());
      }
      std::string_view text = block.text, line;
      while (take_line(text, line) && problem_count_ < kProblemsMax) take(line);
    }
    if (problem_count_ == 0) put_in_order();
    if (problem_count_ > 0) return fail(Code::InvalidArgument, std::move(problems_));
    rules_.snapshot = set_.snapshot();
    return std::move(rules_);
  }

 private:
  void complain(std::size_t line, const std::string& message) {
    if (problem_count_++ > 0) problems_ += '\n';
    problems_ += reader_.name() + ", line " + std::to_string(line) + ": " + message;
  }

  void take(std::string_view line) {
    ++line_;
    if (is_blank(line)) return;
    const auto read = read_pattern_line(line);
    if (!read.ok()) return complain(line_, read.error().message);
    const auto put = set_.put(ids_.size(), read->pattern);
    if (!put.ok()) return complain(line_, put.error().message);
    ids_.emplace_back(read->id.value_or(json::Value(static_cast<std::int64_t>(line_))));
    lines_.push_back(line_);
  }

  void put_in_order() {
    std::vector<std::uint32_t> order(ids_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
      const auto compared = ids_[a] <=> ids_[b];
      return compared == 0 ? a < b : compared < 0;
    });
    rules_.ranks.resize(ids_.size());
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
      const std::uint32_t rule = order[rank];
      if (rank > 0 && rules_.ids_json.back() == ids_[rule].json) {
        return complain(lines_[rule], "The id " + ids_[rule].json + " is that of line " +
                                          std::to_string(lines_[order[rank - 1]]) + " too.");
      }
      rules_.ranks[rule] = rank;
      rules_.ids_json.push_back(ids_[rule].json);
    }
  }

  BlockReader reader_;
  ruler::RuleSet set_;
  Rules rules_;
  std::vector<Id> ids_;
  std::vector<std::size_t> lines_;  // of each rule
  std::size_t line_ = 0;
  std::string problems_;
  std::size_t problem_count_ = 0;
};

}  // namespace

Result<Rules> read_rules(BlockReader reader) { return RulesReader(std::move(reader)).read(); }

}  // namespace rialto::cli
