// What the log says of writes that fail: when it begins, once in a while as long as it lasts, and
// when it is over. Each group that is refused would be thousands of lines a second on a full disk.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/result.h"

namespace rialto::store {

// One thread at a time.
class WriteFailures {
 public:
  // Between two lines about failures that go on.
  static constexpr std::chrono::seconds kPause{10};

  // One group was written, or refused; `now` counts from any moment and never goes back.
  void note(const Result<>& outcome, std::chrono::nanoseconds now);

 private:
  std::size_t refused_ = 0;             // groups, since writing failed first; 0: it works
  std::chrono::nanoseconds logged_{0};  // when the log was told last
};

}  // namespace rialto::store
