// The built-in queues: standard and FIFO queues with SQS's semantics, durable in the store. No
// protocol: service/sqs speaks to clients.
//
// What is answered is durable: sends, deletes and changes return after their commit. Receives of a
// standard queue do not wait for theirs: a crash may bring a message back early, which
// at-least-once delivery allows. Those of a FIFO queue do.
//
// Threads: every function may be called from any thread, except `load` (before all others). Each
// queue has one mutex, a leaf held for bookkeeping only. Coroutines run on their caller's executor;
// this object, the store, the clock and the ids must outlive them.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "net/task.h"
#include "net/turn.h"
#include "net/wait_list.h"
#include "queue/errors.h"
#include "queue/message.h"
#include "queue/move.h"
#include "queue/options.h"
#include "queue/settings.h"
#include "store/keys.h"
#include "store/store.h"

namespace rialto::queue {

using store::Scope;

class Queue;
class Mover;
class RowPool;
class Settlement;
struct DeadLetters;

// A message that is part of a batch and not visible yet. Requires exactly one `publish`, after the
// batch is durable, or one `discard`, when it is not; then `settle`.
struct Pending {
  std::shared_ptr<Queue> queue;
  store::Sequence sequence = 0;
  std::optional<store::Sequence> reserved_until;
  TimePoint visible_at{};
  MessageId id;
  // A FIFO queue had the message already: nothing is added, and id and sequence are the first
  // one's.
  bool is_duplicate = false;
  std::shared_ptr<Settlement> original{};  // set while the first one is not durable
};

struct ReceiveOptions {
  std::size_t count_max = 1;
  std::optional<std::chrono::seconds> visibility{};  // absent: the queue's
  std::optional<Millis> wait{};                      // absent: the queue's
};

struct VisibilityChange {
  std::string receipt_handle;
  std::chrono::seconds visibility{0};
};

class Queues {
 public:
  Queues(store::Store& store, const Clock& clock, Ids& ids, Options options = {});
  // Requires that no coroutine of it runs any more.
  ~Queues();

  // Reads everything back from the store. Blocks: a pass over every stored message.
  Result<> load();

  // From now on nobody waits: receives that do, answer with what there is.
  void stop();

  // The clock was moved: receives that wait look again, and so does `maintain`.
  void clock_moved();

  // Removes expired messages every now and then; ends after `stop`.
  Task<> maintain();
  // One round of it, at most Options::sweep_max messages per queue. Memory that was of no use
  // since the last round goes, too.
  void sweep();

  // For a commit of somebody else's, on its hot path: adds the message to `batch`.
  // Errors: NotFound; InvalidArgument when the message is longer than the queue allows.
  Result<Pending> append(store::Batch& batch, const Scope& scope, std::string_view queue,
                         const NewMessage& message);
  // The batch is durable: the message becomes visible, and one waiting receiver wakes.
  void publish(const Pending& pending);
  // The batch failed.
  void discard(const Pending& pending);
  // For a duplicate: suspends until the first message is durable. Error: it did not become so, and
  // the duplicate was not accepted either. Requires that nothing the caller holds pending is
  // waited for: publish or discard everything before.
  Task<Result<>> settle(Pending pending);
  // Whether a FIFO queue may take another message now: senders are throttled when not.
  bool has_room(const Scope& scope, std::string_view queue) const;

  bool exists(const Scope& scope, std::string_view queue) const;
  Result<QueueInfo> describe(const Scope& scope, std::string_view queue) const;
  Result<Counts> counts(const Scope& scope, std::string_view queue);
  // Of the first `count_max` queues.
  Depths depths(std::size_t count_max) const;
  // The names that start with `prefix` and come after `after`, in order, at most `count_max`.
  std::vector<std::string> list(const Scope& scope, std::string_view prefix, std::string_view after,
                                std::size_t count_max) const;

