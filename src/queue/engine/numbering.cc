#include "queue/engine/numbering.h"

#include <algorithm>

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
  return out;
}

void Numbering::confirm(const Assigned& assigned) {
  if (assigned.reserved_until) durable_end_ = std::max(durable_end_, *assigned.reserved_until);
}

}  // namespace rialto::queue
