// All lanes: what is owed, how much of it is in memory, and what is to do next.
//
// Says what to do and does nothing itself: no loop, no store, no clock of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "delivery/ages.h"
#include "delivery/breaker.h"
#include "delivery/delivery.h"
#include "delivery/lane.h"
#include "delivery/way.h"
#include "store/batch.h"

namespace rialto::delivery {

// What a delivery takes of memory beside its event, roughly.
inline constexpr std::size_t kDeliveryBytes = 256;

struct LaneLimits {
  std::size_t in_flight_max = 256;   // attempts of one lane at a time; and four batches at least
  std::size_t runners_max = 20'000;  // of all lanes, some kilobytes each
  // Deliveries of one lane in memory; and when all lanes together have `deliveries_max`, of one
  // lane then.
  std::size_t window_max = 1'024;
  std::size_t window_min = 16;
  std::size_t deliveries_max = 200'000;
  // Of the events of deliveries that wait in memory, by estimate; those beyond are read again when
  // needed. An event whose attempt begins at once is no part of that.
  std::size_t event_bytes_max = std::size_t{64} << 20;
};

// How much memory an event takes, by estimate: its text, and the same parsed.
std::size_t cost_of(const model::Event& event);

// Safe to call from any thread.
class Lanes {
 public:
  // `make_way` is called for each new lane, under the lock.
  using MakeWay = std::function<Result<Way>(const Destination&)>;
  Lanes(LaneLimits limits, MakeWay make_way) : limits_(limits), make_way_(std::move(make_way)) {}

  // A lane as others hold it. Only Lanes looks inside.
  struct Entry;
  using Handle = std::shared_ptr<Entry>;
  static const std::shared_ptr<const Destination>& destination(const Entry& entry);
  static const Result<Way>& way(const Entry& entry);

  struct Page {
    Handle lane;
    Place from;
    std::size_t count_max = 0;
    std::uint64_t era = 0;
  };
  // To search a lane for deliveries that are too old.
  struct Search {
    Handle lane;
    std::uint64_t era = 0;
  };
  struct Runner {
    Handle lane;
    std::size_t others = 0;  // of this lane, when it was made
  };
  // What the caller has to do then.
  struct Work {
    std::vector<Runner> runners;  // to start, each of which takes until there is nothing to take
    std::vector<Page> pages;      // to read
    std::vector<Search> searches;
    bool is_alarm_earlier = false;
  };

  // The deliveries of one event are about to be stored: adds their lanes to `batch` where they are
  // not known to be stored.
  void expect(const std::vector<Delivery>& deliveries, store::Batch& batch);
  // They are stored; they are not.
  Work arrive(std::vector<Delivery> deliveries, TimePoint now);
  void forget(const std::vector<Delivery>& deliveries, TimePoint now);

  struct Taken {
    std::vector<Delivery> deliveries;  // for one call, whose end is told by `ended`
    std::vector<Delivery> too_old;     // to be given up without an attempt, with `last_error`
    std::optional<Error> last_error;
    std::uint64_t era = 0;
    Work work;
    bool is_empty() const { return deliveries.empty() && too_old.empty(); }
  };
  // For a runner of `lane`, which has taken nothing yet if it `is_new`, and ends when it is given
  // nothing.
  Taken take(const Handle& lane, bool is_new, TimePoint now);

  struct Ended {
    Breaker::Change change = Breaker::Change::None;
    Work work;
  };
  // The call for what was taken has ended; see Breaker::end.
  Ended ended(const Handle& lane, Breaker::Sign sign, const Error* error, TimePoint now,
              std::uint64_t random);
  // It was taken, and is settled and gone from the store.
  void settled(const Handle& lane, const Delivery& delivery);
  // It is about to be stored with another due time, in the era in which it was taken; it is.
  void expect_again(const Handle& lane, const Place& place, std::uint64_t era);
  Work put_off(const Handle& lane, const Place& from, Delivery delivery, TimePoint now);

