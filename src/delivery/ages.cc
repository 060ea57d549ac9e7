#include "delivery/ages.h"

#include "base/check.h"

namespace rialto::delivery {
namespace {

std::chrono::seconds second_of(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
}

}  // namespace

void Ages::add(TimePoint since) { ++by_second_[second_of(since)]; }

void Ages::remove(TimePoint since) {
  const auto found = by_second_.find(second_of(since));
  RIALTO_CHECK(found != by_second_.end(), "what goes has come");
  if (--found->second == 0) by_second_.erase(found);
}

std::optional<TimePoint> Ages::oldest() const {
  if (by_second_.empty()) return std::nullopt;
  return TimePoint(by_second_.begin()->first);
}

}  // namespace rialto::delivery
