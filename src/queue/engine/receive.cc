// Receiving: what is ready is taken into flight first, then read from the store without any lock;
// a message that turns out to be gone or too old by then is left out and another one taken.
#include <algorithm>

#include "base/log.h"
#include "queue/engine/queue.h"

namespace rialto::queue {

using store::MessageKey;
using store::Table;

namespace {

// What cannot be read has a group of its own, where it holds up nobody.
Place place_of(std::string_view value) { return decode_place(value).value_or(Place()); }

}  // namespace

Result<Queue::Delivery> Queue::take(const ReceiveOptions& options,
                                    const std::optional<DeadLetters>& dead_letters) {
  sweep();
  // One moment for the whole call: a message that is hidden for no time comes once, not again and
  // again.
  const TimePoint now = at_.clock.now();
  {
    const std::lock_guard guard(mutex_);
    ledger_->advance(now);
  }
  Delivery out;
  std::vector<Read> reads;
  reads.reserve(options.count_max);
  std::size_t taken_count = 0;
  // Bounded, because behind a message that is gone there may be a million more.
  while (reads.size() < options.count_max && taken_count < at_.options.sweep_max) {
    RIALTO_TRY(const std::vector<Taken> taken, take_some(options.count_max - reads.size(), now,
                                                         options.visibility, out.is_at_limit));
    if (taken.empty()) break;
    taken_count += taken.size();
    for (const Taken& one : taken) {
      MessageBytes bytes;
      RIALTO_TRY(std::optional<StoredMessage> stored, fetch(one, bytes, out.changes));
      if (!stored) continue;
      if (dead_letters && one.state.receive_count > dead_letters->receive_count_max &&
          give_up(one, *stored, *dead_letters, out)) {
        continue;
      }
      reads.push_back(to_read(one, std::move(*stored)));
    }
  }
  keep_current(reads, out.changes);
  out.messages.reserve(reads.size());
  for (Read& read_one : reads) out.messages.push_back(std::move(read_one.message));
  if (!is_fifo_ && out.moves.empty()) {
    // Not waited for: a crash brings the messages back too early, or once more, as at-least-once
    // delivery may.
    submit(std::move(out.changes), "receive_state");
    out.changes = {};
  }
  return out;
}

bool Queue::give_up(const Taken& taken, const StoredMessage& stored,
                    const DeadLetters& dead_letters, Delivery& out) {
  // The receive that would be one too many is none.
  const std::uint32_t receives = stored.earlier_receives + taken.state.receive_count - 1;
  return move(taken, stored, *dead_letters.queue,
              {.dead_letter_source = arn(), .receives = receives}, out.changes, out.moves);
}

Result<std::vector<Taken>> Queue::take_some(std::size_t count_max, TimePoint now,
                                            std::optional<std::chrono::seconds> visibility,
                                            bool& is_at_limit) {
  for (;;) {
    RIALTO_TRY(std::vector<Taken> taken, take_ready(count_max, now, visibility, is_at_limit));
    if (!taken.empty() || is_at_limit) return taken;
    RIALTO_TRY(const bool is_more, bring_page());
    if (!is_more) return taken;
  }
}

Result<std::vector<Taken>> Queue::take_ready(std::size_t count_max, TimePoint now,
                                             std::optional<std::chrono::seconds> visibility,
                                             bool& is_at_limit) {
  const std::lock_guard guard(mutex_);
  if (is_closed_) return queue_does_not_exist();
  is_at_limit = ledger_->is_at_in_flight_limit();
  return ledger_->take(count_max, now, now + visibility.value_or(info_.settings.visibility),
                       at_.ids);
}

Result<std::optional<MessageBytes>> Queue::read(Sequence sequence) {
  bool is_row = false;
  {
    const std::lock_guard guard(mutex_);
    if (auto found = read_ahead_.find(sequence)) return found;
    is_row = !read_ahead_.reaches_beyond(sequence) &&
             ledger_->is_row(sequence, at_.options.row_messages_min);
  }
  if (is_row) {
    RIALTO_TRY(auto found, read_row(sequence));
    if (found) return found;
  }
  RIALTO_TRY(auto bytes, at_.store.get(Table::Message, key(sequence)));
  if (!bytes) return std::optional<MessageBytes>();
  const auto owner = std::make_shared<const std::string>(*std::move(bytes));
  return std::optional<MessageBytes>({owner, *owner});
}

Result<std::optional<MessageBytes>> Queue::read_row(Sequence sequence) {
  const std::lock_guard one_row(page_mutex_);
  std::optional<Row> row;
  {
    const std::lock_guard guard(mutex_);
    if (auto found = read_ahead_.find(sequence)) return found;  // somebody else was faster
    row = read_ahead_.begin();
  }
  const Result<> outcome =
      at_.store.scan(Table::Message, {key(sequence), key(sequence + kRowNumbersMax)},
                     [&](std::string_view key_bytes, std::string_view value) {
                       const auto one = store::decode_message_key(key_bytes);
                       return !one || row->add(one->sequence, value);
                     });
  const std::lock_guard guard(mutex_);
  if (!outcome.ok()) {
    read_ahead_.cancel();
    return outcome.error();
  }
  read_ahead_.end(*std::move(row));
  return read_ahead_.find(sequence);
}

Result<std::optional<StoredMessage>> Queue::fetch(const Taken& taken, MessageBytes& bytes,
                                                  store::Batch& expired) {
  RIALTO_TRY(auto found, read(taken.sequence));
  if (!found) {
    const std::lock_guard guard(mutex_);
    ledger_->drop(taken);
    return std::optional<StoredMessage>();
  }
  bytes = *std::move(found);
  std::optional<StoredMessage> stored = decode_message(bytes.view);
  if (!stored) {
    // It stays in flight, and is tried again when its visibility timeout is over.
    log::error("queue.corrupt_message", {{"queue", identity_.id}, {"sequence", taken.sequence}});
    return stored;
  }
  const std::lock_guard guard(mutex_);
  if (stored->sent_at + info_.settings.retention <= at_.clock.now()) {
    if (ledger_->expire(taken)) erase_message(expired, taken.sequence);
    read_ahead_.forget(taken.sequence);
    stored.reset();
  }
  return stored;
}

Queue::Read Queue::to_read(const Taken& taken, StoredMessage stored) const {
  Read out{.taken = taken, .message = {}};
  out.message.id = stored.id;
  out.message.body = stored.body;
  out.message.sender = stored.sender;
  out.message.trace_header = stored.trace_header;
  out.message.attributes = std::move(stored.attributes);
  out.message.sent_at = stored.sent_at;
  out.message.first_received_at = taken.state.first_received_at;
  out.message.receive_count = stored.earlier_receives + taken.state.receive_count;
  out.message.receipt_handle = encode_receipt(
      {.queue = identity_.id, .sequence = taken.sequence, .nonce = taken.state.nonce});
  out.message.group = stored.group;
  out.message.deduplication_id = stored.deduplication_id;
  out.message.dead_letter_source = stored.dead_letter_source;
  if (is_fifo_) out.message.sequence = taken.sequence;
  return out;
}

void Queue::keep_current(std::vector<Read>& reads, store::Batch& states) {
  // A purge may have come in between.
  const std::lock_guard guard(mutex_);
  std::erase_if(reads, [&](const Read& one) { return !ledger_->is_current(one.taken); });
  for (const Read& one : reads) {
    states.put(Table::MessageState, key(one.taken.sequence), encode_state(one.taken.state));
  }
}

Result<bool> Queue::bring_page() {
  const std::lock_guard one_page(page_mutex_);
  std::optional<std::pair<Sequence, Sequence>> range;
  std::optional<Row> row;
  {
    const std::lock_guard guard(mutex_);
    if (ledger_->has_ready()) return true;  // somebody else brought one
    range = ledger_->begin_page();
    if (!range) return false;
    row = read_ahead_.begin();
  }
  std::vector<Found> found;
  const Result<bool> is_complete = read_page(range->first, range->second, found, *row);
  const std::lock_guard guard(mutex_);
  if (!is_complete.ok()) {
    ledger_->cancel_page();
    read_ahead_.cancel();
    return is_complete.error();
  }
  read_ahead_.end(*std::move(row));
  ledger_->end_page(found, *is_complete, at_.clock.now());
  return ledger_->has_ready() || !*is_complete;
}

Result<bool> Queue::read_page(Sequence from, Sequence to, std::vector<Found>& found,
                              Row& row) const {
  bool is_complete = true;
  RIALTO_TRY_VOID(at_.store.scan(Table::Message, {key(from), key(to)},
                                 [&](std::string_view key_bytes, std::string_view value) {
                                   if (found.size() == at_.options.page_max) {
                                     is_complete = false;
                                     return false;
                                   }
                                   const auto one = store::decode_message_key(key_bytes);
                                   if (!one) return true;
                                   // The page ends with the row, so that nothing is read twice.
                                   if (!is_fifo_ && !row.add(one->sequence, value) &&
                                       !row.empty()) {
                                     is_complete = false;
                                     return false;
                                   }
                                   found.push_back({.sequence = one->sequence});
                                   if (is_fifo_) found.back().place = place_of(value);
                                   return true;
                                 }));
  if (found.empty()) return is_complete;
  auto at = found.begin();
  RIALTO_TRY_VOID(at_.store.scan(Table::MessageState, {key(from), key(found.back().sequence + 1)},
                                 [&](std::string_view key_bytes, std::string_view value) {
                                   const auto one = store::decode_message_key(key_bytes);
                                   if (!one) return true;
                                   at = std::ranges::lower_bound(at, found.end(), one->sequence, {},
                                                                 &Found::sequence);
                                   if (at == found.end()) return false;
                                   if (at->sequence == one->sequence)
                                     at->state = decode_state(value);
                                   return true;
                                 }));
  return is_complete;
}

std::optional<Millis> Queue::enlist(const std::shared_ptr<net::Waiter>& waiter) {
  const std::lock_guard guard(mutex_);
  const TimePoint now = at_.clock.now();
  ledger_->advance(now);
  if (is_closed_ || ledger_->can_take()) return std::nullopt;
  waiters_.enlist(waiter);
  const std::optional<TimePoint> due = ledger_->next_due();
  // Read again now that the waiter can be told of a move of the clock, so that none is missed.
  return due ? *due - at_.clock.now() : Millis::max();
}

void Queue::pass_on() {
  {
    const std::lock_guard guard(mutex_);
    ledger_->advance(at_.clock.now());
    if (!ledger_->can_take() && !ledger_->next_due()) return;
  }
  waiters_.notify_one();
}

}  // namespace rialto::queue
