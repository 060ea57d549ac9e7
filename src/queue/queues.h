// The built-in queues: standard queues with SQS's semantics (at least once, best-effort order),
// durable in the store. No protocol: service/sqs speaks to clients.
//
// What is answered is durable: sends, deletes and changes return after their commit. Receives do
// not wait for theirs: a crash may bring a message back early, which at-least-once delivery allows.
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
#include "queue/message.h"
#include "queue/settings.h"
#include "store/keys.h"
#include "store/store.h"

namespace rialto::queue {

using store::Scope;

struct Options {
  // Per queue, how many ready messages are known in memory (eight bytes each); the rest waits on
  // disk and is read in pages.
  std::size_t window_max = 100'000;
  std::size_t page_max = 1'000;
  std::size_t in_flight_max = 120'000;  // SQS's quota for a standard queue
  std::size_t delayed_max = 100'000;    // delayed messages known in memory beyond the window
  std::size_t sweep_max = 1'000;        // expired messages removed at a time
  std::chrono::milliseconds sweep_interval{1'000};
};

// The words of Error::reason that callers tell apart; they are SQS's names.
inline constexpr std::string_view kQueueDoesNotExist = "QueueDoesNotExist";
inline constexpr std::string_view kQueueNameExists = "QueueNameExists";
inline constexpr std::string_view kMessageTooLong = "MessageTooLong";
inline constexpr std::string_view kReceiptHandleIsInvalid = "ReceiptHandleIsInvalid";
inline constexpr std::string_view kMessageNotInflight = "MessageNotInflight";
inline constexpr std::string_view kMessageGone = "MessageGone";
inline constexpr std::string_view kVisibilityTooLong = "VisibilityTooLong";
inline constexpr std::string_view kOverLimit = "OverLimit";
inline constexpr std::string_view kPurgeQueueInProgress = "PurgeQueueInProgress";

class Queue;

// A message that is part of a batch and not visible yet. Requires exactly one `publish`, after the
// batch is durable, or one `discard`, when it is not.
struct Pending {
  std::shared_ptr<Queue> queue;
  store::Sequence sequence = 0;
  std::optional<store::Sequence> reserved_until;
  TimePoint visible_at{};
  MessageId id;
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
  // One round of it, at most Options::sweep_max messages per queue.
  void sweep();

  // For a commit of somebody else's, on its hot path: adds the message to `batch`.
  // Errors: NotFound; InvalidArgument when the message is longer than the queue allows.
  Result<Pending> append(store::Batch& batch, const Scope& scope, std::string_view queue,
                         const NewMessage& message);
  // The batch is durable: the message becomes visible, and one waiting receiver wakes.
  void publish(const Pending& pending);
  // The batch failed.
  void discard(const Pending& pending);

  bool exists(const Scope& scope, std::string_view queue) const;
  Result<QueueInfo> describe(const Scope& scope, std::string_view queue) const;
  Result<Counts> counts(const Scope& scope, std::string_view queue);
  // The names that start with `prefix` and come after `after`, in order, at most `count_max`.
  std::vector<std::string> list(const Scope& scope, std::string_view prefix, std::string_view after,
                                std::size_t count_max) const;

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
  Task<Result<std::vector<Result<MessageId>>>> send(Scope scope, std::string queue,
                                                    std::vector<OutgoingMessage> messages);
  // Empty when there is none before the wait is over. Errors: NotFound; LimitExceeded when too many
  // messages are in flight and the call does not wait.
  Task<Result<std::vector<ReceivedMessage>>> receive(Scope scope, std::string queue,
                                                     ReceiveOptions options);
  // All in one commit, one outcome each. A handle of an earlier receive than the last succeeds and
  // deletes nothing, as at SQS; the handle of a message that is gone succeeds too.
  Task<Result<std::vector<Result<>>>> erase(Scope scope, std::string queue,
                                            std::vector<std::string> receipt_handles);
  Task<Result<std::vector<Result<>>>> change_visibility(Scope scope, std::string queue,
                                                        std::vector<VisibilityChange> changes);

 private:
  using ByName = std::map<std::string, std::shared_ptr<Queue>, std::less<>>;

  std::shared_ptr<Queue> find(const Scope& scope, std::string_view queue) const;
  Result<std::shared_ptr<Queue>> get(const Scope& scope, std::string_view queue) const;
  std::vector<std::shared_ptr<Queue>> all() const;

  Task<Result<>> create_alone(Scope scope, std::string queue, Settings settings, Tags tags);
  Task<Result<>> change_alone(Scope scope, std::string queue, Change change);
  Task<Result<>> remove_alone(std::vector<std::shared_ptr<Queue>> queues);
  Task<Result<>> remove_named(Scope scope, std::string queue);

  Result<> load_resources();
  Result<> load_messages();

  store::Store& store_;
  const Clock& clock_;
  Ids& ids_;
  const Options options_;

  mutable std::shared_mutex queues_mutex_;  // a leaf; guards queues_
  std::map<Scope, ByName> queues_;

  net::Turn turn_;  // changes of the set of queues and of their settings run one after the other

  std::atomic<bool> is_stopping_ = false;
  net::WaitList stop_waiters_;
};

}  // namespace rialto::queue
