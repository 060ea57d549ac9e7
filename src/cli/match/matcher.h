// What `rialto match` answers to a block of events. Private to cli.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/match/lines.h"
#include "cli/match/rules.h"
#include "ruler/rule_set.h"

namespace rialto::cli {

enum class Answers : unsigned char {
  Ids,       // of the rules that match, a line an event
  Nearness,  // and of those that nearly match
  Nothing,   // only counts
};

inline constexpr std::size_t kNearMax = 10;  // rules that nearly match, for one event

// A line that is no event.
struct Problem {
  std::size_t line = 0;  // in the block, from 1
  std::string message;
};

struct Matched {
  std::string output;
  std::size_t lines = 0;
  std::uint64_t events = 0;  // what is no event included
  std::uint64_t bad = 0;
  std::vector<Problem> problems;  // of the bad lines, the first few
};

// Lines that are no events are told one by one up to here.
inline constexpr std::size_t kProblemsShownMax = 100;

// One a thread.
class Matcher {
 public:
  Matcher(const Rules& rules, Answers answers);

  // Where much matches, the answers to a block have no bound; so when they become many, `spill` is
  // called to take `output` away.
  using Spill = std::function<void(std::string& output)>;
  Matched match(const Block& block, const Spill& spill);

  // How many events each rule matched; only with Answers::Nothing.
  const std::vector<std::uint64_t>& counts() const { return counts_; }

 private:
  void answer(std::string_view event, Matched& out);
  void complain(std::string message, Matched& out) const;
  void append_ids(std::span<const ruler::RuleId> matched, std::string& out);
  void append_near(std::string_view event, std::string& out) const;

  const Rules& rules_;
  Answers answers_;
  ruler::Scratch scratch_;
  std::vector<std::uint32_t> ranks_;  // of what matched
  std::vector<std::uint64_t> counts_;
};

}  // namespace rialto::cli
