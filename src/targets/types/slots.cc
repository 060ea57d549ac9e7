#include "targets/types/slots.h"

namespace rialto::targets {
namespace {

// What was not called for a while needs no record; there are no more than that for long.
constexpr std::size_t kRecordsMax = 8'192;

}  // namespace

Slots::Slot Slots::take(const std::string& destination, std::int64_t rate, TimePoint latest) {
  const Time now = clock_.now();
  const std::chrono::nanoseconds apart = std::chrono::nanoseconds(std::chrono::seconds(1)) / rate;
  const std::lock_guard guard(mutex_);
  if (next_.size() >= kRecordsMax) forget_the_past(now);
  Time& next = next_[destination];
  // A slot farther away than any that is given: the clock was put back.
  if (next < now || next > now + ahead_max_ + apart) next = now;
  const Time at = next;
  Slot slot{.wait = std::chrono::ceil<Millis>(at - now)};
  if (at > now + ahead_max_ || at > Time(latest)) return slot;
  slot.is_taken = true;
  next = at + apart;
  return slot;
}

void Slots::forget_the_past(Time now) {
  std::erase_if(next_, [now](const auto& record) { return record.second < now; });
}

}  // namespace rialto::targets
