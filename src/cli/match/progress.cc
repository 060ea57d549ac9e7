#include "cli/match/progress.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace rialto::cli {
namespace {

constexpr std::chrono::seconds kTerminalPeriod{1};
constexpr std::chrono::seconds kLogPeriod{5};

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace

std::string progress_text(std::uint64_t events, std::chrono::nanoseconds elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(events) / seconds : 0;
  return grouped(events) + " events, " + grouped(static_cast<std::uint64_t>(std::round(rate))) +
         " events/s";
}

Progress::Progress(bool is_quiet)
    : is_quiet_(is_quiet),
      is_terminal_(isatty(fileno(stderr)) == 1),
      next_(is_terminal_ ? kTerminalPeriod : kLogPeriod) {}

void Progress::tell(std::uint64_t events) {
  if (is_quiet_ || watch_.elapsed() < next_) return;
  print(events);
  next_ = watch_.elapsed() + (is_terminal_ ? kTerminalPeriod : kLogPeriod);
}

void Progress::print(std::uint64_t events) {
  const std::string text = progress_text(events, watch_.elapsed());
  std::fprintf(stderr, is_terminal_ ? "\r\033[K%s" : "rialto match: %s\n", text.c_str());
  std::fflush(stderr);
  is_shown_ = is_terminal_;
  was_told_ = true;
}

void Progress::hide() {
  if (is_shown_) std::fputs("\r\033[K", stderr);
  is_shown_ = false;
}

void Progress::finish(std::uint64_t events) {
  if (!was_told_) return;
  print(events);
  if (is_shown_) std::fputs("\n", stderr);
  is_shown_ = false;
}

}  // namespace rialto::cli