  struct Found {
    std::vector<Delivery> deliveries;  // with their events, as far as there is room
    std::optional<Place> next;         // where the next page begins, if there is more
    bool has_unreadable = false;
  };
  Work end_page(const Page& page, Found found, TimePoint now);
  // How many bytes of events there is room for.
  std::size_t event_room() const;
  // It could not be read.
  Work fail_page(const Page& page, TimePoint now);

  // A search goes from one stretch of the lane to the next: before each, false when nobody needs it
  // any more; after it, with what it found, which of that is to be given up.
  bool begin_stretch(const Search& search);
  Taken end_stretch(const Search& search, std::vector<Delivery> found);
  // It has seen all of the lane: of what it left, the first is too old at `next`. Or it failed,
  // and comes again then.
  Work end_search(const Search& search, std::optional<TimePoint> next, TimePoint now);

  // What the time has brought. Lanes that nobody has used for long are forgotten, and `submit` is
  // called, under the lock, with the batch that takes them from the store.
  Work look(TimePoint now, const std::function<void(store::Batch)>& submit);
  // When to look again, if nothing happens before.
  std::optional<TimePoint> next_look() const;

  // At start, in order: what the store has. Of the deliveries, as many as fit are kept.
  void load(std::shared_ptr<const Destination> destination);
  // Answers whether its lane is known.
  bool load(const store::LaneId& lane, Delivery delivery);
  // There is a delivery of this lane that cannot be read: the lane stays.
  void keep(const store::LaneId& lane);
  // Afterwards. Takes lanes that owe nothing from the store.
  void end_load(TimePoint now, store::Batch& batch);

  // Forgets everything; what is in hands is of an era that is over.
  void reset();
  bool is_over(std::uint64_t era) const;
  // Unless the era is over, calls `submit`, under the lock: so what it hands to the store comes
  // before what is handed over after a `reset`. Answers whether it did.
  bool submit_within(std::uint64_t era, const std::function<void()>& submit) const;

  // Deliveries: all that are owed, and those of them that are in memory.
  std::size_t owed() const;
  std::size_t in_memory() const;
  // When the event that has been owed for longest was accepted.
  std::optional<TimePoint> oldest() const;
  // Breakers that are open, and deliveries that are owed behind them.
  std::size_t open_breakers() const;
  std::size_t held_back() const;

 private:
  std::size_t window_max() const;
  Handle& lane_of(const Delivery& delivery);
  void fill(Entry& entry, TimePoint now, Taken& taken);
  void enter(Delivery* delivery, bool is_attempted_now);
  void leave(const Delivery& delivery);
  void trim(Entry& entry);
  std::size_t calls_max(const Entry& entry, TimePoint now) const;
  void start_runners(const Handle& lane, TimePoint now, Work& work);
  void begin_page(const Handle& lane, TimePoint now, Work& work);
  void begin_search(const Handle& lane, TimePoint now, Work& work);
  void plan_alarm(Entry& entry, TimePoint now, Work& work);
  void set_alarm(Entry& entry, std::optional<TimePoint> at);
  std::optional<store::LaneId> due_alarm(TimePoint now) const;

  struct HashId {
    std::size_t operator()(const store::LaneId& id) const { return id.low; }
  };

  const LaneLimits limits_;
  const MakeWay make_way_;
  mutable std::mutex mutex_;  // a leaf, but for the store's
  // Guarded by mutex_, as all below.
  std::unordered_map<store::LaneId, Handle, HashId> lanes_;
  std::set<std::pair<TimePoint, store::LaneId>> alarms_;
  std::set<store::LaneId> open_;  // whose breakers are
  std::size_t runners_ = 0;
  std::size_t owed_ = 0;
  Ages ages_;  // of what is owed
  std::size_t in_memory_ = 0;
  std::size_t event_bytes_ = 0;
  std::uint64_t era_ = 0;
};

}  // namespace rialto::delivery
