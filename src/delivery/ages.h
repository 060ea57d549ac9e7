// How old the oldest of many is, when they come and go in any order.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "base/clock.h"

namespace rialto::delivery {

// The moments from which things count their age, to the second, so that what it takes of memory
// is small however many there are.
class Ages {
 public:
  void add(TimePoint since);
  // Requires that it was added.
  void remove(TimePoint since);
  // Nothing when there are none.
  std::optional<TimePoint> oldest() const;

 private:
  std::map<std::chrono::seconds, std::size_t> by_second_;
};

}  // namespace rialto::delivery
