// How the memory budget is divided among the parts whose memory grows with what they are given to
// do. What is left is for buses, rules and queues themselves, and for requests. Private to server.
#pragma once

#include "delivery/lanes.h"
#include "queue/options.h"
#include "server/options.h"
#include "store/durable_store.h"
#include "watch/trace.h"

namespace rialto::server {

// As given, or a quarter of the machine's memory.
std::size_t budget_of(const Options& options);

struct MemoryShares {
  explicit MemoryShares(const Options& options);

  watch::TraceOptions trace;
  queue::Options queues;
  delivery::LaneLimits lanes;
  store::Limits store;
};

}  // namespace rialto::server
