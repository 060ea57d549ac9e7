#include "queue/engine/queue.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "model/arn.h"
#include "queue/engine/fifo_ledger.h"
#include "queue/engine/ids.h"
#include "queue/engine/standard_ledger.h"

namespace rialto::queue {

using store::MessageKey;
using store::Table;

namespace {

// SQS allows one PurgeQueue a minute.
constexpr std::chrono::seconds kPurgeInterval{60};

Error handle_is_invalid(const std::string& handle) {
  return fail(Code::InvalidArgument,
              "The input receipt handle \"" + handle + "\" is not a valid receipt handle.",
              kReceiptHandleIsInvalid);
}

}  // namespace

Error queue_does_not_exist() {
  return fail(Code::NotFound, "The specified queue does not exist.", kQueueDoesNotExist);
}

namespace {

std::unique_ptr<Ledger> make_ledger(bool is_fifo, const Options& options) {
  LedgerLimits limits{.window_max = options.window_max,
                      .in_flight_max = options.in_flight_max,
                      .delayed_max = options.delayed_max};
  if (!is_fifo) return std::make_unique<StandardLedger>(limits);
  limits.window_max = options.fifo_window_max;
  return std::make_unique<FifoLedger>(limits);
}

}  // namespace

Queue::Queue(Identity identity, QueueInfo info, Surroundings surroundings)
    : identity_(std::move(identity)),
      is_fifo_(info.settings.fifo.has_value()),
      at_(surroundings),
      has_redrive_policy_(info.settings.redrive.has_value()),
      info_(std::move(info)),
      ledger_(make_ledger(is_fifo_, at_.options)),
      read_ahead_(at_.rows) {
  ledger_->set_delay(info_.settings.delay);
}

std::string Queue::arn() const {
  return model::queue_arn(identity_.scope.region, identity_.scope.account, identity_.name);
}

QueueInfo Queue::info() const {
  const std::lock_guard guard(mutex_);
  return info_;
}

void Queue::set_info(QueueInfo info) {
  const std::lock_guard guard(mutex_);
  info_ = std::move(info);
  has_redrive_policy_ = info_.settings.redrive.has_value();
  ledger_->set_delay(info_.settings.delay);
  sweep_not_before_ = {};  // the retention may be shorter now
}

Counts Queue::counts() {
  sweep();
  const std::lock_guard guard(mutex_);
  ledger_->advance(at_.clock.now());
  return ledger_->counts();
}

std::chrono::seconds Queue::receive_wait() const {
  const std::lock_guard guard(mutex_);
  return info_.settings.receive_wait;
}

std::optional<RedrivePolicy> Queue::redrive_policy() const {
  if (!has_redrive_policy_) return std::nullopt;
  const std::lock_guard guard(mutex_);
  return info_.settings.redrive;
}

Result<> Queue::check_size(std::size_t size) const {
  const std::size_t size_max = info_.settings.message_size_bytes_max;
  if (size <= size_max) return {};
  return fail(Code::InvalidArgument,
              "One or more parameters are invalid. Reason: Message must be shorter than " +
                  std::to_string(size_max) + " bytes.",
              kMessageTooLong);
}

MessageId Queue::make_id() const {
  return {.high = (at_.ids.random() & ~0xF000ULL) | 0x4000ULL,  // a version 4 UUID
          .low = (at_.ids.random() & ~(3ULL << 62)) | (2ULL << 62)};
}

void Queue::put_reservation(store::Batch& batch, const Pending& pending) const {
  if (!pending.reserved_until) return;
  batch.put(Table::Meta, store::queue_sequence_key(identity_.id),
            encode_u64(*pending.reserved_until));
}

Result<Pending> Queue::append(store::Batch& batch, const NewMessage& message) {
  if (is_fifo_) return append_fifo(batch, message);
  RIALTO_TRY_VOID(check_standard(message));
  const TimePoint now = at_.clock.now();
  const std::size_t size = size_bytes(message);
  Pending pending;
  bool is_delayed = false;
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) return queue_does_not_exist();
    RIALTO_TRY_VOID(check_size(size));
    const std::chrono::seconds delay = message.delay.value_or(info_.settings.delay);
    is_delayed = delay.count() > 0;
    pending.visible_at = now + delay;
    const Assigned assigned = ledger_->assign({});
    pending.sequence = assigned.sequence;
    pending.reserved_until = assigned.reserved_until;
  }
  pending.queue = shared_from_this();
  pending.id = make_id();
  const std::string message_key = key(pending.sequence);
  batch.insert(Table::Message, message_key, encode_message(message, pending.id, now));
  if (is_delayed) {
    batch.put(Table::MessageState, message_key,
              encode_state(ReceiveState{.visible_at = pending.visible_at}));
  }
  put_reservation(batch, pending);
  return pending;
}

