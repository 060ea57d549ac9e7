#include "base/iso_time.h"

#include <chrono>
#include <cstdint>

namespace rialto {
namespace {

// Reads a text from its front, piece by piece.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Exactly `digits` digits.
  std::optional<int> number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return std::nullopt;
    for (std::size_t n = 0; n < digits; ++n) {
      if (rest_[n] < '0' || rest_[n] > '9') return std::nullopt;
      value = value * 10 + (rest_[n] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  // All digits that follow, as thousandths.
  int fraction_millis() {
    int millis = 0;
    int weight = 100;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      millis += weight * (rest_.front() - '0');
      weight /= 10;
      rest_.remove_prefix(1);
    }
    return millis;
  }

 private:
  std::string_view rest_;
};

struct Clocktime {
  int hour = 0, minute = 0, second = 0, millis = 0, offset_minutes = 0;
};

std::optional<int> parse_offset(Reader& in) {
  if (in.at_end() || in.skip('Z') || in.skip('z')) return 0;
  const bool is_negative = in.skip('-');
  if (!is_negative && !in.skip('+')) return std::nullopt;
  const auto hours = in.number(2);
  in.skip(':');
  const auto minutes = in.number(2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (is_negative ? -1 : 1) * (*hours * 60 + *minutes);
}

std::optional<Clocktime> parse_clocktime(Reader& in) {
  Clocktime time;
  const auto hour = in.number(2);
  const bool has_minute = in.skip(':');
  const auto minute = in.number(2);
  if (!hour || !has_minute || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  time.hour = *hour;
  time.minute = *minute;
  if (in.skip(':')) {
    const auto second = in.number(2);
    if (!second || *second > 60) return std::nullopt;  // 60: a leap second
    time.second = *second;
    if (in.skip('.') || in.skip(',')) time.millis = in.fraction_millis();
  }
  const auto offset = parse_offset(in);
  if (!offset) return std::nullopt;
  time.offset_minutes = *offset;
  return time;
}

}  // namespace

std::optional<TimePoint> parse_iso(std::string_view text) {
  Reader in(text);
  const auto year = in.number(4);
  const bool dash1 = in.skip('-');
  const auto month = in.number(2);
  const bool dash2 = in.skip('-');
  const auto day = in.number(2);
  if (!year || !month || !day || !dash1 || !dash2) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  Clocktime time;
  if (in.skip('T') || in.skip('t') || in.skip(' ')) {
    const auto parsed = parse_clocktime(in);
    if (!parsed) return std::nullopt;
    time = *parsed;
  }
  if (!in.at_end()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t minutes = (days * 24 + time.hour) * 60 + time.minute - time.offset_minutes;
  const std::int64_t millis = (minutes * 60 + time.second) * 1000 + time.millis;
  if (millis < kTimeMin || millis > kTimeMax) return std::nullopt;
  return from_millis(millis);
}

}  // namespace rialto
