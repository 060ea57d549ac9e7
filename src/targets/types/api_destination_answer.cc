#include "targets/types/api_destination_answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

namespace rialto::targets {
namespace {

// Nothing is owed for longer than a day.
constexpr std::chrono::hours kWaitMax{24};

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    return text.front() == '-' ? -1 : std::numeric_limits<std::int64_t>::max();
  }
  if (error != std::errc()) return std::nullopt;
  return number;
}

// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that senders may write (RFC 9110 §5.6.7).
std::optional<TimePoint> read_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) {
    return std::nullopt;
  }
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto number = [text](std::size_t at, std::size_t size) {
    return to_number(text.substr(at, size)).value_or(-1);
  };
  const std::int64_t day = number(5, 2);
  const std::int64_t year = number(12, 4);
  const std::int64_t hour = number(17, 2);
  const std::int64_t minute = number(20, 2);
  const std::int64_t second = number(23, 2);
  const bool is_time =
      hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
  if (month == kMonths.end() || day < 1 || year < 1970 || !is_time) return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(year)),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return TimePoint(std::chrono::sys_days(date) + std::chrono::hours(hour) +
                   std::chrono::minutes(minute) + std::chrono::seconds(second));
}

bool is_retried(int status) {
  return is_unauthorized(status) || status == 409 || status == 429 || status >= 500;
}

Error failed(int status) {
  std::string message = "The API destination answered with status " + std::to_string(status) + ".";
  if (status == 429) return fail(Code::Throttled, std::move(message), "THROTTLING");
  return fail(is_retried(status) ? Code::Unavailable : Code::InvalidArgument, std::move(message),
              "ERROR_FROM_TARGET");
}

}  // namespace

RetryAfter read_retry_after(std::string_view text, TimePoint now) {
  RetryAfter out;
  if (text.empty()) return out;
  if (const auto seconds = to_number(text)) {
    out.is_never = *seconds < 0;
    if (!out.is_never) {
      const std::int64_t most = std::chrono::seconds(kWaitMax).count();
      out.wait = std::chrono::seconds(std::min(*seconds, most));
    }
  } else if (const auto date = read_http_date(text)) {
    out.wait = std::clamp<Millis>(*date - now, Millis(0), kWaitMax);
  }
  return out;
}

Outcome read_answer(const http::Response& response, TimePoint now) {
  if (response.status >= 200 && response.status <= 299) return {};
  Outcome outcome(failed(response.status));
  if (!is_retried(response.status)) return outcome;
  const RetryAfter after =
      read_retry_after(http::find_header(response.headers, "Retry-After"), now);
  outcome.retry_after = after.wait;
  outcome.is_last = after.is_never;
  return outcome;
}

}  // namespace rialto::targets
