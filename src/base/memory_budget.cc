#include "base/memory_budget.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace rialto {
namespace {

// Giving memory back walks all that is free: not at every look.
constexpr unsigned kLooksBetweenTrims = 10;

// A number alone in its file; 0 where there is none, as where a container has no limit ("max").
std::size_t read_number(const char* path) {
  std::size_t number = 0;
  std::ifstream(path) >> number;
  return number;
}

}  // namespace

std::size_t machine_memory_bytes() {
  const auto pages = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES));
  std::size_t bytes = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    if (const std::size_t limit = read_number(path); limit > 0) bytes = std::min(bytes, limit);
  }
  return bytes;
}

std::size_t resident_bytes() {
  std::size_t size = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void MemoryBudget::look() {
  std::size_t used = read_used_();
  if (looks_until_trim_ > 0) --looks_until_trim_;
  if (used > limit_bytes_ && looks_until_trim_ == 0) {
    looks_until_trim_ = kLooksBetweenTrims;
    ::malloc_trim(0);
    used = read_used_();
  }
  used_bytes_ = used;
}

}  // namespace rialto
