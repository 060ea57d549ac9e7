#include "base/clock.h"

namespace rialto {
namespace {

struct Parts {
  int year;
  unsigned month, day, hour, minute, second, millis;
};

Parts split(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<unsigned>(clock.hours().count()),
          static_cast<unsigned>(clock.minutes().count()),
          static_cast<unsigned>(clock.seconds().count()),
          static_cast<unsigned>(clock.subseconds().count())};
}

// Every event has its time written: with printf that took a fortieth of what accepting one costs.
void append_digits(std::string& out, unsigned number, std::size_t width) {
  out.append(width, '0');
  for (auto at = out.rbegin(); width > 0; ++at, --width, number /= 10) {
    *at = static_cast<char>('0' + number % 10);
  }
}

void append_year(std::string& out, int year) {
  if (year >= 0 && year <= 9'999) return append_digits(out, static_cast<unsigned>(year), 4);
  out += std::to_string(year);
}

}  // namespace

std::string to_iso_seconds(TimePoint time) {
  const Parts p = split(time);
  std::string out;
  append_year(out, p.year);
  append_digits(out += '-', p.month, 2);
  append_digits(out += '-', p.day, 2);
  append_digits(out += 'T', p.hour, 2);
  append_digits(out += ':', p.minute, 2);
  append_digits(out += ':', p.second, 2);
  return out += 'Z';
}

std::string to_iso_millis(TimePoint time) {
  std::string out = to_iso_seconds(time);
  out.back() = '.';
  append_digits(out, split(time).millis, 3);
  return out += 'Z';
}

TimePoint SystemClock::now() const {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

}  // namespace rialto
