// One queue: its ledger, settings and waiting receivers, and the store around them.
//
// queue.cc has sending and settling, receive.cc receiving, sweep.cc what leaves unreceived, fifo.cc
// what is different in a FIFO queue, move.cc the ways from one queue to another.
//
// Any thread. Two mutexes: `mutex_` is a leaf, held for bookkeeping only. `page_mutex_` is taken
// before it and held while messages are read from the store: pages and rows by receivers of this
// queue, by its sweep and its purge, and never by a sender.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/wait_list.h"
#include "queue/engine/deduplication.h"
#include "queue/engine/ledger.h"
#include "queue/engine/read_ahead.h"
#include "queue/engine/resource.h"
#include "queue/engine/settlement.h"
#include "queue/engine/transfer.h"
#include "queue/queues.h"
#include "queue/settings.h"
#include "store/batch.h"
#include "store/store.h"

namespace rialto::queue {

// What every queue works with.
struct Surroundings {
  store::Store& store;
  const Clock& clock;
  Ids& ids;
  const Options& options;
  std::shared_ptr<RowPool> rows;
};

Error queue_does_not_exist();

class Queue : public std::enable_shared_from_this<Queue> {
 public:
  Queue(Identity identity, QueueInfo info, Surroundings surroundings);

  const Identity& identity() const { return identity_; }
  std::string arn() const;
  bool is_fifo() const { return is_fifo_; }
  QueueInfo info() const;
  void set_info(QueueInfo info);
  Counts counts();
  std::chrono::seconds receive_wait() const;
  std::optional<RedrivePolicy> redrive_policy() const;

  // See Ledger; `load` calls them before anybody else comes.
  void restore(Found message) { ledger_->restore(std::move(message)); }
  void restore(Sequence sequence, const StoredDeduplication& stored);
  void finish_restore(Sequence reserved_until) { ledger_->finish_restore(reserved_until); }

  Result<Pending> append(store::Batch& batch, const NewMessage& message);
  void publish(const Pending& pending);
  void discard(const Pending& pending);
  bool has_room() const;

  struct Delivery {
    std::vector<ReceivedMessage> messages;
    bool is_at_limit = false;
    // When not empty: to be committed before the answer, and then `finish_moves`.
    store::Batch changes;
    std::vector<Move> moves;
  };
  // Blocks: reads the store.
  Result<Delivery> take(const ReceiveOptions& options,
                        const std::optional<DeadLetters>& dead_letters);
  void finish_moves(const std::vector<Move>& moves, bool is_done);

  // For a move task: takes up to `count_max` messages that nobody has received and adds their
  // moves to `batch`. `find_destination` is told the ARN of the queue a message came from, or
  // nothing; its error ends the moves. Blocks: reads the store.
  Result<Moves> begin_moves(std::size_t count_max, const FindDestination& find_destination);
  // Enlists `waiter` and answers how long it may sleep at most; nothing when there is no need to.
  std::optional<Millis> enlist(const std::shared_ptr<net::Waiter>& waiter);
  void leave(const std::shared_ptr<net::Waiter>& waiter) { waiters_.leave(waiter); }
  // One receiver is done: another one looks whether there is more, and when the next is due.
  void pass_on();
  void wake_all() { waiters_.notify_all(); }
  net::WaitList& waiters() { return waiters_; }

  struct Erasure {
    store::Batch batch;
    std::vector<Result<>> outcomes;
    std::vector<Sequence> started;
  };
  Erasure begin_erase(const std::vector<std::string>& receipt_handles);
  void finish_erase(const Erasure& erasure, bool is_done);

  // The outcomes, and what to commit.
  std::pair<std::vector<Result<>>, store::Batch> change_visibility(
      const std::vector<VisibilityChange>& changes);

  Result<std::pair<Ledger::Purge, store::Batch>> begin_purge();
  void finish_purge(const Ledger::Purge& purge, bool is_done);

  // Removes expired messages, a bounded number of them. Blocks: reads the store.
  void sweep();

