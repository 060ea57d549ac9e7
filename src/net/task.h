// Task<T>: the coroutine of this project, and nothing else is called a task.
//
// Parameters of a coroutine are values; services are reached through `this`, which must outlive the
// task. Nothing is detached: a TaskGroup owns what it spawns.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace rialto {

template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace rialto
