#include "net/sleepers.h"

#include <algorithm>

namespace rialto::net {
namespace {

// Timers count in nanoseconds, which years of sleep would overflow; a longer sleep is several.
constexpr std::chrono::hours kSleepMax{24};

}  // namespace

Task<> Sleepers::sleep_until(TimePoint due) {
  const auto waiter = co_await WaitList::make_waiter();
  std::uint64_t number = 0;
  {
    const std::lock_guard guard(mutex_);
    number = ++last_;
    waiters_.emplace(number, waiter);
  }
  // The clock is read after that, so that no move of it is missed.
  const Millis left = clock_.timer_for(due - clock_.now());
  if (left.count() > 0) co_await waiter->wait(std::min<Millis>(left, kSleepMax));
  const std::lock_guard guard(mutex_);
  waiters_.erase(number);
}

void Sleepers::wake_all() {
  std::map<std::uint64_t, std::shared_ptr<Waiter>> all;
  {
    const std::lock_guard guard(mutex_);
    all.swap(waiters_);
  }
  for (const auto& [_, waiter] : all) waiter->notify();
}

}  // namespace rialto::net
