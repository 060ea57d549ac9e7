// The ledger of a standard queue: messages are taken oldest first, and none waits for another.
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
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "queue/engine/ledger.h"
#include "queue/engine/numbering.h"

namespace rialto::queue {

class StandardLedger final : public Ledger {
 public:
  explicit StandardLedger(LedgerLimits limits) : limits_(limits) {}

  void restore(Found message) override;
  void finish_restore(Sequence reserved_until) override;

  Assigned assign(Place place) override;
  void publish(const Assigned& assigned, TimePoint visible_at, TimePoint now) override;
  void discard(const Assigned& assigned) override;
  Sequence settled_end() const override { return numbers_.settled_end(); }

  void advance(TimePoint now) override;
  Counts counts() const override;
  std::optional<TimePoint> next_due() const override;
  bool has_ready() const override;
  bool can_take() const override;
  bool is_at_in_flight_limit() const override { return in_flight_ >= limits_.in_flight_max; }
  bool is_row(Sequence sequence, std::size_t count) const override;

  std::vector<Taken> take(std::size_t count_max, TimePoint now, TimePoint visible_at,
                          Ids& ids) override;
  bool is_current(const Taken& taken) const override;
  void drop(const Taken& taken) override;
  bool expire(const Taken& taken) override;
  bool expire_found(Sequence sequence) override;

  Deletion begin_delete(Sequence sequence, std::uint64_t nonce) override;
  Deletion adopt_delete(Sequence sequence, std::uint64_t nonce) override;
  void finish_delete(Sequence sequence, bool is_done) override;
  std::pair<Visibility, ReceiveState> change_visibility(Sequence sequence, std::uint64_t nonce,
                                                        TimePoint visible_at) override;

  std::optional<std::pair<Sequence, Sequence>> begin_page() override;
  void end_page(const std::vector<Found>& found, bool is_complete, TimePoint now) override;
  void cancel_page() override;

  Purge purge() override;
  void undo(const Purge& purge) override;

 private:
  enum class Phase : std::uint8_t { Delayed, Ready, InFlight, Deleting };
  struct Tracked {
    Phase phase = Phase::InFlight;
    ReceiveState state;
  };
  using Entry = std::unordered_map<Sequence, Tracked>::iterator;

  bool has_room() const;
  void push_fresh(Sequence sequence);
  void pop_fresh();
  std::optional<Sequence> pop_ready();
  void set_phase(Entry entry, Phase phase);
  void leave_phase(Entry entry);
  void enter_phase(Entry entry, Phase phase);
  void track(Sequence sequence, const ReceiveState& state, Phase phase);
  void untrack(Entry entry);
  void bring_in(const Found& message, TimePoint now);

  LedgerLimits limits_;

  Numbering numbers_;
  Sequence cursor_ = 1;
  bool is_restoring_window_ = true;
  bool is_paging_ = false;

  std::vector<Sequence> fresh_;  // a heap, the smallest on top: ready, never received
  std::set<Sequence> returned_;  // ready, received before
  std::unordered_map<Sequence, Tracked> tracked_;
  std::set<std::pair<TimePoint, Sequence>> due_;  // delayed and in flight
  std::vector<Found> arrived_;  // published beyond the cursor while a page is read

  std::int64_t total_ = 0;
  std::size_t in_flight_ = 0;  // phases InFlight and Deleting
  std::size_t delayed_ = 0;
};

}  // namespace rialto::queue
