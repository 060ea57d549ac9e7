// A lane: what is owed to one destination, in the order in which it is due.
//
// All of it is in the store (Table::Due); in memory is its beginning. What lies before the
// *frontier* is here, in the window or in hands; what lies behind it is in the store only, and is
// read a page at a time. So memory is bounded however much is owed, and no lane is a burden for
// another.
//
// Pure, and not safe to call from several threads: Lanes locks.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/clock.h"
#include "delivery/delivery.h"

namespace rialto::delivery {

class Lane {
 public:
  explicit Lane(std::shared_ptr<const Destination> destination)
      : destination_(std::move(destination)) {}

  const std::shared_ptr<const Destination>& destination() const { return destination_; }

  // In hands are deliveries on their way into the store, and those that are being attempted: no
  // page brings them a second time.
  void hold(const Place& place) { held_.insert(place); }
  // Lets go of one that is not in the store (any more). False when it was not in hands.
  bool let_go(const Place& place);
  bool holds(const Place& place) const { return held_.contains(place); }

  // What was on its way into the store is there. Answers where it is in the window: nowhere when it
  // lies behind the frontier. Valid until the window changes.
  Delivery* arrive(Delivery delivery);

  // While somebody reads the store in search of deliveries that are too old, what goes out of it is
  // noted; until `take_out` was called for all that he found.
  void begin_search() { gone_.emplace(); }
  void end_search() { gone_.reset(); }
  // One that a search found: in hands from now on, as it is in memory if it is. Nothing when it is
  // in hands already, or gone.
  std::optional<Delivery> take_out(Delivery found);

  // The window's last goes back to where it came from: the store.
  std::optional<Delivery> drop_last();

  // The first of the window, if it is due: in hands from now on. Nothing is put off for longer than
  // the longest back-off, unless its target asked for it: what seems to be was so before the clock
  // was moved back, and is due after all others that are.
  std::optional<Delivery> take(TimePoint now);
  // How many of the window are due, counted up to `count_max`.
  std::size_t count_due(TimePoint now, std::size_t count_max) const;

  // When something is to do for this lane: a delivery, or a page.
  std::optional<TimePoint> next_due(std::size_t low) const;
  // Where to read on, if at most `low` are in the window and there is more in the store that is
  // due. Until `end_page`, no other page is wanted.
  std::optional<Place> begin_page(TimePoint now, std::size_t low);
  // What a page from `from` on brought, and where the next one begins, if there is more. Answers
  // what is new in the window.
  std::vector<Delivery*> end_page(const Place& from, std::vector<Delivery> page,
                                  std::optional<Place> next);
  // The page could not be read.
  void end_page() { paging_.reset(); }

  // From here on all is in the store only, when the process starts. The first call counts.
  void set_frontier(const Place& place) { frontier_ = frontier_.value_or(place); }

  std::size_t window_size() const { return window_.size(); }
  // Whether nothing is left to do for it, and nothing on its way.
  bool is_idle() const { return window_.empty() && held_.empty() && !frontier_; }
  // Forgets all.
  void clear();

 private:
  // What happened while a page was being read.
  struct Paging {
    std::vector<Delivery> arrived;  // behind the frontier, without their events
    std::optional<Place> missed;    // the first that arrived when these were enough
    std::set<Place> gone;           // out of the store
  };

  const std::shared_ptr<const Destination> destination_;
  std::map<Place, Delivery> window_;
  std::set<Place> held_;
  std::optional<Place> frontier_;  // none: all is in memory
  std::optional<Paging> paging_;
  std::optional<std::set<Place>> gone_;  // out of the store, during a search
};

}  // namespace rialto::delivery
