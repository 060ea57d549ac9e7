#include "bus/rates.h"

#include <algorithm>

namespace rialto::bus {
namespace {

constexpr std::size_t kBucketsMax = 10'000;

}  // namespace

// A bucket that nothing was taken from for a second is as good as none.
void Rates::drop_full(TimePoint now) {
  std::erase_if(buckets_, [now](const auto& each) {
    return now - each.second.filled_at >= std::chrono::seconds(1);
  });
}

Rates::Bucket& Rates::fill(const std::string& whose, std::uint32_t per_second, TimePoint now) {
  if (buckets_.size() >= kBucketsMax && !buckets_.contains(whose)) drop_full(now);
  const auto [at, is_new] = buckets_.try_emplace(whose, Bucket{double(per_second), now});
  Bucket& bucket = at->second;
  // A clock that was moved back fills nothing.
  const double seconds =
      std::max(0.0, std::chrono::duration<double>(now - bucket.filled_at).count());
  bucket.tokens = std::min(double(per_second), bucket.tokens + seconds * per_second);
  bucket.filled_at = now;
  return bucket;
}

bool Rates::take(const model::BusRef& bus) {
  if (limits_.per_account == 0 && limits_.per_bus == 0) return true;
  const TimePoint now = clock_.now();
  const std::lock_guard guard(mutex_);
  // Nodes of a map stay where they are.
  Bucket* of_account =
      limits_.per_account > 0 ? &fill(bus.account, limits_.per_account, now) : nullptr;
  Bucket* of_bus = limits_.per_bus > 0 ? &fill(bus.arn(), limits_.per_bus, now) : nullptr;
  for (const Bucket* each : {of_account, of_bus}) {
    if (each != nullptr && each->tokens < 1) return false;
  }
  for (Bucket* each : {of_account, of_bus}) {
    if (each != nullptr) each->tokens -= 1;
  }
  return true;
}

}  // namespace rialto::bus
