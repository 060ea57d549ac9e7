#include "queue/engine/numbering.h"

#include <algorithm>

#include "base/check.h"

namespace rialto::queue {

void Numbering::restore(Sequence sequence) { next_ = std::max(next_, sequence + 1); }

void Numbering::finish_restore(Sequence reserved_until) {
  // A message beyond the reserved block means that its neighbour, which carried the reservation,
  // was lost in the crash: go on after the message.
  next_ = std::max(next_, reserved_until);
  reserved_end_ = next_;
  durable_end_ = next_;
}

Assigned Numbering::assign() {
  if (next_ == reserved_end_) reserved_end_ += kBlock;
  Assigned out{.sequence = next_++, .reserved_until = std::nullopt};
  // Every batch says so until one of them is durable: whichever comes first, the number it uses is
  // reserved with it.
  if (out.sequence >= durable_end_) out.reserved_until = reserved_end_;
  pending_.push_back(out.sequence);
  return out;
}

void Numbering::confirm(const Assigned& assigned) {
  discard(assigned.sequence);
  if (assigned.reserved_until) durable_end_ = std::max(durable_end_, *assigned.reserved_until);
}

void Numbering::discard(Sequence sequence) {
  // Commits end in the order in which they began, nearly: it is at the front or close by.
  const auto found = std::find(pending_.begin(), pending_.end(), sequence);
  RIALTO_CHECK(found != pending_.end(), "what was appended is published or discarded once");
  pending_.erase(found);
}

bool Numbering::is_pending(Sequence sequence) const {
  return std::binary_search(pending_.begin(), pending_.end(), sequence);
}

}  // namespace rialto::queue
