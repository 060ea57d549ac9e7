#include "api/timestamp.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/iso_time.h"
#include "json/number.h"

namespace rialto::api {
namespace {

std::optional<TimePoint> in_range(std::int64_t millis) {
  if (millis < kTimeMin || millis > kTimeMax) return std::nullopt;
  return from_millis(millis);
}

// Digits after a point, as thousandths.
int fraction_millis(std::string_view digits) {
  int millis = 0;
  int weight = 100;
  for (const char digit : digits) {
    millis += weight * (digit - '0');
    weight /= 10;
  }
  return millis;
}

// `1736942400.123` without passing through a double, which would move the milliseconds.
std::optional<TimePoint> parse_decimal(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::int64_t seconds = 0;
  const auto whole = std::from_chars(text.data(), text.data() + dot, seconds);
  if (whole.ec != std::errc() || seconds > kTimeMax / 1000) return std::nullopt;
  const int fraction = dot < text.size() ? fraction_millis(text.substr(dot + 1)) : 0;
  const std::int64_t millis = seconds * 1000 + fraction;
  return in_range(is_negative ? -millis : millis);
}

std::optional<TimePoint> parse_number(std::string_view text) {
  if (text.find_first_of("eE") == std::string_view::npos) return parse_decimal(text);
  const std::optional<double> seconds = json::to_double(text);
  if (!seconds || std::abs(*seconds) > static_cast<double>(kTimeMax / 1000)) return std::nullopt;
  return in_range(std::llround(*seconds * 1000));
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
