#include "cron/calendar.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace rialto::cron {
namespace {

using std::chrono::local_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr unsigned kSunday = 1;
constexpr unsigned kSaturday = 7;

// One month, seen by its days.
struct Month {
  unsigned last;   // day
  unsigned first;  // weekday of day 1; 1 is Sunday

  explicit Month(year_month month)
      : last(static_cast<unsigned>(year_month_day(month / std::chrono::last).day())),
        first(std::chrono::weekday(local_days(month / 1)).c_encoding() + 1) {}

  unsigned weekday(unsigned day) const { return (first - 1 + day - 1) % 7 + 1; }
  // The first day that is a `weekday`.
  unsigned first_day(unsigned weekday) const { return (weekday + 7 - first) % 7 + 1; }
  // The workday that is nearest to `day`, which is of the month as the answer is.
  unsigned nearest_workday(unsigned day) const {
    if (weekday(day) == kSaturday) return day == 1 ? 3 : day - 1;
    if (weekday(day) == kSunday) return day == last ? day - 2 : day + 1;
    return day;
  }
};

std::uint32_t bit(unsigned at) { return std::uint32_t{1} << at; }

// The lowest bit of `mask` that is set at `from` or above.
template <class Mask>
std::optional<int> lowest_from(Mask mask, int from) {
  if (from >= std::numeric_limits<Mask>::digits) return std::nullopt;  // after day 31
  const Mask left = static_cast<Mask>(mask >> from);
  if (left == 0) return std::nullopt;
  return from + std::countr_zero(left);
}

}  // namespace

std::uint32_t Days::in(year_month year_and_month) const {
  const Month month(year_and_month);
  switch (kind) {
    case Kind::OfMonth: return mask & ((bit(month.last) - 1) | bit(month.last));
    case Kind::OfWeek: {
      std::uint32_t out = 0;
      for (unsigned day = 1; day <= month.last; ++day) {
        if ((mask & bit(month.weekday(day))) != 0) out |= bit(day);
      }
      return out;
    }
    case Kind::Last: return bit(month.last);
    case Kind::LastWorkday: return bit(month.nearest_workday(month.last));
    case Kind::NearestWorkday: return number > month.last ? 0 : bit(month.nearest_workday(number));
    case Kind::LastOfWeek: {
      const unsigned first = month.first_day(number);
      return bit(first + (month.last - first) / 7 * 7);
    }
    case Kind::NthOfWeek: {
      const unsigned day = month.first_day(number) + 7 * (nth - 1);
      return day > month.last ? 0 : bit(day);
    }
  }
  return 0;
}

bool Calendar::has_year(int year) const {
  return std::ranges::any_of(years, [year](const Years& some) {
    return some.from <= year && year <= some.to && (year - some.from) % some.step == 0;
  });
}

std::optional<local_days> Calendar::first_day_from(local_days from) const {
  const year_month_day date(from);
  year_month month(date.year(), date.month());
  auto day = static_cast<int>(static_cast<unsigned>(date.day()));
  const auto skip_to = [&](year_month next) {
    month = next;
    day = 1;
  };
  while (static_cast<int>(month.year()) <= kYearMax) {
    if (!has_year(static_cast<int>(month.year()))) {
      skip_to((month.year() + std::chrono::years(1)) / std::chrono::January);
      continue;
    }
    if ((months & bit(static_cast<unsigned>(month.month()))) != 0) {
      if (const auto found = lowest_from(days.in(month), day)) {
        return local_days(month / *found);
      }
    }
    skip_to(month + std::chrono::months(1));
  }
  return std::nullopt;
}

std::optional<std::chrono::minutes> Calendar::first_time_from(std::chrono::minutes of_day) const {
  const auto hour = static_cast<int>(of_day.count() / 60);
  const auto minute = static_cast<int>(of_day.count() % 60);
  if ((hours & bit(static_cast<unsigned>(hour))) != 0) {
    if (const auto found = lowest_from(minutes, minute))
      return of_day + std::chrono::minutes(*found - minute);
  }
  const auto next = lowest_from(hours, hour + 1);
  if (!next) return std::nullopt;
  return std::chrono::hours(*next) + std::chrono::minutes(std::countr_zero(minutes));
}

std::optional<CivilMinute> Calendar::first_from(CivilMinute from) const {
  const auto today = std::chrono::floor<std::chrono::days>(from);
  const auto day = first_day_from(today);
  if (!day) return std::nullopt;
  if (*day == today) {
    if (const auto time = first_time_from(from - today)) return today + *time;
  }
  const auto later = *day == today ? first_day_from(today + std::chrono::days(1)) : day;
  if (!later) return std::nullopt;
  return *later + *first_time_from(std::chrono::minutes(0));
}

}  // namespace rialto::cron
