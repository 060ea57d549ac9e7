// The pager: reads what is owed back from the store, on a loop of its own, so that no other loop
// waits for a disk.
#pragma once

#include <memory>
#include <optional>
#include <vector>

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

  struct Found {
    std::vector<Delivery> deliveries;  // with their events, as far as there is room
    std::optional<Place> next;         // where there is more
  };
  // Blocks; for the pager's loop. What cannot be read is logged and left where it is. Errors:
  // Unavailable, Corruption.
  Result<Found> read(const Lanes::Page& page) const;

  // Errors: NotFound; Corruption; Unavailable.
  Task<Result<std::shared_ptr<const model::Event>>> event(store::EventKey key) const;

 private:
  Result<std::shared_ptr<const model::Event>> read_event(store::EventKey key) const;

  const store::Store& store_;
  const net::Executor loop_;
};

}  // namespace rialto::delivery
