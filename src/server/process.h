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

// Lets this process open as many files as it may: connections and tables want more than the usual
// thousand.
void raise_open_files();

// What this process has in memory now.
std::uint64_t resident_bytes();
// What the machine has; in a container with a limit of its own, that.
std::uint64_t machine_memory_bytes();
// To the operating system: what is free, which may take some milliseconds.
void give_memory_back();

}  // namespace rialto::server
