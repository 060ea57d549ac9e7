// The pager: reads what is owed back from the store, on a loop of its own, so that no other loop
// waits for a disk.
#pragma once

#include <memory>

#include "base/result.h"
#include "delivery/lanes.h"
#include "net/runtime.h"
#include "net/task.h"
#include "store/store.h"

namespace rialto::delivery {

// Safe to call from any thread. The store must outlive this.
class Pager {
 public:
  Pager(const store::Store& store, net::Executor loop) : store_(store), loop_(std::move(loop)) {}

  const net::Executor& loop() const { return loop_; }

  // Blocks; for the pager's loop. Events come along for what is due `now`, up to `room` bytes. What
  // cannot be read is logged and left where it is. Errors: Unavailable, Corruption.
  Result<Lanes::Found> read(const Lanes::Page& page, std::size_t room, TimePoint now) const;

  // Errors: NotFound; Corruption; Unavailable.
  Task<Result<std::shared_ptr<const model::Event>>> event(store::EventKey key) const;

 private:
  Result<std::shared_ptr<const model::Event>> read_event(store::EventKey key) const;

  const store::Store& store_;
  const net::Executor loop_;
};

}  // namespace rialto::delivery
