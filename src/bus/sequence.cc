#include "bus/sequence.h"

#include <algorithm>

#include "base/bytes.h"

namespace rialto::bus {

SequenceSource::Taken SequenceSource::take(store::Batch& batch) {
  const std::lock_guard guard(mutex_);
  // A block is reserved again halfway through, long before its numbers are needed: a batch that is
  // late with the reservation of an older block must not take back what is in use already.
  if (next_ + kSequenceBlock / 2 >= reserved_end_) reserved_end_ = next_ + kSequenceBlock;
  Taken taken{next_++, std::nullopt};
  if (durable_end_ < reserved_end_) {
    batch.put(store::Table::Meta, store::bus_sequence_key(bus_), encode_u64(reserved_end_));
    taken.reserved_end = reserved_end_;
  }
  return taken;
}

void SequenceSource::confirm(store::Sequence reserved_end) {
  const std::lock_guard guard(mutex_);
  durable_end_ = std::max(durable_end_, reserved_end);
}

}  // namespace rialto::bus
