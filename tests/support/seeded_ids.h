// Ids that come out the same in every run with the same seed.
#pragma once

#include <mutex>
#include <random>

#include "base/ids.h"

namespace rialto::test {

// Safe to call from any thread.
class SeededIds final : public Ids {
 public:
  explicit SeededIds(std::uint64_t seed = 1) : generator_(seed) {}

  std::uint64_t random() override {
    const std::lock_guard guard(mutex_);
    return generator_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 generator_;
};

}  // namespace rialto::test
