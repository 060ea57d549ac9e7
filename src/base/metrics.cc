#include "base/metrics.h"

#include "base/check.h"

namespace rialto {
namespace {

constexpr std::uint64_t kMicro = 1'000;
constexpr std::uint64_t kMilli = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

constexpr std::array<std::uint64_t, 17> kDurationBounds = {
    50 * kMicro,  100 * kMicro, 250 * kMicro,   500 * kMicro, 1 * kMilli,   2'500 * kMicro,
    5 * kMilli,   10 * kMilli,  25 * kMilli,    50 * kMilli,  100 * kMilli, 250 * kMilli,
    500 * kMilli, 1 * kSecond,  2'500 * kMilli, 5 * kSecond,  10 * kSecond};

constexpr std::array<std::uint64_t, 18> kLatencyBounds = {
    100 * kMicro, 500 * kMicro, 1 * kMilli,    2'500 * kMicro,  5 * kMilli,       10 * kMilli,
    25 * kMilli,  50 * kMilli,  100 * kMilli,  250 * kMilli,    500 * kMilli,     1 * kSecond,
    5 * kSecond,  30 * kSecond, 300 * kSecond, 1'800 * kSecond, 14'400 * kSecond, 86'400 * kSecond};

constexpr std::array<std::uint64_t, 13> kSizeBounds = {1,   2,   4,   8,    16,   32,  64,
                                                       128, 256, 512, 1024, 2048, 4096};

}  // namespace

Histogram::Histogram(std::span<const std::uint64_t> bounds, double divisor)
    : bounds_(bounds), divisor_(divisor) {
  RIALTO_CHECK(bounds.size() <= kBoundsMax, "a histogram has a bounded number of buckets");
}

void Histogram::observe(std::uint64_t value, std::uint64_t count) noexcept {
  std::size_t at = 0;
  while (at < bounds_.size() && value > bounds_[at]) ++at;
  counts_[at].fetch_add(count, std::memory_order_relaxed);
  sum_.fetch_add(value * count, std::memory_order_relaxed);
}

void Histogram::observe(std::chrono::nanoseconds duration, std::uint64_t count) noexcept {
  // A wall clock that is set back makes durations of less than nothing.
  const auto nanos = duration.count();
  observe(nanos > 0 ? static_cast<std::uint64_t>(nanos) : std::uint64_t{0}, count);
}

Histogram::Reading Histogram::read() const {
  Reading out;
  for (std::size_t at = 0; at < bounds_.size(); ++at) {
    out.count += counts_[at].load(std::memory_order_relaxed);
    out.up_to.emplace_back(static_cast<double>(bounds_[at]) / divisor_, out.count);
  }
  out.count += counts_[bounds_.size()].load(std::memory_order_relaxed);
  out.sum = static_cast<double>(sum_.load(std::memory_order_relaxed)) / divisor_;
  return out;
}

Histogram make_duration_histogram() { return {kDurationBounds, 1e9}; }
Histogram make_latency_histogram() { return {kLatencyBounds, 1e9}; }
Histogram make_size_histogram() { return {kSizeBounds, 1}; }

void CountsByName::add(std::string_view name) {
  const std::lock_guard guard(mutex_);
  auto found = counts_.find(name);
  if (found == counts_.end()) {
    found = counts_.try_emplace(counts_.size() < kNamesMax ? std::string(name) : "OTHER").first;
  }
  ++found->second;
}

std::vector<std::pair<std::string, std::uint64_t>> CountsByName::read() const {
  const std::lock_guard guard(mutex_);
  return {counts_.begin(), counts_.end()};
}

}  // namespace rialto
