// The memory that the process may use, and whether it uses more: then producers have to wait.
#pragma once

#include <atomic>
#include <cstddef>

namespace rialto {

// Safe to call from any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // What was measured just now.
  void set_used_bytes(std::size_t bytes) { used_bytes_ = bytes; }

  bool is_spent() const { return used_bytes_ > limit_bytes_; }
  std::size_t limit_bytes() const { return limit_bytes_; }

 private:
  const std::size_t limit_bytes_;
  std::atomic<std::size_t> used_bytes_{0};
};

}  // namespace rialto
