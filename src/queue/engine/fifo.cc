// What is different in a FIFO queue: groups and deduplication of what is sent.
#include <algorithm>

#include "base/bytes.h"
#include "base/crypto/digest.h"
#include "queue/engine/ids.h"
#include "queue/engine/queue.h"

namespace rialto::queue {

using store::Table;

Error invalid_parameter(std::string message, std::string_view reason) {
  return fail(Code::InvalidArgument, std::move(message), reason);
}

Result<> check_id(std::string_view id, std::string_view name) {
  constexpr std::size_t kSizeMax = 128;
  const bool is_printable = std::ranges::all_of(id, [](char c) { return c > ' ' && c < '\x7F'; });
  if (!id.empty() && id.size() <= kSizeMax && is_printable) return {};
  return invalid_parameter("Value " + std::string(id) + " for parameter " + std::string(name) +
                           " is invalid. Reason: " + std::string(name) +
                           " can only include alphanumeric and punctuation characters. 1 to 128 "
                           "in length.");
}

Result<> check_standard(const NewMessage& message) {
  if (!message.group.empty()) RIALTO_TRY_VOID(check_id(message.group, "MessageGroupId"));
  if (message.deduplication_id.empty()) return {};
  return invalid_parameter(
      "The request include parameter MessageDeduplicationId which is not valid for this queue "
      "type");
}

bool Queue::has_room() const {
  if (!is_fifo_) return true;
  const std::lock_guard guard(mutex_);
  return deduplication_.size() < at_.options.deduplication_max;
}

void Queue::restore(Sequence sequence, const StoredDeduplication& stored) {
  deduplication_.insert(stored.key, {sequence, stored.id}, stored.sent_at);
}

Result<Queue::FifoMessage> Queue::check_fifo(const NewMessage& message) const {
  if (message.group.empty()) {
    return invalid_parameter("The request must contain the parameter MessageGroupId.",
                             kMissingParameter);
  }
  RIALTO_TRY_VOID(check_id(message.group, "MessageGroupId"));
  // Zero is what the queue itself may say.
  if (message.delay && message.delay->count() != 0) {
    return invalid_parameter("Value " + std::to_string(message.delay->count()) +
                             " for parameter DelaySeconds is invalid. Reason: The request include "
                             "parameter that is not valid for this queue type.");
  }
  FifoSettings settings;
  {
    const std::lock_guard guard(mutex_);
    settings = info_.settings.fifo.value_or(FifoSettings());
  }
  FifoMessage out;
  if (!message.deduplication_id.empty()) {
    RIALTO_TRY_VOID(check_id(message.deduplication_id, "MessageDeduplicationId"));
    out.deduplication_id = message.deduplication_id;
  } else if (settings.deduplicates_content) {
    out.deduplication_id = crypto::hex(crypto::sha256(message.body));
  } else {
    return invalid_parameter(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly");
  }
  out.key = deduplication_key(out.deduplication_id,
                              settings.deduplicates_by_group ? message.group : std::string_view());
  return out;
}

Result<Pending> Queue::append_fifo(store::Batch& batch, const NewMessage& message) {
  RIALTO_TRY(const FifoMessage fifo, check_fifo(message));
  const TimePoint now = at_.clock.now();
  const std::size_t size = size_bytes(message);
  Pending pending;
  pending.queue = shared_from_this();
  pending.id = make_id();
  pending.visible_at = now;
  {
    const std::lock_guard guard(mutex_);
    if (is_closed_) return queue_does_not_exist();
    RIALTO_TRY_VOID(check_size(size));
    if (const auto original = deduplication_.find(fifo.key, now)) {
      pending.is_duplicate = true;
      pending.sequence = original->sequence;
      pending.id = original->id;
      if (const auto open = open_.find(original->sequence); open != open_.end()) {
        if (!open->second.settlement) open->second.settlement = std::make_shared<Settlement>();
        pending.original = open->second.settlement;
      }
      return pending;
    }
    const Assigned assigned = ledger_->assign({std::string(message.group), now});
    pending.sequence = assigned.sequence;
    pending.reserved_until = assigned.reserved_until;
    deduplication_.insert(fifo.key, {pending.sequence, pending.id}, now);
    open_.emplace(pending.sequence, Open{fifo.key, nullptr});
  }
  NewMessage complete = message;
  complete.deduplication_id = fifo.deduplication_id;
  const std::string message_key = key(pending.sequence);
  batch.insert(Table::Message, message_key, encode_message(complete, pending.id, now));
  batch.put(Table::Deduplication, message_key, encode_deduplication({now, fifo.key, pending.id}));
  put_reservation(batch, pending);
  return pending;
}

void Queue::settle(Sequence sequence, bool is_done) {
  std::shared_ptr<Settlement> settlement;
  {
    const std::lock_guard guard(mutex_);
    // A message that was moved here has no deduplication.
    const auto open = open_.extract(sequence);
    if (open.empty()) return;
    if (!is_done) deduplication_.remove(open.mapped().key, sequence);
    settlement = std::move(open.mapped().settlement);
  }
  if (settlement) settlement->settle(is_done);
}

}  // namespace rialto::queue
