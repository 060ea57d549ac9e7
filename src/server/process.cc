#include "server/process.h"

#include <sys/resource.h>

#include <filesystem>
#include <iterator>
#include <system_error>

#include "base/memory_budget.h"

namespace rialto::server {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t count_open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (error) return 0;
  return static_cast<std::uint64_t>(std::distance(begin(files), end(files)));
}

}  // namespace

ProcessFacts read_process() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime), resident_bytes(), count_open_files()};
}

}  // namespace rialto::server
