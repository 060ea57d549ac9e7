#include "cron/fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace rialto::cron {
namespace {

// Where the spec says "unverified", Quartz decides, whose grammar AWS's resembles in everything
// that was recorded: `/` in day-of-week is taken, a step is at most the field's maximum, letters
// may be lower case, and `L` and `W` stand alone as `#` does.

struct Field {
  int min;
  int max;
  std::span<const std::string_view> names;  // of min, min + 1, ...
  bool wraps;                               // whether 20-2 means 20 to the end and on to 2
};

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays = {"SUN", "MON", "TUE", "WED",
                                                       "THU", "FRI", "SAT"};
constexpr Field kMinute{0, 59, {}, true};
constexpr Field kHour{0, 23, {}, true};
constexpr Field kDayOfMonth{1, 31, {}, true};
constexpr Field kMonth{1, 12, kMonths, true};
constexpr Field kDayOfWeek{1, 7, kWeekdays, true};
constexpr Field kYear{kYearMin, kYearMax, {}, false};
constexpr int kNthMax = 5;

// What a field may hold as one item of a list. `to` < `from` wraps around.
struct Range {
  int from;
  int to;
  int step;
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool equals_in_any_case(std::string_view text, std::string_view upper_case) {
  return std::ranges::equal(text, upper_case, {}, upper);
}

std::optional<int> read_number(std::string_view text, int min, int max) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < min || number > max) return std::nullopt;
  return number;
}

std::optional<int> read_value(std::string_view text, const Field& field) {
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    if (equals_in_any_case(text, field.names[i])) return field.min + static_cast<int>(i);
  }
  return read_number(text, field.min, field.max);
}

// `*`, `a`, `a-b`, each maybe with `/step`; `a/step` goes on to the end of the field.
std::optional<Range> read_range(std::string_view text, const Field& field) {
  Range out{field.min, field.max, 1};
  const std::size_t slash = text.find('/');
  const bool has_step = slash != text.npos;
  if (has_step) {
    const auto step = read_number(text.substr(slash + 1), 1, field.max);
    if (!step) return std::nullopt;
    out.step = *step;
    text = text.substr(0, slash);
  }
  if (text == "*") return out;
  const std::size_t dash = text.find('-');
  const auto from = read_value(text.substr(0, dash), field);
  if (!from) return std::nullopt;
  out.from = *from;
  if (dash == text.npos) {
    if (!has_step) out.to = out.from;
    return out;
  }
  const auto to = read_value(text.substr(dash + 1), field);
  if (!to || (*to < out.from && !field.wraps)) return std::nullopt;
  out.to = *to;
  return out;
}

std::optional<std::vector<Range>> read_list(std::string_view text, const Field& field) {
  std::vector<Range> out;
  while (true) {
    const std::size_t comma = text.find(',');
    const auto range = read_range(text.substr(0, comma), field);
    if (!range) return std::nullopt;
    out.push_back(*range);
    if (comma == text.npos) return out;
    text.remove_prefix(comma + 1);
  }
}

std::optional<std::uint64_t> read_mask(std::string_view text, const Field& field) {
  const auto ranges = read_list(text, field);
  if (!ranges) return std::nullopt;
  const int size = field.max - field.min + 1;
  std::uint64_t out = 0;
  for (const Range& range : *ranges) {
    const int to = range.to < range.from ? range.to + size : range.to;
    for (int value = range.from; value <= to; value += range.step) {
      out |= std::uint64_t{1} << ((value - field.min) % size + field.min);
    }
  }
  return out;
}

Days days_of(Days::Kind kind, int number = 0, int nth = 0) {
  return {kind, 0, static_cast<unsigned>(number), static_cast<unsigned>(nth)};
}

std::optional<Days> read_days_of_month(std::string_view text) {
  if (equals_in_any_case(text, "L")) return days_of(Days::Kind::Last);
  if (equals_in_any_case(text, "LW")) return days_of(Days::Kind::LastWorkday);
  if (!text.empty() && upper(text.back()) == 'W') {
    text.remove_suffix(1);
    const auto day = read_number(text, kDayOfMonth.min, kDayOfMonth.max);
    if (!day) return std::nullopt;
    return days_of(Days::Kind::NearestWorkday, *day);
  }
  const auto mask = read_mask(text, kDayOfMonth);
  if (!mask) return std::nullopt;
  return Days{Days::Kind::OfMonth, static_cast<std::uint32_t>(*mask), 0, 0};
}

std::optional<Days> read_days_of_week(std::string_view text) {
  if (equals_in_any_case(text, "L")) text = "SAT";  // as in Quartz (docs/spec/06 §1.2, unverified)
  if (const std::size_t hash = text.find('#'); hash != text.npos) {
    const auto weekday = read_value(text.substr(0, hash), kDayOfWeek);
    const auto nth = read_number(text.substr(hash + 1), 1, kNthMax);
    if (!weekday || !nth) return std::nullopt;
    return days_of(Days::Kind::NthOfWeek, *weekday, *nth);
  }
  if (!text.empty() && upper(text.back()) == 'L') {
    text.remove_suffix(1);
    const auto weekday = read_value(text, kDayOfWeek);
    if (!weekday) return std::nullopt;
    return days_of(Days::Kind::LastOfWeek, *weekday);
  }
  const auto mask = read_mask(text, kDayOfWeek);
  if (!mask) return std::nullopt;
  return Days{Days::Kind::OfWeek, static_cast<std::uint32_t>(*mask), 0, 0};
}

// Exactly one of the two is `?`.
std::optional<Days> read_days(std::string_view of_month, std::string_view of_week) {
  if ((of_month == "?") == (of_week == "?")) return std::nullopt;
  return of_week == "?" ? read_days_of_month(of_month) : read_days_of_week(of_week);
}

std::optional<std::vector<Years>> read_years(std::string_view text) {
  const auto ranges = read_list(text, kYear);
  if (!ranges) return std::nullopt;
  std::vector<Years> out;
  for (const Range& range : *ranges) out.push_back({range.from, range.to, range.step});
  return out;
}

}  // namespace

std::optional<Calendar> read_fields(const FieldTexts& texts) {
  const auto minutes = read_mask(texts.minutes, kMinute);
  const auto hours = read_mask(texts.hours, kHour);
  const auto months = read_mask(texts.month, kMonth);
  const auto days = read_days(texts.day_of_month, texts.day_of_week);
  auto years = read_years(texts.year);
  if (!minutes || !hours || !months || !days || !years) return std::nullopt;
  return Calendar{*minutes, static_cast<std::uint32_t>(*hours), static_cast<std::uint32_t>(*months),
                  *days, std::move(*years)};
}

}  // namespace rialto::cron
