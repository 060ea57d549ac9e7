// The I/O threads: one event loop per thread, state pinned to its loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "net/task.h"

namespace rialto::net {

using Executor = boost::asio::any_io_executor;

class Runtime {
 public:
  // Starts `threads` loops, at least one.
  explicit Runtime(std::size_t threads);
  // Requires that nothing runs on the loops any more but what `stop` may drop.
  ~Runtime();

  std::size_t size() const;
  // Requires index < size().
  Executor executor(std::size_t index) const;
  std::vector<Executor> executors() const;

  // Ends the loops and joins the threads. Blocks; not from a loop.
  void stop();

 private:
  struct Loop;
  struct Loops;
  std::unique_ptr<Loops> loops_;
};

// Suspends for `duration`, or until the task is cancelled.
Task<> sleep_for(std::chrono::milliseconds duration);

// Lets `executor` call `what`, once, and soon.
void post(const Executor& executor, std::function<void()> what);

// Runs `task` on `executor` and blocks until it is done. Not from a loop.
void run_blocking(Executor executor, Task<> task);

}  // namespace rialto::net
