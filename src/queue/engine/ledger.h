// What one queue knows in memory about its messages: which are ready, in flight, delayed. Pure
// bookkeeping over sequence numbers: no clock, no store, no lock, no bodies.
//
// Memory is bounded, the queue is not. Every message below the *cursor* is known here; messages at
// or above it lie on disk only, until `end_page` brings the next of them in. Messages that were
// received, and (as long as there is room) delayed ones, are *tracked* wherever they lie, and a
// page that meets one skips it. A message that was appended but is not durable yet is *pending*: a
// page skips it too, and `publish` makes it known when the cursor has passed it by then.
//
// A number may be left in `fresh_` whose message is gone from disk. Whoever took it off the disk
// took it off the counts, so a receiver that finds nothing there just drops it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "queue/engine/codec.h"
#include "queue/settings.h"
#include "store/keys.h"

namespace rialto::queue {

using store::Sequence;

struct LedgerLimits {
  std::size_t window_max = 100'000;     // about 1 MB: eight bytes each, sixteen when delayed
  std::size_t in_flight_max = 120'000;  // SQS's quota for a standard queue
  std::size_t delayed_max = 100'000;    // tracked beyond the cursor; more wait on disk
};

// A number for one message; `reserved_until` is to be stored with the message when it is set.
struct Assigned {
  Sequence sequence = 0;
  std::optional<Sequence> reserved_until;
};

struct Taken {
  Sequence sequence = 0;
  ReceiveState state;
};

struct Found {
  Sequence sequence = 0;
  std::optional<ReceiveState> state;
};

class Ledger {
 public:
  explicit Ledger(LedgerLimits limits) : limits_(limits) {}

  // How many numbers are reserved by one write: after a restart counting goes on at the end of the
  // reserved block, so that no number is ever used twice.
  static constexpr Sequence kBlock = 65'536;

  // At start: every message on disk in order, then the end of what was reserved.
  void restore(Found message);
  void finish_restore(Sequence reserved_until);

  Assigned assign();
  void publish(const Assigned& assigned, TimePoint visible_at, TimePoint now);
  void discard(const Assigned& assigned);

  // Moves what is due to where it belongs. Every question below is about the last `advance`.
  void advance(TimePoint now);
  Counts counts() const;
  std::optional<TimePoint> next_due() const;
  bool has_ready() const;
  bool can_take() const;  // something is ready here, or may be on disk
  bool is_at_in_flight_limit() const { return in_flight_ >= limits_.in_flight_max; }

  // Takes up to `count_max` ready messages into flight, the oldest first.
  std::vector<Taken> take(std::size_t count_max, TimePoint now, TimePoint visible_at, Ids& ids);
  // Whether this very receive is still the latest one, and the message still there.
  bool is_current(const Taken& taken) const;
  // The message of `taken` was not on disk: somebody removed, and uncounted, it.
  void drop(const Taken& taken);
  // The message is to vanish because it is too old. False when it is not there any more.
  bool expire(const Taken& taken);
  // The same for messages that were found by reading the disk from its start on, in order. Not
  // while a page is read.
  bool expire_found(Sequence sequence);

  enum class Deletion : std::uint8_t {
    Started,  // finish_delete must follow
    Joined,   // another deletion of it has not finished
    Stale,    // received again since, or never received: SQS says yes and does nothing
    Unknown,  // not tracked: gone, or not received since the start
  };
  Deletion begin_delete(Sequence sequence, std::uint64_t nonce);
  // For an Unknown message that is on disk.
  Deletion adopt_delete(Sequence sequence, std::uint64_t nonce);
  void finish_delete(Sequence sequence, bool is_done);

  enum class Visibility : std::uint8_t { Changed, NotInFlight, Gone, TooLong };
  std::pair<Visibility, ReceiveState> change_visibility(Sequence sequence, std::uint64_t nonce,
                                                        TimePoint visible_at);

  // Bringing messages in from disk: one at a time. `begin_page` says where to read, or that there
  // is nothing to read.
  std::optional<std::pair<Sequence, Sequence>> begin_page();
  // `found` is in order; `is_complete` when the whole range was read.
  void end_page(const std::vector<Found>& found, bool is_complete, TimePoint now);
  void cancel_page();

  // Forgets every message but the pending ones. Not while a page is read. What is left on disk is
  // to be erased except for the numbers in `spared`, all of them below `end`.
  struct Purge {
    Sequence end = 0;
    std::vector<Sequence> spared;
    std::int64_t removed = 0;
  };
  Purge purge();
  // The erasing failed: they are all still there.
  void undo(const Purge& purge);

 private:
  enum class Phase : std::uint8_t { Delayed, Ready, InFlight, Deleting };
  struct Tracked {
    Phase phase = Phase::InFlight;
    ReceiveState state;
  };
  using Entry = std::unordered_map<Sequence, Tracked>::iterator;

  bool is_pending(Sequence sequence) const;
  void remove_pending(Sequence sequence);
  bool has_room() const;
  void push_fresh(Sequence sequence);
  void pop_fresh();
  std::optional<Sequence> pop_ready();
  void set_phase(Entry entry, Phase phase);
  void track(Sequence sequence, const ReceiveState& state, Phase phase);
  void untrack(Entry entry);
  void bring_in(const Found& message, TimePoint now);

  LedgerLimits limits_;

  Sequence next_ = 1;
  Sequence reserved_end_ = 1;  // numbers may be given below it
  Sequence durable_end_ = 1;   // and those below this one need not be reserved again
  Sequence cursor_ = 1;
  bool is_restoring_window_ = true;
  bool is_paging_ = false;

  std::deque<Sequence> pending_;  // in order
  std::vector<Sequence> fresh_;   // a heap, the smallest on top: ready, never received
  std::set<Sequence> returned_;   // ready, received before
  std::unordered_map<Sequence, Tracked> tracked_;
  std::set<std::pair<TimePoint, Sequence>> due_;  // delayed and in flight
  std::vector<Found> arrived_;  // published beyond the cursor while a page is read

  std::int64_t total_ = 0;
  std::size_t in_flight_ = 0;  // phases InFlight and Deleting
  std::size_t delayed_ = 0;
};

}  // namespace rialto::queue
