// The record of the last fire of a rule's schedule (docs/internals/storage.md). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace rialto::schedule {

struct Fired {
  // The schedule's (model::Schedule): a record says nothing of a schedule with another one.
  TimePoint anchor;
  // The moment that was due, not the one at which it fired. Nothing up to it is due any more.
  TimePoint due;
  bool operator==(const Fired&) const = default;
};

// FiredV1. Error of decoding: Corruption.
std::string encode(const Fired& fired);
Result<Fired> decode_fired(std::string_view bytes);

}  // namespace rialto::schedule
