// Whether a message became durable, for senders of duplicates who wait to know.
#pragma once

#include <atomic>
#include <cstdint>

#include "net/task.h"
#include "net/wait_list.h"

namespace rialto::queue {

// Safe to call from any thread.
class Settlement {
 public:
  // Once.
  void settle(bool is_done);
  // Suspends until `settle`; answers what it said.
  Task<bool> wait();

 private:
  enum class State : std::uint8_t { Open, Done, Failed };
  std::atomic<State> state_ = State::Open;
  net::WaitList waiters_;
};

}  // namespace rialto::queue
