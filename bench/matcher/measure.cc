#include "matcher/measure.h"

#include <malloc.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "matcher/input.h"

namespace rialto::bench {

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  if (!(file >> total >> resident)) die("cannot read /proc/self/statm");
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void trim_heap() { malloc_trim(0); }

void Report::add(const std::string& name, double value) {
  std::array<char, 64> digits{};
  std::snprintf(digits.data(), digits.size(), "%.9g", value);
  text_ += (text_.empty() ? "{\"" : ", \"") + name + "\": " + digits.data();
}

void Report::print() const { std::printf("%s}\n", text_.c_str()); }

}  // namespace rialto::bench
