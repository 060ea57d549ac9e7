#include "store/durable/write_failures.h"

#include "base/log.h"

namespace rialto::store {

void WriteFailures::note(const Result<>& outcome, std::chrono::nanoseconds now) {
  if (outcome.ok()) {
    if (refused_ > 0) log::info("store.write_resumed", {{"refused_groups", refused_}});
    refused_ = 0;
    return;
  }
  const bool is_first = refused_++ == 0;
  if (!is_first && now - logged_ < kPause) return;
  logged_ = now;
  log::error("store.write_failed",
             {{"error", outcome.error().message}, {"refused_groups", refused_}});
}

}  // namespace rialto::store
