// Latencies in buckets whose width grows with the value, as HdrHistogram has them: any value to
// within 1/128, in memory that does not grow with how many there are. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace rialto::cli {

class Histogram {
 public:
  // Negative values count as 0.
  void record(std::int64_t value);

  std::uint64_t count() const { return count_; }
  std::int64_t max() const { return max_; }
  // The least value that `share` (0 to 1) of all values do not exceed, to within 1/128; 0 when
  // there is none.
  std::int64_t percentile(double share) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace rialto::cli
