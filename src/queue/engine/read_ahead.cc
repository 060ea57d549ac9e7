#include "queue/engine/read_ahead.h"

#include <algorithm>
#include <utility>

namespace rialto::queue {

using store::Sequence;

std::shared_ptr<std::string> RowPool::make() {
  std::size_t left = left_;
  do {
    if (left == 0) return nullptr;
  } while (!left_.compare_exchange_weak(left, left - 1));
  const auto give_back = [pool = shared_from_this()](std::string* row) {
    delete row;
    ++pool->left_;
  };
  std::shared_ptr<std::string> out(new std::string, give_back);
  out->reserve(row_bytes_);  // so that it never moves: views point into it
  return out;
}

bool Row::add(Sequence sequence, std::string_view bytes) {
  if (bytes.size() > pool_->row_bytes()) return false;
  if (!bytes_) bytes_ = pool_->make();
  if (!bytes_ || bytes_->size() + bytes.size() > pool_->row_bytes()) return false;
  const std::size_t at = bytes_->size();
  bytes_->append(bytes);
  slots_.push_back({sequence, std::string_view(*bytes_).substr(at)});
  return true;
}

std::optional<MessageBytes> ReadAhead::find(Sequence sequence) {
  const auto slot = std::ranges::lower_bound(slots_, sequence, {}, &Row::Slot::sequence);
  if (slot == slots_.end() || slot->sequence != sequence || slot->is_gone) return std::nullopt;
  is_used_ = true;
  MessageBytes out{bytes_, slot->bytes};
  if (slot + 1 == slots_.end()) clear();
  return out;
}

bool ReadAhead::reaches_beyond(Sequence sequence) const {
  return !slots_.empty() && slots_.back().sequence > sequence;
}

Row ReadAhead::begin() {
  is_reading_ = true;
  return Row(pool_);
}

void ReadAhead::end(Row row) {
  bytes_ = std::move(row.bytes_);
  slots_ = std::move(row.slots_);
  is_used_ = true;
  is_reading_ = false;
  for (const Sequence sequence : std::exchange(gone_, {})) forget(sequence);
}

void ReadAhead::cancel() {
  is_reading_ = false;
  gone_.clear();
}

void ReadAhead::forget(Sequence sequence) {
  if (is_reading_) gone_.push_back(sequence);
  if (slots_.empty() || sequence < slots_.front().sequence) return;
  const auto slot = std::ranges::lower_bound(slots_, sequence, {}, &Row::Slot::sequence);
  if (slot != slots_.end() && slot->sequence == sequence) slot->is_gone = true;
}

void ReadAhead::clear() {
  bytes_.reset();
  slots_.clear();
}

void ReadAhead::tidy() {
  if (!is_used_) clear();
  is_used_ = false;
}

}  // namespace rialto::queue
