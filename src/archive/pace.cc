#include "archive/pace.h"

#include <algorithm>

namespace rialto::archive {

Millis Pace::wait(TimePoint now, TimePoint accepted_at, std::size_t ahead) {
  if (is_free()) return Millis(0);
  if (!origin_) origin_ = Origin{now, accepted_at};
  Millis due(0);
  if (events_per_second_) {
    due = Millis((put_ + static_cast<std::int64_t>(ahead)) * 1'000 / *events_per_second_);
  }
  if (keeps_) due = std::max(due, accepted_at - origin_->accepted_at);
  return std::max(Millis(0), due - (now - origin_->put_at));
}

}  // namespace rialto::archive
