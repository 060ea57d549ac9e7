// TaskGroup owns what it spawns: nothing of Rialto runs detached.
//
// An exception that escapes a task ends the process with the task's name: ours throw none, so one
// that escapes is a bug.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/runtime.h"
#include "net/task.h"

namespace rialto::net {

// Safe to call from any thread.
class TaskGroup {
 public:
  TaskGroup();
  // Requires that `stop` was called, or that every task has ended.
  ~TaskGroup();

  // Runs `task` on `executor`; `name` says in a crash report whose it was.
  void spawn(Executor executor, std::string name, Task<> task);

  // How many tasks have not ended.
  std::size_t size() const;

  // Waits until every task has ended, for `grace` at most. True when all have. Blocks; not from a
  // loop.
  bool wait(std::chrono::milliseconds grace);

  // Cancels what every task is waiting for, once; a task goes on as it sees fit.
  void cancel();

  // Cancels every task and waits until all have ended. Blocks; not from a loop.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Runs make(0) to make(count - 1) side by side on the caller's executor; ends when all have.
Task<> run_together(std::size_t count, std::function<Task<>(std::size_t)> make);

}  // namespace rialto::net
