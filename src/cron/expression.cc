#include "cron/expression.h"

#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "cron/fields.h"

namespace rialto::cron {
namespace {

// What stands between `keyword(` and the last `)`.
std::optional<std::string_view> argument_of(std::string_view text, std::string_view keyword) {
  if (!text.starts_with(keyword) || !text.ends_with(')')) return std::nullopt;
  text.remove_prefix(keyword.size());
  if (!text.starts_with('(')) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

// Between single blanks; an empty one for each blank too many.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t blank = text.find(' ');
    out.push_back(text.substr(0, blank));
    if (blank == text.npos) return out;
    text.remove_prefix(blank + 1);
  }
}

struct Unit {
  std::string_view one;
  std::string_view many;
  Millis length;
};
constexpr std::array<Unit, 3> kUnits = {{{"minute", "minutes", std::chrono::minutes(1)},
                                         {"hour", "hours", std::chrono::hours(1)},
                                         {"day", "days", std::chrono::days(1)}}};

// AWS names no greatest rate; ours is what fits its type of numbers (unverified).
constexpr std::int32_t kRateMax = std::numeric_limits<std::int32_t>::max();

// Of rules: one blank, lower case, singular for one and only for one (docs/spec/06 §1.1).
std::optional<Rate> read_rate(std::string_view text) {
  const auto words = split(text);
  if (words.size() != 2) return std::nullopt;
  std::int32_t count = 0;
  const char* const end = words[0].data() + words[0].size();
  const auto [stopped, error] = std::from_chars(words[0].data(), end, count);
  if (error != std::errc() || stopped != end || count < 1 || count > kRateMax) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (words[1] == (count == 1 ? unit.one : unit.many)) return Rate{count * unit.length};
  }
  return std::nullopt;
}

// Of rules: six fields between single blanks (docs/spec/06 §1.2).
std::optional<Calendar> read_cron(std::string_view text) {
  const auto words = split(text);
  if (words.size() != 6) return std::nullopt;
  return read_fields({.minutes = words[0],
                      .hours = words[1],
                      .day_of_month = words[2],
                      .month = words[3],
                      .day_of_week = words[4],
                      .year = words[5]});
}

constexpr TimePoint kFirst{std::chrono::sys_days(std::chrono::year(kYearMin) / 1 / 1)};
constexpr TimePoint kEnd{std::chrono::sys_days(std::chrono::year(kYearMax + 1) / 1 / 1)};

std::optional<TimePoint> next_of(const Rate& rate, TimePoint after, TimePoint anchor) {
  const auto periods = after < anchor ? 0 : (after - anchor) / rate.period;
  return anchor + (periods + 1) * rate.period;
}

std::optional<TimePoint> next_of(const Calendar& calendar, TimePoint after) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(after) + std::chrono::minutes(1);
  const auto found = calendar.first_from(CivilMinute(minute.time_since_epoch()));
  if (!found) return std::nullopt;
  return TimePoint(found->time_since_epoch());
}

}  // namespace

std::optional<Expression> Expression::read_of_rule(std::string_view text) {
  if (const auto argument = argument_of(text, "rate")) {
    if (const auto rate = read_rate(*argument)) return Expression(*rate);
  } else if (const auto fields = argument_of(text, "cron")) {
    if (auto calendar = read_cron(*fields)) return Expression(std::move(*calendar));
  }
  return std::nullopt;
}

std::optional<TimePoint> Expression::next_after(TimePoint after, TimePoint anchor) const {
  if (after >= kEnd) return std::nullopt;
  after = std::max(after, kFirst - Millis(1));
  const auto* rate = std::get_if<Rate>(&form_);
  const auto found =
      rate != nullptr ? next_of(*rate, after, anchor) : next_of(std::get<Calendar>(form_), after);
  if (!found || *found >= kEnd) return std::nullopt;
  return found;
}

std::optional<TimePoint> Expression::last_within(TimePoint after, TimePoint until,
                                                 TimePoint anchor) const {
  const auto is_followed = [&](TimePoint at) {
    const auto next = next_after(at, anchor);
    return next && *next <= until;
  };
  if (!is_followed(after)) return std::nullopt;
  // Whatever comes before the last moment is followed by one in time, and the last is not: halving
  // finds it, at a cost that does not grow with the moments in between.
  TimePoint low = after;
  TimePoint high = until;
  while (high - low > Millis(1)) {
    const TimePoint middle = low + (high - low) / 2;
    (is_followed(middle) ? low : high) = middle;
  }
  return high;
}

}  // namespace rialto::cron
