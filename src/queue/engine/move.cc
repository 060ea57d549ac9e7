// From one queue to another, each message in one batch: gone here and come there, or neither.
#include "queue/engine/queue.h"

#include "base/bytes.h"

namespace rialto::queue {

using store::Table;

Result<Pending> Queue::append_moved(store::Batch& batch, const StoredMessage& stored,
                                    const Moved& moved) {
  const TimePoint now = at_.clock.now();
  Pending pending;
  pending.queue = shared_from_this();
  pending.id = moved.is_new ? make_id() : stored.id;
  pending.visible_at = now;
  // In a standard queue a dead letter keeps its age, and expires when it would have.
  const TimePoint sent_at = moved.is_new || is_fifo_ ? now : stored.sent_at;
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) return queue_does_not_exist();
    const Assigned assigned = ledger_->assign({std::string(stored.group), sent_at});
    pending.sequence = assigned.sequence;
    pending.reserved_until = assigned.reserved_until;
  }
  const NewMessage message{.body = stored.body,
                           .sender = stored.sender,
                           .trace_header = stored.trace_header,
                           .attributes = stored.attributes,
                           .group = stored.group,
                           .deduplication_id = stored.deduplication_id};
  batch.insert(
      Table::Message, key(pending.sequence),
      encode_message(message, pending.id, sent_at,
                     {.dead_letter_source = moved.dead_letter_source, .receives = moved.receives}));
  put_reservation(batch, pending);
  return pending;
}

bool Queue::move(const Taken& taken, const StoredMessage& stored, Queue& destination,
                 const Moved& moved, store::Batch& batch, std::vector<Move>& moves) {
  {
    const std::lock_guard guard(mutex_);
    // Purged in the meantime, or settled by somebody: there is nothing to be moved.
    const auto deletion = ledger_->begin_delete(taken.sequence, taken.state.nonce);
    if (deletion != Ledger::Deletion::Started) return true;
  }
  Result<Pending> arrival = destination.append_moved(batch, stored, moved);
  if (!arrival.ok()) {
    const std::lock_guard guard(mutex_);
    ledger_->finish_delete(taken.sequence, false);
    return false;
  }
  erase_message(batch, taken.sequence);
  moves.push_back({taken.sequence, std::move(arrival).value()});
  return true;
}

void Queue::finish_moves(const std::vector<Move>& moves, bool is_done) {
  if (moves.empty()) return;
  {
    const std::lock_guard guard(mutex_);
    for (const Move& one : moves) {
      ledger_->finish_delete(one.sequence, is_done);
      if (is_done) read_ahead_.forget(one.sequence);
    }
  }
  for (const Move& one : moves) {
    Queue& destination = *one.arrival.queue;
    is_done ? destination.publish(one.arrival) : destination.discard(one.arrival);
  }
  waiters_.notify_one();  // there is room in flight, and groups may go on
}

Result<Moves> Queue::begin_moves(std::size_t count_max, const FindDestination& find_destination) {
  // What cannot be moved comes back after this time, at the latest.
  constexpr std::chrono::seconds kHidden{30};
  sweep();
  const TimePoint now = at_.clock.now();
  {
    const std::lock_guard guard(mutex_);
    ledger_->advance(now);
  }
  Moves out;
  bool is_at_limit = false;
  RIALTO_TRY(const std::vector<Taken> taken, take_some(count_max, now, kHidden, is_at_limit));
  out.is_dry = taken.empty() && !is_at_limit;
  for (const Taken& one : taken) {
    bool is_moved = false;
    if (!out.error) {
      MessageBytes bytes;
      RIALTO_TRY(const auto stored, fetch(one, bytes, out.batch));
      if (!stored) continue;
      Result<std::shared_ptr<Queue>> destination = find_destination(stored->dead_letter_source);
      if (destination.ok()) {
        is_moved = move(one, *stored, **destination, {.is_new = true}, out.batch, out.moves);
        if (!is_moved) out.error = queue_does_not_exist();
      } else {
        out.error = std::move(destination).error();
      }
    }
    if (is_moved) continue;
    const std::lock_guard guard(mutex_);
    ledger_->change_visibility(one.sequence, one.state.nonce, now);
  }
  return out;
}

}  // namespace rialto::queue
