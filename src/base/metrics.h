// What a running server counts beside plain counters: distributions, and counts by a word.
//
// Recording is a few relaxed atomic additions; reading adds up what it finds, so that a reader sees
// each number as it was at some moment, and not all of them as of the same one.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rialto {

// How often values fell into each of some buckets, and their sum. Safe to call from any thread.
class Histogram {
 public:
  static constexpr std::size_t kBoundsMax = 23;

  // `bounds`: the greatest value of each bucket but the last, rising, at most kBoundsMax; they must
  // outlive the histogram. Readers are shown values divided by `divisor`, which is exact where a
  // product would not be.
  Histogram(std::span<const std::uint64_t> bounds, double divisor);

  // Records `value`, `count` times.
  void observe(std::uint64_t value, std::uint64_t count = 1) noexcept;
  // For histograms of durations, whose values are nanoseconds.
  void observe(std::chrono::nanoseconds duration, std::uint64_t count = 1) noexcept;

  struct Reading {
    std::vector<std::pair<double, std::uint64_t>> up_to;  // bound, values not above it
    std::uint64_t count = 0;
    double sum = 0;
  };
  Reading read() const;

 private:
  const std::span<const std::uint64_t> bounds_;
  const double divisor_;
  std::array<std::atomic<std::uint64_t>, kBoundsMax + 1> counts_{};
  std::atomic<std::uint64_t> sum_{0};
};

// Durations of what should be quick (requests, writes), from 50 µs to 10 s, shown in seconds.
Histogram make_duration_histogram();
// Durations of what may take a day (deliveries with retries), from 100 µs on, shown in seconds.
Histogram make_latency_histogram();
// Numbers of things, in powers of two up to 4,096.
Histogram make_size_histogram();

// Counts by a word. For events that are rare, such as failures. Safe to call from any thread.
class CountsByName {
 public:
  // Words beyond that many are counted as "OTHER". Ours are fewer.
  static constexpr std::size_t kNamesMax = 64;

  void add(std::string_view name);
  std::vector<std::pair<std::string, std::uint64_t>> read() const;

 private:
  mutable std::mutex mutex_;                                  // a leaf
  std::map<std::string, std::uint64_t, std::less<>> counts_;  // guarded by mutex_
};

}  // namespace rialto
