#include "net/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <list>
#include <mutex>

#include "base/check.h"
#include "base/log.h"
#include "net/wait_list.h"

namespace rialto::net {

namespace asio = boost::asio;

struct TaskGroup::State {
  struct Running {
    Executor executor;
    std::string name;
    asio::cancellation_signal signal;  // used on the executor only
  };

  std::mutex mutex;  // a leaf
  std::condition_variable has_ended;
  std::list<std::shared_ptr<Running>> running;  // guarded by mutex
};

namespace {

// Asio would throw from an await after a cancellation; ours answers with an error instead.
Task<> without_throwing(Task<> task) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await std::move(task);
}

Task<> count_down(Task<> task, std::size_t* left, WaitList* ends) {
  co_await std::move(task);
  if (--*left == 0) ends->notify_all();
}

}  // namespace

TaskGroup::TaskGroup() : state_(std::make_shared<State>()) {}

TaskGroup::~TaskGroup() { RIALTO_CHECK(size() == 0, "a task group outlives its tasks"); }

void TaskGroup::spawn(Executor executor, std::string name, Task<> task) {
  auto running = std::make_shared<State::Running>();
  running->executor = executor;
  running->name = std::move(name);
  std::list<std::shared_ptr<State::Running>>::iterator place;
  {
    const std::lock_guard guard(state_->mutex);
    place = state_->running.insert(state_->running.end(), running);
  }
  auto on_end = [state = state_, running, place](const std::exception_ptr& escaped) {
    if (escaped) {
      log::error("task.escaped_exception", {{"task", running->name}});
      RIALTO_CHECK(!escaped, "no exception leaves a task");
    }
    const std::lock_guard guard(state->mutex);
    state->running.erase(place);
    state->has_ended.notify_all();
  };
  // Started on the executor, where the cancellation signal lives.
  asio::post(
      executor, [executor, running, task = std::move(task), on_end = std::move(on_end)]() mutable {
        asio::co_spawn(executor, without_throwing(std::move(task)),
                       asio::bind_cancellation_slot(running->signal.slot(), std::move(on_end)));
      });
}

std::size_t TaskGroup::size() const {
  const std::lock_guard guard(state_->mutex);
  return state_->running.size();
}

bool TaskGroup::wait(std::chrono::milliseconds grace) {
  std::unique_lock guard(state_->mutex);
  return state_->has_ended.wait_for(guard, grace, [this] { return state_->running.empty(); });
}

void TaskGroup::cancel() {
  const std::lock_guard guard(state_->mutex);
  for (const auto& running : state_->running) {
    asio::post(running->executor,
               [running] { running->signal.emit(asio::cancellation_type::terminal); });
  }
}

void TaskGroup::stop() {
  while (size() > 0) {
    cancel();
    // A task may start a new wait after the signal reached it; so signal again until all are gone.
    wait(std::chrono::milliseconds(50));
  }
}

Task<> run_together(std::size_t count, std::function<Task<>(std::size_t)> make) {
  const Executor executor = co_await asio::this_coro::executor;
  TaskGroup tasks;
  WaitList ends;
  const auto waiter = co_await ends.make_waiter();
  ends.enlist(waiter);
  std::size_t left = count;  // touched on one executor only
  for (std::size_t i = 0; i < count; ++i) {
    tasks.spawn(executor, "together", count_down(make(i), &left, &ends));
  }
  while (left > 0) co_await waiter->wait(std::chrono::hours(1));
  // The last task has said so, and ends right after.
  while (tasks.size() > 0) co_await asio::post(executor, asio::use_awaitable);
}

}  // namespace rialto::net
