#include "ruler/parse/complexity.h"

#include <algorithm>
#include <cstdint>
#include <set>

namespace rialto::ruler {
namespace {

// Far more sets than wildcards within AWS's pattern length can have.
constexpr std::size_t kSetsMax = 100'000;

constexpr int kStar = 256;

// All automata in one row: symbols (bytes or kStar) of the first, an end mark, those of the next. A
// state is the place of the symbol consumed last.
class Automata {
 public:
  using States = std::vector<std::uint32_t>;

  explicit Automata(const std::vector<const Wildcard*>& wildcards) {
    for (const Wildcard* wildcard : wildcards) {
      starts_.push_back(static_cast<std::uint32_t>(symbols_.size()));
      symbols_.push_back('"');
      bool is_first = true;
      for (const std::string& piece : wildcard->pieces) {
        if (!is_first) symbols_.push_back(kStar);
        is_first = false;
        for (const char c : piece) symbols_.push_back(static_cast<unsigned char>(c));
      }
      symbols_.push_back('"');
      symbols_.push_back(kEnd);
    }
  }

  // After the opening quote.
  States first() const {
    States out;
    for (const std::uint32_t start : starts_) arrive(out, start);
    return tidy(std::move(out));
  }

  // Bytes that lead from the states to more than their stars. (What other bytes lead to is
  // contained in what these lead to.)
  std::vector<int> bytes_of(const States& states) const {
    std::vector<int> out;
    for (const std::uint32_t state : states) {
      const int symbol = symbols_[state + 1];
      if (symbol < kStar) out.push_back(symbol);
    }
    return tidy(std::move(out));
  }

  States after(const States& states, int byte) const {
    States out;
    for (const std::uint32_t state : states) {
      if (symbols_[state] == kStar) out.push_back(state);
      if (symbols_[state + 1] == byte) arrive(out, state + 1);
    }
    return tidy(std::move(out));
  }

 private:
  static constexpr int kEnd = 257;

  // A star behind the state may stand for nothing, so it is active at once.
  void arrive(States& states, std::uint32_t state) const {
    states.push_back(state);
    if (symbols_[state + 1] == kStar) states.push_back(state + 1);
  }

  template <class List>
  static List tidy(List list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
  }

  std::vector<int> symbols_;
  std::vector<std::uint32_t> starts_;
};

}  // namespace

bool is_simple_enough(const std::vector<const Wildcard*>& wildcards) {
  const Automata automata(wildcards);
  std::vector<Automata::States> open = {automata.first()};
  std::set<Automata::States> seen(open.begin(), open.end());
  while (!open.empty()) {
    const Automata::States states = std::move(open.back());
    open.pop_back();
    if (states.size() > kWildcardComplexityMax || seen.size() > kSetsMax) return false;
    for (const int byte : automata.bytes_of(states)) {
      Automata::States next = automata.after(states, byte);
      if (seen.insert(next).second) open.push_back(std::move(next));
    }
  }
  return true;
}

}  // namespace rialto::ruler
