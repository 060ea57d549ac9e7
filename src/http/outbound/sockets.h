// Curl's sockets and its one timer, on a loop. Curl says what it waits for; here it is waited for,
// and curl is told.
//
// A connection's socket is opened through here and stays registered with the loop until it is
// closed, however often curl looks away. Other descriptors (its resolver's) are curl's own: they
// are let go of as soon as curl waits for them no longer, which it says before it closes them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "net/runtime.h"

namespace rialto::http {

// Used on its loop only.
class Sockets {
 public:
  enum Events : int { kNone = 0, kReadable = 1, kWritable = 2 };
  struct Handlers {
    std::function<void(int descriptor, int events)> ready;
    std::function<void()> timer;
  };

  // Neither handler is called from within a function of this class, nor after `stop`.
  Sockets(net::Executor executor, Handlers handlers);
  ~Sockets();
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  // A socket as ::socket takes it; -1 when there is none.
  int open(int family, int type, int protocol);
  void close(int descriptor);
  // From now on, until it says otherwise, curl waits for `events` of the descriptor.
  void watch(int descriptor, int events);
  // Takes the place of what was set before; a negative one is none.
  void set_timer(std::chrono::milliseconds after);
  // Requires that all sockets are closed.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rialto::http