  // As `list`: the queues whose dead letters go to the queue of this ARN.
  std::vector<std::string> list_sources(const Scope& scope, std::string_view dead_letter_arn,
                                        std::string_view after, std::size_t count_max) const;

  // Starts to move what is in `task.source`, durable when answered. Errors: NotFound;
  // InvalidArgument when a task of that queue runs already.
  Task<Result<MoveTask>> start_move(MoveTask task);
  // Error: NotFound; Conflict when it does not run any more.
  Task<Result<MoveTask>> cancel_move(Scope scope, std::string source, std::string id);
  // The latest first.
  std::vector<MoveTask> list_moves(const Scope& scope, std::string_view source,
                                   std::size_t count_max) const;
  // Does what move tasks are to do; ends after `stop`.
  Task<> run_moves();
  // One round of every task that runs; answers for how long nothing will be due.
  Task<Millis> run_moves_once();

  // Fails with AlreadyExists when there is one of that name.
  Task<Result<>> create(Scope scope, std::string queue, Settings settings, Tags tags);
  Task<Result<>> change(Scope scope, std::string queue, Change change);
  // The queue and its messages. Waiting receivers are told NotFound.
  Task<Result<>> remove(Scope scope, std::string queue);
  // Conflict within 60 seconds of the last one.
  Task<Result<>> purge(Scope scope, std::string queue);
  // Removes every queue of every scope.
  Task<Result<>> reset();

  // All messages in one commit. One outcome each, in order: a message that is too long fails alone.
  Task<Result<std::vector<Result<Sent>>>> send(Scope scope, std::string queue,
                                               std::vector<OutgoingMessage> messages);
  // Empty when there is none before the wait is over. Messages that were received too often go to
  // the dead-letter queue instead. Errors: NotFound; LimitExceeded when too many messages of a
  // standard queue are in flight and the call does not wait.
  Task<Result<std::vector<ReceivedMessage>>> receive(Scope scope, std::string queue,
                                                     ReceiveOptions options);
  // All in one commit, one outcome each. A handle of an earlier receive than the last succeeds and
  // deletes nothing, as at SQS, but fails in a FIFO queue; the handle of a message that is gone
  // succeeds too.
  Task<Result<std::vector<Result<>>>> erase(Scope scope, std::string queue,
                                            std::vector<std::string> receipt_handles);
  Task<Result<std::vector<Result<>>>> change_visibility(Scope scope, std::string queue,
                                                        std::vector<VisibilityChange> changes);

 private:
  using ByName = std::map<std::string, std::shared_ptr<Queue>, std::less<>>;

  std::shared_ptr<Queue> find(const Scope& scope, std::string_view queue) const;
  Result<std::shared_ptr<Queue>> get(const Scope& scope, std::string_view queue) const;
  std::vector<std::shared_ptr<Queue>> all() const;

  // The queue that `found` gives up messages to, if it has one that is there.
  std::optional<DeadLetters> dead_letters_of(const Queue& found) const;

  Task<Result<>> create_alone(Scope scope, std::string queue, Settings settings, Tags tags);
  Task<Result<>> change_alone(Scope scope, std::string queue, Change change);
  Task<Result<>> remove_alone(std::vector<std::shared_ptr<Queue>> queues);
  Task<Result<>> remove_named(Scope scope, std::string queue);

  Result<> load_resources();
  Result<> load_messages();
  Result<> load_deduplication();

  store::Store& store_;
  const Clock& clock_;
  Ids& ids_;
  const Options options_;
  const std::shared_ptr<RowPool> rows_;

  mutable std::shared_mutex queues_mutex_;  // a leaf; guards queues_
  std::map<Scope, ByName> queues_;

  net::Turn turn_;  // changes of the set of queues and of their settings run one after the other

  const std::unique_ptr<Mover> mover_;
  std::atomic<bool> is_stopping_ = false;
  net::WaitList stop_waiters_;
};

}  // namespace rialto::queue
