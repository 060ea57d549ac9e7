// What leaves a queue without having been received: messages that are too old, deduplication ids
// whose time is over, and memory that nobody needs.
#include <algorithm>
#include <utility>

#include "queue/engine/queue.h"

namespace rialto::queue {

using store::Table;

void Queue::sweep_deduplication(TimePoint now) {
  Sequence from = 0;
  Sequence to = 0;
  {
    const std::lock_guard guard(mutex_);
    deduplication_.advance(now);
    from = std::exchange(deduplication_erased_end_, deduplication_.forgotten_end());
    to = deduplication_erased_end_;
  }
  if (from >= to) return;
  store::Batch batch;
  batch.erase_range(Table::Deduplication, key(from), key(to));
  // When it is lost, the next start erases what is too old.
  submit(std::move(batch), "deduplication");
}

void Queue::sweep() {
  const TimePoint now = at_.clock.now();
  if (is_fifo_) sweep_deduplication(now);
  std::chrono::seconds retention{0};
  Sequence from = 0;
  Sequence kept_from = 0;
  {
    const std::lock_guard guard(mutex_);
    if (is_sweeping_ || is_closed_ || now < sweep_not_before_) return;
    is_sweeping_ = true;
    retention = info_.settings.retention;
    from = sweep_from_;
    kept_from = ledger_->settled_end();
  }
  const std::lock_guard no_page(page_mutex_);
  std::vector<Sequence> expired;
  TimePoint not_before = now + retention;
  const store::Range range{key(from), store::prefix_range(store::message_prefix(identity_.id)).to};
  const Result<> outcome = at_.store.scan(
      Table::Message, range, [&](std::string_view key_bytes, std::string_view value) {
        const auto one = store::decode_message_key(key_bytes);
        const auto sent_at = decode_sent_at(value);
        if (!one || !sent_at) return true;
        const bool is_full = expired.size() == at_.options.sweep_max;
        if (is_full || *sent_at + retention > now) {
          not_before = is_full ? now : *sent_at + retention;
          kept_from = std::min(kept_from, one->sequence);
          return false;
        }
        expired.push_back(one->sequence);
        return true;
      });
  store::Batch batch;
  {
    const std::lock_guard guard(mutex_);
    ledger_->advance(now);
    for (const Sequence sequence : expired) {
      if (ledger_->expire_found(sequence)) {
        erase_message(batch, sequence);
      } else {
        kept_from = std::min(kept_from, sequence);
      }
    }
    if (outcome.ok()) {
      sweep_not_before_ = not_before;
      sweep_from_ = kept_from;
    }
    is_sweeping_ = !batch.empty();
  }
  if (batch.empty()) return;
  // The next sweep waits until this one cannot be seen on disk any more.
  at_.store.submit(std::move(batch), [self = shared_from_this()](const Result<>&) {
    const std::lock_guard guard(self->mutex_);
    self->is_sweeping_ = false;
  });
}

void Queue::tidy() {
  const std::lock_guard guard(mutex_);
  read_ahead_.tidy();
}

}  // namespace rialto::queue
