// What one queue knows in memory about its messages: which are ready, in flight, delayed. Pure
// bookkeeping over sequence numbers: no clock, no store, no lock, no bodies.
//
// Two kinds: StandardLedger and FifoLedger. They differ in what may be taken next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "queue/engine/codec.h"
#include "queue/engine/numbering.h"
#include "queue/settings.h"
#include "store/keys.h"

namespace rialto::queue {

struct LedgerLimits {
  std::size_t window_max = 100'000;     // about 1 MB: eight bytes each, sixteen when delayed
  std::size_t in_flight_max = 120'000;  // SQS's quota
  std::size_t delayed_max = 100'000;    // tracked beyond the cursor; more wait on disk
};

struct Taken {
  Sequence sequence = 0;
  ReceiveState state;
};

struct Found {
  Sequence sequence = 0;
  std::optional<ReceiveState> state{};
  Place place{};  // in a FIFO queue
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  // At start: every message on disk in order, then the end of what was reserved.
  virtual void restore(Found message) = 0;
  virtual void finish_restore(Sequence reserved_until) = 0;

  // `place` matters to a FIFO queue only.
  virtual Assigned assign(Place place) = 0;
  // `visible_at` matters to a standard queue only: a FIFO queue has one delay for all messages.
  virtual void publish(const Assigned& assigned, TimePoint visible_at, TimePoint now) = 0;
  virtual void discard(const Assigned& assigned) = 0;
  // No message of a lower number is still to be published.
  virtual Sequence settled_end() const = 0;

  // Moves what is due to where it belongs. Every question below is about the last `advance`.
  virtual void advance(TimePoint now) = 0;
  virtual Counts counts() const = 0;
  virtual std::optional<TimePoint> next_due() const = 0;
  virtual bool has_ready() const = 0;
  virtual bool can_take() const = 0;  // something is ready here, or may be on disk
  virtual bool is_at_in_flight_limit() const = 0;

  // Whether at least `count` messages are ready, the first of them not far behind `sequence`.
  virtual bool is_row(Sequence sequence, std::size_t count) const = 0;

  // Takes up to `count_max` ready messages into flight, the oldest first.
  virtual std::vector<Taken> take(std::size_t count_max, TimePoint now, TimePoint visible_at,
                                  Ids& ids) = 0;
  // Whether this very receive is still the latest one, and the message still there.
  virtual bool is_current(const Taken& taken) const = 0;
  // The message of `taken` was not on disk: somebody removed, and uncounted, it.
  virtual void drop(const Taken& taken) = 0;
  // The message is to vanish because it is too old. False when it is not there any more.
  virtual bool expire(const Taken& taken) = 0;
  // The same for messages that were found by reading the disk from its start on, in order. Not
  // while a page is read.
  virtual bool expire_found(Sequence sequence) = 0;

  enum class Deletion : std::uint8_t {
    Started,  // finish_delete must follow
    Joined,   // another deletion of it has not finished
    Stale,    // received again since, or never received: SQS says yes and does nothing
    Unknown,  // not tracked: gone, or not received since the start
    Expired,  // in a FIFO queue: the receive is over, and SQS says so
  };
  virtual Deletion begin_delete(Sequence sequence, std::uint64_t nonce) = 0;
  // For an Unknown message that is on disk.
  virtual Deletion adopt_delete(Sequence sequence, std::uint64_t nonce) = 0;
  virtual void finish_delete(Sequence sequence, bool is_done) = 0;

  enum class Visibility : std::uint8_t { Changed, NotInFlight, Gone, TooLong };
  virtual std::pair<Visibility, ReceiveState> change_visibility(Sequence sequence,
                                                                std::uint64_t nonce,
                                                                TimePoint visible_at) = 0;

  // Bringing messages in from disk: one at a time. `begin_page` says where to read, or that there
  // is nothing to read.
  virtual std::optional<std::pair<Sequence, Sequence>> begin_page() = 0;
  // `found` is in order; `is_complete` when the whole range was read.
  virtual void end_page(const std::vector<Found>& found, bool is_complete, TimePoint now) = 0;
  virtual void cancel_page() = 0;

  // Forgets every message but the pending ones. Not while a page is read. What is left on disk is
  // to be erased except for the numbers in `spared`, all of them below `end`.
  struct Purge {
    Sequence end = 0;
    std::vector<Sequence> spared;
    std::int64_t removed = 0;
  };
  virtual Purge purge() = 0;
  // The erasing failed: they are all still there.
  virtual void undo(const Purge& purge) = 0;

  // The delay of a FIFO queue, which holds for the messages that are there, too.
  virtual void set_delay(std::chrono::seconds) {}
};

// So many numbers are read in one row at most: those of messages that are gone cost, too.
inline constexpr Sequence kRowNumbersMax = 512;

// SQS's limit, from the last receive on.
inline constexpr std::chrono::hours kInFlightMax{12};

}  // namespace rialto::queue
