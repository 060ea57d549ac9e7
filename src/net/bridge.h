// From callbacks to coroutines. Heavy to compile: include it in few source files.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "net/task.h"

namespace rialto::net {

// Suspends until `start`'s callback is called, once, from any thread; resumes on the executor of
// the awaiting coroutine with the value the callback was given.
template <class T, class Start>
Task<T> await_callback(Start start) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
      [](auto handler, Start begin) {
        // Shared, because a callback must be copyable and the handler is not.
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        begin(std::function<void(T)>([held](T value) {
          auto executor = boost::asio::get_associated_executor(*held);
          boost::asio::post(
              executor, [held, value = std::move(value)]() mutable { (*held)(std::move(value)); });
        }));
      },
      boost::asio::use_awaitable, std::move(start));
}

}  // namespace rialto::net
