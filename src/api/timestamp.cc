#include "api/timestamp.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "json/number.h"

namespace rialto::api {
namespace {

constexpr std::int64_t kMin = -62135596800000;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kMax = 253402300799999;  // 9999-12-31T23:59:59.999Z

std::optional<TimePoint> in_range(std::int64_t millis) {
  if (millis < kMin || millis > kMax) return std::nullopt;
  return from_millis(millis);
}

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

// `1736942400.123` without passing through a double, which would move the milliseconds.
std::optional<TimePoint> parse_decimal(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::int64_t seconds = 0;
  const auto whole = std::from_chars(text.data(), text.data() + dot, seconds);
  if (whole.ec != std::errc() || seconds > kMax / 1000) return std::nullopt;
  const int fraction = dot < text.size() ? Reader(text.substr(dot + 1)).fraction_millis() : 0;
  const std::int64_t millis = seconds * 1000 + fraction;
  return in_range(is_negative ? -millis : millis);
}

std::optional<TimePoint> parse_number(std::string_view text) {
  if (text.find_first_of("eE") == std::string_view::npos) return parse_decimal(text);
  const std::optional<double> seconds = json::to_double(text);
  if (!seconds || std::abs(*seconds) > static_cast<double>(kMax / 1000)) return std::nullopt;
  return in_range(std::llround(*seconds * 1000));
}

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
  return in_range((minutes * 60 + time.second) * 1000 + time.millis);
}

}  // namespace

std::optional<TimePoint> parse_timestamp(std::string_view text) {
  return json::is_number(text) ? parse_number(text) : parse_iso(text);
}

std::string to_epoch_seconds(TimePoint time) {
  const std::int64_t millis = to_millis(time);
  const std::uint64_t size =
      millis < 0 ? 0 - static_cast<std::uint64_t>(millis) : static_cast<std::uint64_t>(millis);
  std::string out = (millis < 0 ? "-" : "") + std::to_string(size / 1000);
  if (const std::uint64_t fraction = size % 1000; fraction != 0) {
    const std::string digits = std::to_string(fraction);
    out += "." + std::string(3 - digits.size(), '0') + digits;
  }
  return out;
}

}  // namespace rialto::api