void Queue::publish(const Pending& pending) {
  if (pending.is_duplicate) return;
  bool is_removed = false;
  {
    const std::lock_guard guard(mutex_);
    is_removed = is_removed_;
    ledger_->publish({pending.sequence, pending.reserved_until}, pending.visible_at,
                     at_.clock.now());
  }
  if (is_fifo_) settle(pending.sequence, true);
  if (is_removed) {
    // Its batch may have come after the one that removed the queue.
    store::Batch batch;
    erase_message(batch, pending.sequence);
    submit(std::move(batch), "removed_message");
    return;
  }
  waiters_.notify_one();
}

void Queue::discard(const Pending& pending) {
  if (pending.is_duplicate) return;
  {
    const std::lock_guard guard(mutex_);
    ledger_->discard({pending.sequence, pending.reserved_until});
  }
  if (!is_fifo_) return;
  settle(pending.sequence, false);
  waiters_.notify_one();  // its group may go on
}

Queue::Erasure Queue::begin_erase(const std::vector<std::string>& receipt_handles) {
  Erasure erasure;
  for (const std::string& handle : receipt_handles) {
    erasure.outcomes.push_back(begin_erase_one(handle, erasure));
  }
  return erasure;
}

Result<> Queue::begin_erase_one(const std::string& receipt_handle, Erasure& erasure) {
  const std::optional<Receipt> receipt = decode_receipt(receipt_handle);
  if (!receipt || receipt->queue != identity_.id) return handle_is_invalid(receipt_handle);
  const Sequence sequence = receipt->sequence;
  auto deletion = Ledger::Deletion::Stale;
  {
    const std::lock_guard guard(mutex_);
    // Whose time is over, is told so.
    if (is_fifo_) ledger_->advance(at_.clock.now());
    deletion = ledger_->begin_delete(sequence, receipt->nonce);
  }
  if (deletion == Ledger::Deletion::Unknown) {
    // Not received since the start, so the last receive was before it, and its state did not reach
    // the disk before the crash: the handle is good, if the message is still there.
    RIALTO_TRY(const auto bytes, at_.store.get(Table::Message, key(sequence)));
    if (!bytes) return {};
    const std::lock_guard guard(mutex_);
    deletion = ledger_->adopt_delete(sequence, receipt->nonce);
  }
  if (deletion == Ledger::Deletion::Stale) return {};
  if (deletion == Ledger::Deletion::Expired) {
    return fail(Code::InvalidArgument,
                "Value " + receipt_handle +
                    " for parameter ReceiptHandle is invalid. Reason: The receipt handle has "
                    "expired.",
                kReceiptHandleExpired);
  }
  if (deletion == Ledger::Deletion::Started) erasure.started.push_back(sequence);
  erase_message(erasure.batch, sequence);
  return {};
}

void Queue::finish_erase(const Erasure& erasure, bool is_done) {
  bool was_full = false;
  {
    const std::lock_guard guard(mutex_);
    was_full = ledger_->is_at_in_flight_limit();
    for (const Sequence sequence : erasure.started) {
      ledger_->finish_delete(sequence, is_done);
      if (is_done) read_ahead_.forget(sequence);
    }
  }
  // In a FIFO queue a group may go on.
  if (was_full || is_fifo_) waiters_.notify_one();
}

std::pair<std::vector<Result<>>, store::Batch> Queue::change_visibility(
    const std::vector<VisibilityChange>& changes) {
  std::vector<Result<>> outcomes;
  store::Batch batch;
  for (const VisibilityChange& change : changes) {
    outcomes.push_back(change_visibility_one(change, batch));
  }
  if (!batch.empty()) waiters_.notify_one();
  return {std::move(outcomes), std::move(batch)};
}

