// Clocks, medians, resident memory, and the one line of JSON that a measurement prints.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace rialto::bench {

struct Effort {
  int passes = 5;        // at least
  double seconds = 0.5;  // of passes, at least; short ones are repeated more often
};

inline double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Of this thread.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The value below which `share` of all lie. Requires that there are values.
inline double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

// Seconds of the median pass, after one pass to warm up.
inline double median_pass(Effort effort, const std::function<void()>& pass) {
  constexpr std::size_t kPassesMax = 1000;
  pass();
  std::vector<double> seconds;
  double total = 0;
  while (seconds.size() < kPassesMax &&
         (seconds.size() < static_cast<std::size_t>(effort.passes) || total < effort.seconds)) {
    const double start = wall_seconds();
    pass();
    seconds.push_back(wall_seconds() - start);
    total += seconds.back();
  }
  return quantile(seconds, 0.5);
}

std::size_t resident_bytes();

// Gives back to the system what the heap keeps of freed memory.
void trim_heap();

// Prints `{"name": value, ...}`.
class Report {
 public:
  void add(const std::string& name, double value);
  void print() const;

 private:
  std::string text_;
};

}  // namespace rialto::bench
