#include "queue/engine/settlement.h"

namespace rialto::queue {

void Settlement::settle(bool is_done) {
  state_ = is_done ? State::Done : State::Failed;
  waiters_.notify_all();
}

Task<bool> Settlement::wait() {
  // Every commit ends, with an error if need be; the bound only lets a lost wake-up heal.
  constexpr std::chrono::seconds kLook{5};
  while (state_ == State::Open) {
    const std::shared_ptr<net::Waiter> waiter = co_await waiters_.make_waiter();
    waiters_.enlist(waiter);
    if (state_ == State::Open) co_await waiter->wait(kLook);
    waiters_.leave(waiter);
  }
  co_return state_ == State::Done;
}

}  // namespace rialto::queue
