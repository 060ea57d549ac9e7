// The memory that the process may use, and whether it uses more: then producers have to wait.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace rialto {

// What the machine has, and what of it this process has in its memory now; in bytes. Of a container
// with a limit of its own, that.
std::size_t machine_memory_bytes();
std::size_t resident_bytes();

// Safe to call from any thread, but `look`.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit_bytes,
                        std::function<std::size_t()> read_used = resident_bytes)
      : limit_bytes_(limit_bytes), read_used_(std::move(read_used)) {}

  // To be called often, by one thread. Memory that is free but not given back does not count: it is
  // given back first.
  void look();

  bool is_spent() const { return used_bytes_ > limit_bytes_; }
  std::size_t limit_bytes() const { return limit_bytes_; }
  // At the last look.
  std::size_t used_bytes() const { return used_bytes_; }

 private:
  const std::size_t limit_bytes_;
  const std::function<std::size_t()> read_used_;
  std::atomic<std::size_t> used_bytes_{0};
  unsigned looks_until_trim_ = 0;
};

}  // namespace rialto
