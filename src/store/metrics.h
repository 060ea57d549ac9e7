// What the durable store counts, since the start of the process.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/metrics.h"

namespace rialto::store {

struct Metrics {
  std::atomic<std::uint64_t> batches{0};   // written, or refused by a disk that failed
  std::atomic<std::uint64_t> failures{0};  // groups that could not be written
  std::atomic<std::uint64_t> damaged{0};   // places of the journal that could not be read at start
  std::atomic<std::uint64_t> journal_bytes{0};
  std::atomic<std::uint64_t> absorbed_layers{0};
  std::atomic<std::uint64_t> absorb_nanos{0};
  std::atomic<std::uint64_t> stalls{0};  // writes that waited for a layer to be absorbed
  std::atomic<std::uint64_t> stall_nanos{0};
  std::atomic<std::uint64_t> layers_waiting{0};  // now
  Histogram group_batches = make_size_histogram();
  Histogram sync = make_duration_histogram();  // one fdatasync of the journal
};

}  // namespace rialto::store
