#include "net/runtime.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <thread>
#include <vector>

#include "base/check.h"

namespace rialto::net {

namespace asio = boost::asio;

struct Runtime::Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
};

struct Runtime::Loops {
  std::vector<std::unique_ptr<Loop>> all;
};

Runtime::Runtime(std::size_t threads) : loops_(std::make_unique<Loops>()) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    auto loop = std::make_unique<Loop>();
    loop->thread = std::thread([context = &loop->context] { context->run(); });
    loops_->all.push_back(std::move(loop));
  }
}

Runtime::~Runtime() { stop(); }

std::size_t Runtime::size() const { return loops_->all.size(); }

Executor Runtime::executor(std::size_t index) const {
  return loops_->all[index]->context.get_executor();
}

std::vector<Executor> Runtime::executors() const {
  std::vector<Executor> out;
  for (std::size_t index = 0; index < size(); ++index) out.push_back(executor(index));
  return out;
}

void Runtime::stop() {
  for (auto& loop : loops_->all) {
    loop->work.reset();
    loop->context.stop();
  }
  for (auto& loop : loops_->all) {
    if (loop->thread.joinable()) loop->thread.join();
  }
}

Task<> sleep_for(std::chrono::milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

void post(const Executor& executor, std::function<void()> what) {
  asio::post(executor, std::move(what));
}

void run_blocking(Executor executor, Task<> task) {
  std::promise<void> promise;
  asio::co_spawn(executor, std::move(task), [&promise](const std::exception_ptr& escaped) {
    RIALTO_CHECK(!escaped, "no exception leaves a task");
    promise.set_value();
  });
  promise.get_future().wait();
}

}  // namespace rialto::net
