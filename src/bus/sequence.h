// Sequence numbers of one bus: every accepted event gets one, and none is given twice, whatever
// happens to the process.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "store/batch.h"
#include "store/keys.h"

namespace rialto::bus {

// Numbers are reserved in the store in blocks, so that most events need no write for theirs; a
// restart goes on after the last block.
inline constexpr store::Sequence kSequenceBlock = 65'536;

// Safe to call from any thread.
class SequenceSource {
 public:
  // `reserved_end`: the end of the last block that is in the store.
  SequenceSource(store::BusId bus, store::Sequence reserved_end)
      : bus_(bus), next_(reserved_end), reserved_end_(reserved_end), durable_end_(reserved_end) {}

  struct Taken {
    store::Sequence number = 0;
    // What `batch` was given to reserve: to be confirmed once the batch is durable.
    std::optional<store::Sequence> reserved_end;
  };

  // The next number, which only what is committed with `batch` may use. Until the reservation of
  // its block is known to be durable every batch carries it, because any batch may fail, be
  // abandoned, or be overtaken by the next.
  Taken take(store::Batch& batch);

  // The batch that reserved up to `reserved_end` is durable.
  void confirm(store::Sequence reserved_end);

 private:
  const store::BusId bus_;
  std::mutex mutex_;              // a leaf
  store::Sequence next_;          // guarded by mutex_
  store::Sequence reserved_end_;  // guarded by mutex_
  store::Sequence durable_end_;   // guarded by mutex_; at most reserved_end_
};

}  // namespace rialto::bus
