// An http::Sender that calls nobody: it keeps what it was to send and gives the answers that the
// test has put into it.
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "http/sender.h"
#include "net/wait_list.h"

namespace rialto::test {

// Safe to call from any thread.
class FakeSender final : public http::Sender {
 public:
  Task<Result<http::Response>> send(http::Call call) override {
    const auto waiter = co_await net::WaitList::make_waiter();
    bool is_held = false;
    {
      const std::lock_guard guard(mutex_);
      calls_.push_back(std::move(call));
      is_held = is_held_;
      if (is_held) held_.enlist(waiter);
    }
    if (is_held) co_await waiter->wait(std::chrono::seconds(20));
    const std::lock_guard guard(mutex_);
    if (answers_.empty()) {
      co_return fail(Code::Unavailable, "Nobody is there.", "CONNECTION_FAILURE");
    }
    auto answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    co_return answer;
  }

  // The last one is given again and again.
  void answer(Result<http::Response> with) {
    const std::lock_guard guard(mutex_);
    answers_.push_back(std::move(with));
  }
  void answer(int status, std::string body = {}) {
    answer(http::Response{.status = status, .headers = {}, .body = std::move(body)});
  }
  void forget_answers() {
    const std::lock_guard guard(mutex_);
    answers_.clear();
  }

  // Calls wait until they are let go.
  void hold() {
    const std::lock_guard guard(mutex_);
    is_held_ = true;
  }
  void release() {
    {
      const std::lock_guard guard(mutex_);
      is_held_ = false;
    }
    held_.notify_all();
  }

  std::vector<http::Call> calls() const {
    const std::lock_guard guard(mutex_);
    return calls_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<http::Call> calls_;               // guarded by mutex_
  std::deque<Result<http::Response>> answers_;  // guarded by mutex_
  bool is_held_ = false;                        // guarded by mutex_
  net::WaitList held_;
};

}  // namespace rialto::test
