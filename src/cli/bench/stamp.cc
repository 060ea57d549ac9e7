#include "cli/bench/stamp.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace rialto::cli {

std::int64_t to_micros(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

void write_stamps(std::string& body, const Stopwatch& watch) {
  char digits[kStampSize + 1];
  std::snprintf(digits, sizeof digits, "%016lld",
                static_cast<long long>(to_micros(watch.elapsed())));
  for (std::size_t at = body.find(kQuotedStamp); at != std::string::npos;
       at = body.find(kQuotedStamp, at)) {
    at += kQuotedStamp.size();
    std::memcpy(body.data() + at, digits, kStampSize);
  }
}

void read_stamps(std::string_view text, std::string_view before, const Stopwatch& watch,
                 Histogram& micros) {
  const std::int64_t now = to_micros(watch.elapsed());
  for (std::size_t at = text.find(before); at != std::string_view::npos;
       at = text.find(before, at)) {
    at += before.size();
    std::int64_t sent = 0;
    const char* first = text.data() + at;
    const char* last = first + std::min(kStampSize, text.size() - at);
    if (std::from_chars(first, last, sent).ec == std::errc()) micros.record(now - sent);
  }
}

}  // namespace rialto::cli
