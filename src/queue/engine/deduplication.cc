#include "queue/engine/deduplication.h"

namespace rialto::queue {

std::optional<DeduplicationWindow::Original> DeduplicationWindow::find(const DeduplicationKey& key,
                                                                       TimePoint now) {
  advance(now);
  const auto found = originals_.find(key);
  if (found == originals_.end()) return std::nullopt;
  return found->second;
}

void DeduplicationWindow::insert(const DeduplicationKey& key, Original original,
                                 TimePoint sent_at) {
  originals_.insert_or_assign(key, original);
  expiries_.push_back({sent_at + kInterval, key, original.sequence});
}

void DeduplicationWindow::remove(const DeduplicationKey& key, store::Sequence sequence) {
  const auto found = originals_.find(key);
  if (found != originals_.end() && found->second.sequence == sequence) originals_.erase(found);
}

void DeduplicationWindow::advance(TimePoint now) {
  while (!expiries_.empty() && expiries_.front().at <= now) {
    remove(expiries_.front().key, expiries_.front().sequence);
    forgotten_end_ = expiries_.front().sequence + 1;
    expiries_.pop_front();
  }
}

}  // namespace rialto::queue
