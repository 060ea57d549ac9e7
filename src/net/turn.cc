#include "net/turn.h"

namespace rialto::net {

Task<> Turn::take() {
  const auto waiter = co_await waiting_.make_waiter();
  {
    const std::lock_guard guard(mutex_);
    if (!is_taken_) {
      is_taken_ = true;
      co_return;
    }
    waiting_.enlist(waiter);
  }
  // Whoever passes the turn on leaves it taken, for us.
  while (!co_await waiter->wait(std::chrono::hours(1))) {
  }
}

void Turn::pass() {
  const std::lock_guard guard(mutex_);
  if (!waiting_.notify_one()) is_taken_ = false;
}

}  // namespace rialto::net
