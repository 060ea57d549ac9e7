#include "net/wait_list.h"

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rialto::net {
namespace {

namespace asio = boost::asio;

// Its state is touched on its own executor only.
class TimerWaiter final : public Waiter, public std::enable_shared_from_this<TimerWaiter> {
 public:
  explicit TimerWaiter(const asio::any_io_executor& executor) : timer_(executor) {}

  Task<bool> wait(std::chrono::milliseconds timeout) override {
    const auto self = shared_from_this();  // the list may let go of it while it waits
    if (is_notified_) co_return true;
    timer_.expires_after(timeout);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return is_notified_;
  }

 private:
  void notify() override {
    asio::post(timer_.get_executor(), [self = shared_from_this()] {
      self->is_notified_ = true;
      self->timer_.cancel();
    });
  }

  asio::steady_timer timer_;
  bool is_notified_ = false;
};

}  // namespace

Task<std::shared_ptr<Waiter>> WaitList::make_waiter() {
  co_return std::make_shared<TimerWaiter>(co_await asio::this_coro::executor);
}

void WaitList::enlist(std::shared_ptr<Waiter> waiter) {
  const std::lock_guard guard(mutex_);
  waiters_.push_back(std::move(waiter));
}

void WaitList::leave(const std::shared_ptr<Waiter>& waiter) {
  const std::lock_guard guard(mutex_);
  std::erase(waiters_, waiter);
}

bool WaitList::notify_one() {
  std::shared_ptr<Waiter> first;
  {
    const std::lock_guard guard(mutex_);
    if (waiters_.empty()) return false;
    first = std::move(waiters_.front());
    waiters_.pop_front();
  }
  first->notify();
  return true;
}

void WaitList::notify_all() {
  std::deque<std::shared_ptr<Waiter>> all;
  {
    const std::lock_guard guard(mutex_);
    all.swap(waiters_);
  }
  for (const auto& waiter : all) waiter->notify();
}

}  // namespace rialto::net
