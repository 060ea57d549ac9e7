// How fast a replay puts its events: as fast as they are taken, so many a second, or as far apart
// as they were accepted. Pure.
#pragma once

#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "model/archive.h"

namespace rialto::archive {

class Pace {
 public:
  Pace() = default;
  explicit Pace(const model::Replay& replay)
      : events_per_second_(replay.events_per_second), keeps_(replay.keeps_pace) {}

  bool is_free() const { return !events_per_second_ && !keeps_; }

  // How long to wait at `now` until an event that was accepted at `accepted_at` may be put as the
  // next but `ahead`. The first one asked about may be put at once.
  Millis wait(TimePoint now, TimePoint accepted_at, std::size_t ahead);

  // So many were put.
  void put(std::size_t count) { put_ += static_cast<std::int64_t>(count); }

 private:
  std::optional<std::int64_t> events_per_second_;
  bool keeps_ = false;
  std::int64_t put_ = 0;
  struct Origin {
    TimePoint put_at;
    TimePoint accepted_at;
  };
  std::optional<Origin> origin_;
};

}  // namespace rialto::archive
