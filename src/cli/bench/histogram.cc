#include "cli/bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rialto::cli {
namespace {

// Values below 2^8 have a bucket each; above, every doubling has 2^7.
constexpr int kLinearBits = 8;
constexpr int kStepBits = kLinearBits - 1;

std::size_t bucket_of(std::uint64_t value) {
  const auto bits = static_cast<int>(std::bit_width(value));
  if (bits <= kLinearBits) return value;
  const int shift = bits - kLinearBits;
  return (static_cast<std::size_t>(shift) << kStepBits) + (value >> shift);
}

// The greatest value of a bucket.
std::uint64_t top_of(std::size_t bucket) {
  if (bucket < (1U << kLinearBits)) return bucket;
  const std::size_t shift = (bucket >> kStepBits) - 1;
  const std::uint64_t first = bucket - (shift << kStepBits);
  return ((first + 1) << shift) - 1;
}

}  // namespace

void Histogram::record(std::int64_t value) {
  const std::size_t bucket =
      bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  max_ = std::max(max_, value);
}

std::int64_t Histogram::percentile(double share) const {
  // 0.9 of ten values is nine, whatever the product's last bit says.
  constexpr double kRounding = 1e-6;
  const double rank = std::ceil(share * static_cast<double>(count_) - kRounding);
  const auto wanted = static_cast<std::uint64_t>(std::max(rank, 0.0));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen > 0 && seen >= wanted) {
      return std::min(static_cast<std::int64_t>(top_of(bucket)), max_);
    }
  }
  return max_;
}

}  // namespace rialto::cli
