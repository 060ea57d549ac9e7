// The ledger of a FIFO queue: messages of one group come in the order of their numbers, and none of
// a group that has a message in flight.
//
// Memory is bounded as in a standard queue, by a cursor: at most `window_max` messages are known,
// the oldest ones, and what lies behind them waits on disk. So a group whose backlog fills the
// window holds up the groups behind it, as at SQS, which looks at the first 120,000 messages.
//
// A message that is not durable yet is *pending*. It holds its place in its group, for what comes
// after it must not be taken before it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "queue/engine/ledger.h"
#include "queue/engine/numbering.h"

namespace rialto::queue {

class FifoLedger final : public Ledger {
 public:
  explicit FifoLedger(LedgerLimits limits) : limits_(limits) {}

  void restore(Found message) override;
  void finish_restore(Sequence reserved_until) override;

  Assigned assign(Place place) override;
  void publish(const Assigned& assigned, TimePoint visible_at, TimePoint now) override;
  void discard(const Assigned& assigned) override;
  Sequence settled_end() const override { return numbers_.settled_end(); }

  void advance(TimePoint now) override;
  Counts counts() const override;
  std::optional<TimePoint> next_due() const override;
  bool has_ready() const override { return !ready_.empty(); }
  bool can_take() const override;
  bool is_at_in_flight_limit() const override { return in_flight_ >= limits_.in_flight_max; }
  // Messages come by group, not in the order of their numbers.
  bool is_row(Sequence, std::size_t) const override { return false; }

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

  void set_delay(std::chrono::seconds delay) override;

 private:
  enum class Phase : std::uint8_t { Pending, Waiting, InFlight, Deleting };
  struct Group {
    std::string name;
    std::set<Sequence> waiting;  // phases Pending and Waiting
    std::size_t busy = 0;        // phases InFlight and Deleting
    // Where it is filed, if it is.
    std::optional<Sequence> ready_by;
    std::optional<TimePoint> delayed_until;
  };
  struct Item {
    Phase phase = Phase::Waiting;
    TimePoint sent_at{};
    Group* group = nullptr;
    ReceiveState state;
  };
  using Entry = std::unordered_map<Sequence, Item>::iterator;

  void add(Sequence sequence, const Place& place, Phase phase, const ReceiveState& state);
  void bring_in(const Found& message);
  void move_cursor(Sequence cursor);
  void set_phase(Entry entry, Phase phase);
  void remove(Entry entry);
  // Puts the group where its first message says; drops a group without messages.
  void file(Group& group);
  void unfile(Group& group);
  TimePoint visible_at(const Item& item) const;
  Taken receive(Entry entry, TimePoint now, TimePoint visible_at, Ids& ids);
  // Room for messages below the cursor.
  bool has_room() const { return items_.size() - ahead_.size() < limits_.window_max; }
  bool can_page() const { return cursor_ < numbers_.next() && has_room(); }

  LedgerLimits limits_;
  Numbering numbers_;
  Sequence cursor_ = 1;
  TimePoint now_{};  // of the last call that told
  std::chrono::seconds delay_{0};
  bool is_restoring_window_ = true;
  bool is_paging_ = false;

  std::unordered_map<Sequence, Item> items_;
  std::unordered_map<std::string, Group> groups_;
  std::set<Sequence> ahead_;                        // known at or above the cursor
  std::map<Sequence, Group*> ready_;                // by their first messages
  std::set<std::pair<TimePoint, Group*>> delayed_;  // whose first message is delayed
  std::set<std::pair<TimePoint, Sequence>> due_;    // in flight
  std::map<Sequence, Place> beyond_;                // pending at or above the cursor
  std::vector<Found> arrived_;  // published beyond the cursor while a page is read

  std::int64_t total_ = 0;
  std::size_t in_flight_ = 0;  // phases InFlight and Deleting
};

}  // namespace rialto::queue
