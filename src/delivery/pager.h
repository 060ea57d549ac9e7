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

  // Blocks; for the pager's loop. Events come along for what is due `now`, up to `room` bytes. What
  // cannot be read is logged and left where it is. Errors: Unavailable, Corruption.
  Result<Lanes::Found> read(const Lanes::Page& page, std::size_t room, TimePoint now) const;

  struct Stretch {
    std::vector<Delivery> too_old;  // without their events
    std::optional<TimePoint> next;  // when the first of the others will be
    std::optional<Place> rest;      // where the next stretch begins, if there is more
  };
  // Looks through a stretch of the lane, `from` there on, for what is too old `now`; without
  // `from`, from its beginning on. As `read`.
  Result<Stretch> search(std::shared_ptr<const Destination> destination,
                         const std::optional<Place>& from, TimePoint now) const;

  // Errors: NotFound; Corruption; Unavailable.
  Task<Result<std::shared_ptr<const model::Event>>> event(store::EventKey key) const;

 private:
  Result<std::shared_ptr<const model::Event>> read_event(store::EventKey key) const;
  void read_events(std::vector<Delivery>& deliveries, std::size_t room, TimePoint now) const;

  const store::Store& store_;
  const net::Executor loop_;
};

}  // namespace rialto::delivery
