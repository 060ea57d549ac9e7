#include "base/clock.h"

#include <cstdio>

namespace rialto {
namespace {

struct Parts {
  int year;
  unsigned month, day;
  int hour, minute, second, millis;
};

Parts split(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count())};
}

}  // namespace

std::string to_iso_seconds(TimePoint time) {
  const Parts p = split(time);
  char out[40];
  const int size = std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02dZ", p.year, p.month,
                                 p.day, p.hour, p.minute, p.second);
  return std::string(out, static_cast<std::size_t>(size));
}

std::string to_iso_millis(TimePoint time) {
  std::string out = to_iso_seconds(time);
  out.pop_back();
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03dZ", split(time).millis);
  return out + millis;
}

TimePoint SystemClock::now() const {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

}  // namespace rialto
