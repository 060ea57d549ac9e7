#include "server/memory_shares.h"

#include <algorithm>

#include "server/process.h"

namespace rialto::server {

std::size_t budget_of(const Options& options) {
  if (options.memory_budget > 0) return options.memory_budget;
  return std::max(kMemoryBudgetMin, static_cast<std::size_t>(machine_memory_bytes() / 4));
}

// In sixteenths. More than the usual size helps nobody, but for deliveries.
MemoryShares::MemoryShares(const Options& options) : trace(options.trace) {
  const std::size_t share = budget_of(options) / 16;
  lanes.deliveries_max = share / delivery::kDeliveryBytes;
  lanes.event_bytes_max = 2 * share;
  trace.bytes_max = std::min(trace.bytes_max, 2 * share);
  queues.rows_max = std::min(queues.rows_max, 2 * share / queues.row_bytes);
  store.cache_bytes = std::min(store.cache_bytes, 2 * share);
  store.layer_bytes = std::min(store.layer_bytes, 4 * share);
}

}  // namespace rialto::server
