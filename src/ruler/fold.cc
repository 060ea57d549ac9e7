#include "ruler/fold.h"

#include <algorithm>
#include <optional>

#include "ruler/match/fold_table.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

// Mappings of mappings end at once or after one step; the bound is for tables gone wrong.
constexpr int kFoldStepsMax = 4;

// The row of a table ordered by `first` that may hold `code`, or nullptr.
template <class Row>
const Row* find_row(std::span<const Row> rows, char32_t code) {
  const auto after = std::upper_bound(rows.begin(), rows.end(), code,
                                      [](char32_t c, const Row& row) { return c < row.first; });
  if (after == rows.begin()) return nullptr;
  const Row& row = *(after - 1);
  return code <= row.last ? &row : nullptr;
}

const CaseSpecial* find_special(char32_t code) {
  const auto rows = case_specials();
  const auto found =
      std::lower_bound(rows.begin(), rows.end(), code,
                       [](const CaseSpecial& row, char32_t c) { return row.character < c; });
  return found != rows.end() && found->character == code ? &*found : nullptr;
}

struct Cases {
  char32_t lower;
  char32_t upper;
};

Cases cases_of(char32_t code) {
  if (code < 0x80) {
    if (code >= 'A' && code <= 'Z') return {code + 32, code};
    if (code >= 'a' && code <= 'z') return {code, code - 32};
    return {code, code};
  }
  if (const CaseRun* run = find_row(case_runs(), code)) {
    const auto plain = static_cast<std::int64_t>(code);
    return {static_cast<char32_t>(plain + run->lower_delta),
            static_cast<char32_t>(plain + run->upper_delta)};
  }
  if (const CasePairs* pairs = find_row(case_pairs(), code)) {
    const bool is_upper = (code - pairs->first) % 2 == 0;
    return is_upper ? Cases{code + 1, code} : Cases{code, code - 1};
  }
  return {code, code};
}

Folded::Letter letter_of(char32_t code) {
  if (const CaseSpecial* special = find_special(code)) return {special->lower, special->upper};
  Folded::Letter out;
  const Cases cases = cases_of(code);
  utf8::append(out.lower, cases.lower);
  utf8::append(out.upper, cases.upper);
  return out;
}

// How many bytes at the front of `text` the letters take; nothing when they do not match there. No
// form of a letter begins (or ends) with its other form, so trying one after the other is enough.
std::optional<std::size_t> match_front(const std::vector<Folded::Letter>& letters,
                                       std::string_view text) {
  const std::size_t whole = text.size();
  for (const Folded::Letter& letter : letters) {
    if (text.starts_with(letter.lower)) {
      text.remove_prefix(letter.lower.size());
    } else if (text.starts_with(letter.upper)) {
      text.remove_prefix(letter.upper.size());
    } else {
      return std::nullopt;
    }
  }
  return whole - text.size();
}

// A character's mappings lead to its other forms, so their common end stands for all of them. A
// form of several characters stands for the characters it has (`ß` for `ss`).
void append_key(std::string& out, char32_t code) {
  for (int steps = 0; steps < kFoldStepsMax; ++steps) {
    if (const CaseSpecial* special = find_special(code)) {
      const std::string_view lower = special->lower;
      const std::string_view upper = special->upper;
      const std::string_view longer =
          utf8::utf16_length(lower) > utf8::utf16_length(upper) ? lower : upper;
      for (std::size_t i = 0; i < longer.size();) {
        const utf8::Character part = utf8::at(longer, i);
        if (part.code == code) {
          utf8::append(out, code);
        } else {
          append_key(out, part.code);
        }
        i += part.size;
      }
      return;
    }
    const char32_t next = cases_of(cases_of(code).upper).lower;
    if (next == code) break;
    code = next;
  }
  utf8::append(out, code);
}

}  // namespace

void make_fold_key(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
      ++i;
      continue;
    }
    const utf8::Character character = utf8::at(text, i);
    append_key(out, character.code);
    i += std::max<std::size_t>(character.size, 1);
  }
}

Folded::Folded(std::string_view text) : text_(text) {
  for (std::size_t i = 0; i < text.size();) {
    const utf8::Character character = utf8::at(text, i);
    letters_.push_back(letter_of(character.code));
    i += std::max<std::size_t>(character.size, 1);
  }
}

bool Folded::equals(std::string_view text) const {
  return match_front(letters_, text) == text.size();
}

bool Folded::is_prefix_of(std::string_view text) const {
  return match_front(letters_, text).has_value();
}

bool Folded::is_suffix_of(std::string_view text) const {
  for (auto letter = letters_.rbegin(); letter != letters_.rend(); ++letter) {
    if (text.ends_with(letter->lower)) {
      text.remove_suffix(letter->lower.size());
    } else if (text.ends_with(letter->upper)) {
      text.remove_suffix(letter->upper.size());
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace rialto::ruler
