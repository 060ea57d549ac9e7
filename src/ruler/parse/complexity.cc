#include "ruler/parse/complexity.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::ruler {
namespace {

// Far more sets of states than the wildcards of one pattern within AWS's length can have.
constexpr std::size_t kSetsMax = 200'000;

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

// Whether no input makes too many states active. `budget` is what is left of kSetsMax.
bool is_simple_enough(const std::vector<const Wildcard*>& wildcards, std::size_t& budget) {
  const Automata automata(wildcards);
  std::vector<Automata::States> open = {automata.first()};
  std::set<Automata::States> seen(open.begin(), open.end());
  while (!open.empty()) {
    const Automata::States states = std::move(open.back());
    open.pop_back();
    if (states.size() > kWildcardComplexityMax || budget == 0) return false;
    --budget;
    for (const int byte : automata.bytes_of(states)) {
      Automata::States next = automata.after(states, byte);
      if (seen.insert(next).second) open.push_back(std::move(next));
    }
  }
  return true;
}

// Wildcards are matched together when they stand at one path and the fields before it, in the order
// of paths, are the same: so the alternatives are laid over each other from their first field on,
// as a tree. They come in order; at each depth of the tree one knot is open.
class WildcardCheck {
 public:
  explicit WildcardCheck(const Pattern& pattern)
      : pattern_(pattern), has_wildcard_(pattern.fields().size()) {
    for (std::size_t i = 0; i < has_wildcard_.size(); ++i) {
      const std::vector<Matcher>& any_of = pattern.fields()[i].any_of;
      has_wildcard_[i] = std::any_of(any_of.begin(), any_of.end(), is_wildcard);
    }
  }

  bool run() {
    std::vector<Pattern::Alternative> rows = pattern_.alternatives();
    std::sort(rows.begin(), rows.end());
    const Pattern::Alternative* before = nullptr;
    for (const Pattern::Alternative& row : rows) {
      std::size_t shared = 0;
      if (before != nullptr) {
        const auto [differs, _] =
            std::mismatch(row.begin(), row.end(), before->begin(), before->end());
        shared = static_cast<std::size_t>(differs - row.begin());
      }
      if (!close(shared + 1)) return false;
      knots_.resize(std::max(knots_.size(), row.size()));
      for (std::size_t i = shared; i < row.size(); ++i) {
        if (has_wildcard_[row[i]]) knots_[i].push_back(row[i]);
      }
      before = &row;
    }
    return close(0);
  }

 private:
  // The knots from `depth` on are complete.
  bool close(std::size_t depth) {
    for (; depth < knots_.size(); ++depth) {
      std::vector<std::size_t>& fields = knots_[depth];
      std::map<std::string_view, std::vector<std::size_t>> by_path;
      for (const std::size_t field : fields) {
        by_path[pattern_.fields()[field].path].push_back(field);
      }
      fields.clear();
      for (const auto& [path, together] : by_path) {
        if (!check(together)) return false;
      }
    }
    return true;
  }

  bool check(const std::vector<std::size_t>& fields) {
    if (!checked_.insert(fields).second) return true;
    return is_simple_enough(wildcards_of(fields), budget_);
  }

  std::vector<const Wildcard*> wildcards_of(const std::vector<std::size_t>& fields) const {
    std::map<std::vector<std::string>, const Wildcard*> unique;
    const auto add = [&](const ValueTest& test) {
      if (const auto* wildcard = std::get_if<Wildcard>(&test)) {
        unique.emplace(wildcard->pieces, wildcard);
      }
    };
    for (const std::size_t field : fields) {
      for (const Matcher& matcher : pattern_.fields()[field].any_of) {
        if (const auto* plain = std::get_if<ValueTest>(&matcher.test)) add(*plain);
        if (const auto* but = std::get_if<AnythingBut>(&matcher.test)) {
          std::for_each(but->tests.begin(), but->tests.end(), add);
        }
      }
    }
    std::vector<const Wildcard*> out;
    for (const auto& [pieces, wildcard] : unique) out.push_back(wildcard);
    return out;
  }

  const Pattern& pattern_;
  std::vector<bool> has_wildcard_;               // by field
  std::vector<std::vector<std::size_t>> knots_;  // the fields with wildcards that come next
  std::set<std::vector<std::size_t>> checked_;
  std::size_t budget_ = kSetsMax;
};

}  // namespace

bool has_simple_wildcards(const Pattern& pattern) { return WildcardCheck(pattern).run(); }

}  // namespace rialto::ruler
