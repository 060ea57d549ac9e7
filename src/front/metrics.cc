#include "front/metrics.h"

#include <algorithm>

namespace rialto::front {

Metrics::Metrics(const std::vector<const api::ServiceFacts*>& services) {
  for (const api::ServiceFacts* service : services) {
    starts_.push_back({service, operations_.size()});
    for (const api::Operation& operation : service->operations) {
      OperationMetrics& made = operations_.emplace_back();
      made.service = service->name;
      made.operation = operation.name;
    }
  }
}

void Metrics::count(const api::ServiceFacts& service, const api::Operation& operation, int status,
                    std::size_t request_bytes, std::chrono::nanoseconds took) {
  const auto start = std::ranges::find(starts_, &service, &Start::service);
  const auto at = static_cast<std::size_t>(&operation - service.operations.data());
  OperationMetrics& metrics = operations_[start->at + at];
  ++(status < 400 ? metrics.succeeded : status < 500 ? metrics.refused : metrics.failed);
  metrics.request_bytes += request_bytes;
  metrics.duration.observe(took);
}

}  // namespace rialto::front
