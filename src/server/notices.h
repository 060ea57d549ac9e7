// Puts what happens to connections and API destinations on the default bus, as AWS does
// (docs/spec/03 §8): in order, and, as with AWS, after the change itself is answered. One that
// cannot be put is told in the log, and lost.
#pragma once

#include <atomic>

#include "bus/ingest.h"
#include "connection/notice.h"
#include "net/runtime.h"
#include "net/task_group.h"
#include "net/turn.h"

namespace rialto::server {

// Safe to call from any thread.
class Notices {
 public:
  // `ingest` must outlive it.
  Notices(net::Executor loop, bus::Ingest& ingest) : loop_(std::move(loop)), ingest_(ingest) {}

  void put(connection::Notice notice);
  // Ends what is under way; what comes later is not put. Blocks; not from the loop.
  void stop();

 private:
  Task<> put_in_turn(connection::Notice notice);

  const net::Executor loop_;
  bus::Ingest& ingest_;
  net::Turn turn_;
  std::atomic<bool> is_stopping_{false};
  net::TaskGroup tasks_;
};

}  // namespace rialto::server
