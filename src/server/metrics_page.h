// GET /metrics: everything that is counted, as one page. Private to server.
//
// The names are an interface: docs/reference/metrics.md lists them, and a test compares the two.
// The help of each names the CloudWatch metric that it stands for (docs/spec/02 §6), if there is
// one.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/memory_budget.h"
#include "bus/catalog.h"
#include "bus/metrics.h"
#include "delivery/engine.h"
#include "delivery/metrics.h"
#include "front/metrics.h"
#include "http/outbound.h"
#include "queue/queues.h"
#include "store/metrics.h"
#include "watch/tail.h"

namespace rialto::server {

// How many buses, and how many queues, have series of their own on the page.
inline constexpr std::size_t kBusesShownMax = 1'000;
inline constexpr std::size_t kQueuesShownMax = 1'000;

struct MetricSources {
  const bus::Metrics& buses;
  const delivery::Metrics& deliveries;
  const http::OutboundMetrics& outbound;
  const store::Metrics& store;
  const front::Metrics& front;
  const bus::CatalogState& catalog;
  const queue::Queues& queues;
  const delivery::Engine& engine;
  const watch::Tail& tail;
  const MemoryBudget& memory;
  const Clock& clock;
  const Stopwatch& uptime;
};

std::string metrics_page(const MetricSources& from);

}  // namespace rialto::server
