// A calendar: the minutes that the six fields of a cron expression name, in whatever time zone the
// expression is meant in. It knows neither zones nor the present. Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace rialto::cron {

// A minute as a clock on the wall shows it.
using CivilMinute = std::chrono::local_time<std::chrono::minutes>;

inline constexpr int kYearMin = 1970;
// AWS documents 2199 and accepts 2500 (docs/spec/06 §1.2). Ours: years have four digits.
inline constexpr int kYearMax = 9999;

// Which days of a month: by their number or by their weekday.
struct Days {
  enum class Kind : std::uint8_t {
    OfMonth,         // of `mask`, bit d for day d
    OfWeek,          // of `mask`, bit w for weekday w; 1 is Sunday
    Last,            // `L`
    LastWorkday,     // `LW`
    NearestWorkday,  // `15W`: of the same month, and none when the month has no day `number`
    LastOfWeek,      // `6L`: the month's last weekday `number`
    NthOfWeek,       // `6#3`: the month's weekday `number` for the `nth` time
  };
  Kind kind = Kind::OfMonth;
  std::uint32_t mask = 0;
  unsigned number = 0;
  unsigned nth = 0;

  // Bit d for each day d.
  std::uint32_t in(std::chrono::year_month month) const;
};

// from, from + step, ... up to `to`.
struct Years {
  int from = kYearMin;
  int to = kYearMax;
  int step = 1;
};

struct Calendar {
  std::uint64_t minutes = 0;  // bit m
  std::uint32_t hours = 0;    // bit h
  std::uint32_t months = 0;   // bit m, from 1
  Days days;
  std::vector<Years> years;

  // The first minute at or after `from`; nothing when there is none up to kYearMax.
  // Requires that no mask is empty.
  std::optional<CivilMinute> first_from(CivilMinute from) const;

 private:
  bool has_year(int year) const;
  std::optional<std::chrono::local_days> first_day_from(std::chrono::local_days from) const;
  std::optional<std::chrono::minutes> first_time_from(std::chrono::minutes of_day) const;
};

}  // namespace rialto::cron
