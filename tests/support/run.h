// Running coroutines from a test and having their answer.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "net/runtime.h"
#include "net/task_group.h"

namespace rialto::test {

namespace detail {
template <class T>
Task<> keep(Task<T> task, std::optional<T>* out) {
  out->emplace(co_await std::move(task));
}
template <class T>
Task<> fulfil(Task<T> task, std::shared_ptr<std::promise<T>> promise) {
  promise->set_value(co_await std::move(task));
}
}  // namespace detail

// Blocks until `task` is done on `executor`. Not from a loop.
template <class T>
T run(const net::Executor& executor, Task<T> task) {
  std::optional<T> out;
  net::run_blocking(executor, detail::keep(std::move(task), &out));
  return std::move(*out);
}

// Lets `task` run beside the test. Requires that `group` outlives it.
template <class T>
std::future<T> start(net::TaskGroup& group, const net::Executor& executor, Task<T> task) {
  auto promise = std::make_shared<std::promise<T>>();
  std::future<T> out = promise->get_future();
  group.spawn(executor, "test", detail::fulfil(std::move(task), std::move(promise)));
  return out;
}

}  // namespace rialto::test
