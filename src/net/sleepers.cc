#include "net/sleepers.h"

#include <algorithm>

namespace rialto::net {
namespace {

// Timers count in nanoseconds, which years of sleep would overflow; a longer sleep is several.
constexpr std::chrono::hours kSleepMax{24};

}  // namespace

Task<> Sleepers::sleep_until(TimePoint due) {
  const auto waiter = co_await WaitList::make_waiter();
  {
    const std::lock_guard guard(mutex_);
    waiters_.insert(waiter);
  }
  // The clock is read after that, so that no move of it is missed.
  const Millis left = due - clock_.now();
  if (left.count() > 0) co_await waiter->wait(std::min<Millis>(left, kSleepMax));
  const std::lock_guard guard(mutex_);
  waiters_.erase(waiter);
}

void Sleepers::wake_all() {
  std::unordered_set<std::shared_ptr<Waiter>> all;
  {
    const std::lock_guard guard(mutex_);
    all.swap(waiters_);
  }
  for (const auto& waiter : all) waiter->notify();
}

}  // namespace rialto::net