  // Gives up memory that is of no use lately.
  void tidy();

  // Closed: to senders and receivers it does not exist, while its removal is being committed.
  void close();
  void reopen();
  void finish_remove();
  void erase_all(store::Batch& batch) const;

 private:
  struct Read {
    Taken taken;
    ReceivedMessage message;
  };
  std::string key(Sequence sequence) const {
    return encode(store::MessageKey{identity_.id, sequence});
  }
  void erase_message(store::Batch& batch, Sequence sequence) const;
  Result<std::vector<Taken>> take_ready(std::size_t count_max, TimePoint now,
                                        std::optional<std::chrono::seconds> visibility,
                                        bool& is_at_limit);
  // True when there is something to take now, or another page to read.
  Result<bool> bring_page();
  Result<bool> read_page(Sequence from, Sequence to, std::vector<Found>& found, Row& row) const;
  // Up to `count_max` messages, from disk if need be; none when there are none, or no room in
  // flight.
  Result<std::vector<Taken>> take_some(std::size_t count_max, TimePoint now,
                                       std::optional<std::chrono::seconds> visibility,
                                       bool& is_at_limit);
  // Nothing when it is gone, too old or unreadable. The views point into `bytes`.
  Result<std::optional<StoredMessage>> fetch(const Taken& taken, MessageBytes& bytes,
                                             store::Batch& expired);
  // Nothing when it is gone. `read_row` reads those behind it ahead.
  Result<std::optional<MessageBytes>> read(Sequence sequence);
  Result<std::optional<MessageBytes>> read_row(Sequence sequence);
  bool give_up(const Taken& taken, const StoredMessage& stored, const DeadLetters& dead_letters,
               Delivery& out);
  Read to_read(const Taken& taken, StoredMessage stored) const;
  // False when it stays, for the other queue does not take it.
  bool move(const Taken& taken, const StoredMessage& stored, Queue& destination, const Moved& moved,
            store::Batch& batch, std::vector<Move>& moves);
  Result<Pending> append_moved(store::Batch& batch, const StoredMessage& stored,
                               const Moved& moved);

  struct FifoMessage {
    std::string deduplication_id;
    DeduplicationKey key;
  };
  Result<Pending> append_fifo(store::Batch& batch, const NewMessage& message);
  Result<FifoMessage> check_fifo(const NewMessage& message) const;
  Result<> check_size(std::size_t size) const;
  MessageId make_id() const;
  void put_reservation(store::Batch& batch, const Pending& pending) const;
  void settle(Sequence sequence, bool is_done);
  void sweep_deduplication(TimePoint now);
  void keep_current(std::vector<Read>& reads, store::Batch& states);
  void submit(store::Batch batch, const char* what);
  Result<> begin_erase_one(const std::string& receipt_handle, Erasure& erasure);
  Result<> change_visibility_one(const VisibilityChange& change, store::Batch& batch);

  const Identity identity_;
  const bool is_fifo_;
  const Surroundings at_;
  net::WaitList waiters_;
  std::atomic<bool> has_redrive_policy_;  // so that most receives need not look at the settings

  std::mutex page_mutex_;
  mutable std::mutex mutex_;
  // All below are guarded by mutex_.
  QueueInfo info_;
  const std::unique_ptr<Ledger> ledger_;
  ReadAhead read_ahead_;               // rows are read under page_mutex_
  DeduplicationWindow deduplication_;  // of a FIFO queue
  // Of messages that are not durable yet; a settlement is there once somebody waits for it.
  struct Open {
    DeduplicationKey key;
    std::shared_ptr<Settlement> settlement;
  };
  std::unordered_map<Sequence, Open> open_;
  bool is_closed_ = false;
  bool is_removed_ = false;
  bool is_sweeping_ = false;
  TimePoint sweep_not_before_{};  // nothing expires earlier
  Sequence sweep_from_ = 0;       // nothing that may expire has a lower number
  Sequence deduplication_erased_end_ = 0;
  std::optional<TimePoint> purged_at_;
};

}  // namespace rialto::queue
