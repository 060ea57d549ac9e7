// What the operating system knows of this process. Private to server.
#pragma once

#include <cstdint>

namespace rialto::server {

struct ProcessFacts {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
};

ProcessFacts read_process();

}  // namespace rialto::server
