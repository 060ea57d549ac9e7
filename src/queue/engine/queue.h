// One queue: its ledger, settings and waiting receivers, and the store around them.
//
// Any thread. Two mutexes: `mutex_` is a leaf, held for bookkeeping only. `page_mutex_` is taken
// before it and held while messages are read from the store: by receivers of this queue that ran
// out of known messages, by its sweep and its purge, and never by a sender.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/wait_list.h"
#include "queue/engine/ledger.h"
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
};

// Never changes while the queue exists.
struct Identity {
  store::QueueId id = 0;
  Scope scope;
  std::string name;
  TimePoint created_at;
};

std::string encode_resource(const Identity& identity, const QueueInfo& info);
Result<std::pair<Identity, QueueInfo>> decode_resource(std::string_view bytes);

Error queue_does_not_exist();

class Queue : public std::enable_shared_from_this<Queue> {
 public:
  Queue(Identity identity, QueueInfo info, Surroundings surroundings);

  const Identity& identity() const { return identity_; }
  QueueInfo info() const;
  void set_info(QueueInfo info);
  Counts counts();
  std::chrono::seconds receive_wait() const;

  // See Ledger; `load` calls them before anybody else comes.
  void restore(Found message) { ledger_.restore(std::move(message)); }
  void finish_restore(Sequence reserved_until) { ledger_.finish_restore(reserved_until); }

  Result<Pending> append(store::Batch& batch, const NewMessage& message);
  void publish(const Pending& pending);
  void discard(const Pending& pending);

  struct Delivery {
    std::vector<ReceivedMessage> messages;
    bool is_at_limit = false;
  };
  // Blocks: reads the store.
  Result<Delivery> take(const ReceiveOptions& options);
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
  Result<bool> read_page(Sequence from, Sequence to, std::vector<Found>& found) const;
  Result<std::optional<Read>> read(const Taken& taken, store::Batch& expired);
  void keep_current(std::vector<Read>& reads, store::Batch& states);
  void submit(store::Batch batch, const char* what);
  Result<> begin_erase_one(const std::string& receipt_handle, Erasure& erasure);
  Result<> change_visibility_one(const VisibilityChange& change, store::Batch& batch);

  const Identity identity_;
  const Surroundings at_;
  net::WaitList waiters_;

  std::mutex page_mutex_;
  mutable std::mutex mutex_;
  // All below are guarded by mutex_.
  QueueInfo info_;
  Ledger ledger_;
  bool is_closed_ = false;
  bool is_removed_ = false;
  bool is_sweeping_ = false;
  TimePoint sweep_not_before_{};  // nothing expires earlier
  std::optional<TimePoint> purged_at_;
};

}  // namespace rialto::queue
