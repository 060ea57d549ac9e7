// next_after against the dumbest evaluator there is: one that asks every day and minute in
// turn whether the expression names it, reading the text again as the documentation says it.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "cron/expression.h"

namespace rialto::cron {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

struct Bounds {
  int min, max;
};
constexpr Bounds kBounds[] = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {1, 7}, {2026, 2029}};

// --- The evaluator ---

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == at) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

bool names_value(const std::string& field, int value, Bounds bounds) {
  for (const std::string& item : split(field, ',')) {
    const auto parts = split(item, '/');
    const int step = parts.size() > 1 ? std::stoi(parts[1]) : 1;
    int from = bounds.min;
    int to = bounds.max;
    if (parts[0] != "*") {
      const auto ends = split(parts[0], '-');
      from = std::stoi(ends[0]);
      if (ends.size() > 1) {
        to = std::stoi(ends[1]);
      } else if (parts.size() == 1) {
        to = from;
      }
    }
    // Walks the clock's face from `from`, so that ranges may wrap.
    for (int at = from, steps = 0;; ++steps) {
      if (at == value && steps % step == 0) return true;
      if (at == to) break;
      at = at == bounds.max ? bounds.min : at + 1;
    }
  }
  return false;
}

struct Date {
  int year, month, day, weekday;  // 1 is Sunday
  sys_days point;
  explicit Date(sys_days at) : point(at) {
    const year_month_day date(at);
    year = static_cast<int>(date.year());
    month = static_cast<int>(static_cast<unsigned>(date.month()));
    day = static_cast<int>(static_cast<unsigned>(date.day()));
    weekday = static_cast<int>(std::chrono::weekday(at).c_encoding()) + 1;
  }
  bool is_workday() const { return weekday != 1 && weekday != 7; }
  Date plus(int count) const { return Date(point + days(count)); }
};

// Whether `date` is the workday of its month that is nearest to the day `number`.
bool is_nearest_workday(const Date& date, int number) {
  for (const int away : {0, -1, 1, -2, 2}) {
    const Date near = date.plus(number - date.day + away);
    if (near.month == date.month && near.is_workday()) return near.day == date.day;
  }
  return false;
}

bool names_day(const std::string& of_month, const std::string& of_week, const Date& date) {
  const int last = [&] {
    Date end = date;
    while (end.plus(1).month == date.month) end = end.plus(1);
    return end.day;
  }();
  if (of_week == "?") {
    if (of_month == "L") return date.day == last;
    if (of_month == "LW") {
      Date at = date.plus(last - date.day);
      while (!at.is_workday()) at = at.plus(-1);
      return at.day == date.day;
    }
    if (of_month.back() == 'W') {
      const int number = std::stoi(of_month);
      return number <= last && is_nearest_workday(date, number);
    }
    return names_value(of_month, date.day, kBounds[2]);
  }
  if (of_week.size() > 1 && of_week.back() == 'L') {
    return date.weekday == std::stoi(of_week) && date.day + 7 > last;
  }
  if (const auto parts = split(of_week, '#'); parts.size() > 1) {
    return date.weekday == std::stoi(parts[0]) && (date.day + 6) / 7 == std::stoi(parts[1]);
  }
  return names_value(of_week, date.weekday, kBounds[4]);
}

// Which minutes of a day the fields name, in order: the same every day.
std::vector<int> times_of(const std::vector<std::string>& fields) {
  std::vector<int> out;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    if (names_value(fields[1], minute / 60, kBounds[1]) &&
        names_value(fields[0], minute % 60, kBounds[0])) {
      out.push_back(minute);
    }
  }
  return out;
}

bool names_date(const std::vector<std::string>& fields, const Date& date) {
  return names_value(fields[5], date.year, kBounds[5]) &&
         names_value(fields[3], date.month, kBounds[3]) && names_day(fields[2], fields[4], date);
}

// --- Random expressions ---

rc::Gen<int> number_in(Bounds bounds) { return rc::gen::inRange(bounds.min, bounds.max + 1); }

rc::Gen<std::string> any_item(Bounds bounds, bool wraps) {
  return rc::gen::exec([=] {
    const int kind = *rc::gen::inRange(0, 6);
    int from = *number_in(bounds);
    int to = *number_in(bounds);
    if (!wraps && to < from) std::swap(from, to);
    const int step = *rc::gen::inRange(1, bounds.max - bounds.min + 1);
    const std::string steps = "/" + std::to_string(step);
    switch (kind) {
      case 0: return std::string("*");
      case 1: return "*" + steps;
      case 2: return std::to_string(from) + steps;
      case 3: return std::to_string(from) + "-" + std::to_string(to);
      case 4: return std::to_string(from) + "-" + std::to_string(to) + steps;
      default: return std::to_string(from);
    }
  });
}

rc::Gen<std::string> any_list(int field) {
  const Bounds bounds = kBounds[field];
  return rc::gen::exec([=] {
    std::string out = *any_item(bounds, field != 5);
    while (*rc::gen::inRange(0, 3) == 0) out += "," + *any_item(bounds, field != 5);
    return out;
  });
}

rc::Gen<std::string> any_expression() {
  return rc::gen::exec([] {
    std::string month = "?";
    std::string week = "?";
    switch (*rc::gen::inRange(0, 7)) {
      case 0: month = "L"; break;
      case 1: month = "LW"; break;
      case 2: month = std::to_string(*number_in(kBounds[2])) + "W"; break;
      case 3: month = *any_list(2); break;
      case 4: week = std::to_string(*number_in(kBounds[4])) + "L"; break;
      case 5:
        week =
            std::to_string(*number_in(kBounds[4])) + "#" + std::to_string(*rc::gen::inRange(1, 6));
        break;
      default: week = *any_list(4);
    }
    // Years of which something is left after the start, else most are never due.
    const std::string years = *rc::gen::element<std::string>("*", "2026-2029", "2027", "2026/2");
    return *any_list(0) + " " + *any_list(1) + " " + month + " " + *any_list(3) + " " + week + " " +
           years;
  });
}

// As many moments of one expression are looked at.
constexpr int kFoundMax = 100;

RC_GTEST_PROP(Calendar, NamesTheMinutesThatTheTextNames, ()) {
  // Of full size from the first case on: inRange gives its least number only where size is 0.
  const std::string text = *rc::gen::noShrink(rc::gen::resize(rc::kNominalSize, any_expression()));
  const auto expression = Expression::read_of_rule("cron(" + text + ")");
  RC_ASSERT(expression.has_value());
  const auto fields = split(text, ' ');
  const TimePoint start = sys_days(std::chrono::year(2026) / 1 / 1) +
                          Millis(*rc::gen::inRange<std::int64_t>(0, 2 * 365 * 86'400'000LL));
  TimePoint at = start;
  int found = 0;
  const auto times = times_of(fields);
  // Day by day until some were found or the evaluator's years end.
  for (auto day = std::chrono::floor<days>(start); found < kFoundMax; day += days(1)) {
    const Date date(day);
    if (date.year > kBounds[5].max) break;
    if (!names_date(fields, date)) continue;
    for (const int minute : times) {
      const TimePoint due = TimePoint(day) + std::chrono::minutes(minute);
      if (due <= start) continue;
      RC_ASSERT(expression->next_after(at, {}) == std::optional(due));
      RC_ASSERT(expression->last_within(start, due + Millis(30'000), {}) == std::optional(due));
      at = due;
      if (++found == kFoundMax) break;
    }
  }
}

}  // namespace
}  // namespace rialto::cron
