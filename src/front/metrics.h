// What is counted of every operation's calls, from its row of the table.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "api/operation.h"
#include "base/clock.h"
#include "base/metrics.h"

namespace rialto::front {

struct OperationMetrics {
  std::string_view service;
  std::string_view operation;
  std::atomic<std::uint64_t> succeeded{0};
  std::atomic<std::uint64_t> refused{0};  // the caller's fault: status 4xx
  std::atomic<std::uint64_t> failed{0};   // ours: status 5xx
  std::atomic<std::uint64_t> request_bytes{0};
  Histogram duration = make_duration_histogram();
};

class Metrics {
 public:
  explicit Metrics(const std::vector<const api::ServiceFacts*>& services);

  // One call of an operation of one of the services. Safe to call from any thread.
  void count(const api::ServiceFacts& service, const api::Operation& operation, int status,
             std::size_t request_bytes, std::chrono::nanoseconds took);

  // Requests that named no operation that there is.
  std::atomic<std::uint64_t> unknown{0};

  // All operations, in the order of the tables.
  const std::deque<OperationMetrics>& operations() const { return operations_; }

 private:
  struct Start {
    const api::ServiceFacts* service;
    std::size_t at;  // of its first operation
  };
  std::vector<Start> starts_;
  std::deque<OperationMetrics> operations_;
};

}  // namespace rialto::front