Result<> Queue::change_visibility_one(const VisibilityChange& change, store::Batch& batch) {
  const std::optional<Receipt> receipt = decode_receipt(change.receipt_handle);
  if (!receipt || receipt->queue != identity_.id) return handle_is_invalid(change.receipt_handle);
  const TimePoint now = at_.clock.now();
  auto outcome = Ledger::Visibility::Gone;
  ReceiveState state;
  {
    const std::lock_guard guard(mutex_);
    ledger_->advance(now);
    std::tie(outcome, state) =
        ledger_->change_visibility(receipt->sequence, receipt->nonce, now + change.visibility);
  }
  switch (outcome) {
    case Ledger::Visibility::Changed:
      batch.put(Table::MessageState, key(receipt->sequence), encode_state(state));
      return {};
    case Ledger::Visibility::NotInFlight:
      return fail(Code::Conflict, "The specified message isn't in flight.", kMessageNotInflight);
    case Ledger::Visibility::Gone:
      return fail(Code::InvalidArgument,
                  "Value " + change.receipt_handle +
                      " for parameter ReceiptHandle is invalid. Reason: Message does not exist or "
                      "is not available for visibility timeout change.",
                  kMessageGone);
    case Ledger::Visibility::TooLong:
      return fail(Code::InvalidArgument,
                  "Value " + std::to_string(change.visibility.count()) +
                      " for parameter VisibilityTimeout is invalid. Reason: Total "
                      "VisibilityTimeout for the message is beyond the limit [43200 seconds].",
                  kVisibilityTooLong);
  }
  RIALTO_CHECK(false, "every outcome is handled");
}

Result<std::pair<Ledger::Purge, store::Batch>> Queue::begin_purge() {
  const std::lock_guard no_page(page_mutex_);
  Ledger::Purge purge;
  {
    const std::lock_guard guard(mutex_);
    const TimePoint now = at_.clock.now();
    if (is_closed_) return queue_does_not_exist();
    if (purged_at_ && now < *purged_at_ + kPurgeInterval) {
      return fail(
          Code::Conflict,
          "Only one PurgeQueue operation on " + identity_.name + " is allowed every 60 seconds.",
          kPurgeQueueInProgress);
    }
    purged_at_ = now;
    purge = ledger_->purge();
    read_ahead_.clear();
  }
  // Messages under way to the disk are as good as sent after the purge, and stay.
  store::Batch batch;
  Sequence from = 0;
  auto erase_until = [&](Sequence to) {
    for (const Table table : {Table::Message, Table::MessageState}) {
      if (from < to) batch.erase_range(table, key(from), key(to));
    }
    from = to + 1;
  };
  for (const Sequence spared : purge.spared) erase_until(spared);
  erase_until(purge.end);
  return std::pair(std::move(purge), std::move(batch));
}

void Queue::finish_purge(const Ledger::Purge& purge, bool is_done) {
  if (is_done) return;
  const std::lock_guard no_page(page_mutex_);
  const std::lock_guard guard(mutex_);
  ledger_->undo(purge);
  purged_at_.reset();
}

void Queue::close() {
  const std::lock_guard guard(mutex_);
  is_closed_ = true;
}

void Queue::reopen() {
  const std::lock_guard guard(mutex_);
  is_closed_ = false;
}

void Queue::finish_remove() {
  {
    const std::lock_guard guard(mutex_);
    is_removed_ = true;
  }
  waiters_.notify_all();
}

void Queue::erase_all(store::Batch& batch) const {
  batch.erase(Table::Resource, store::queue_key(identity_.scope, identity_.name));
  batch.erase(Table::Meta, store::queue_sequence_key(identity_.id));
  const store::Range all = store::prefix_range(store::message_prefix(identity_.id));
  batch.erase_range(Table::Message, all.from, all.to);
  batch.erase_range(Table::MessageState, all.from, all.to);
  if (is_fifo_) batch.erase_range(Table::Deduplication, all.from, all.to);
}

void Queue::erase_message(store::Batch& batch, Sequence sequence) const {
  const std::string message_key = key(sequence);
  batch.erase(Table::Message, message_key);
  batch.erase(Table::MessageState, message_key);
}

void Queue::submit(store::Batch batch, const char* what) {
  if (batch.empty()) return;
  at_.store.submit(std::move(batch), [what, id = identity_.id](const Result<>& outcome) {
    if (outcome.ok()) return;
    log::warn("queue.not_stored",
              {{"what", what}, {"queue", id}, {"error", outcome.error().message}});
  });
}

}  // namespace rialto::queue
