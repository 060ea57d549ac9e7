// Reading times as people and other programs write them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace rialto {

// The times that have a text of four digits for the year, in milliseconds since 1970.
inline constexpr std::int64_t kTimeMin = -62135596800000;  // 0001-01-01T00:00:00Z
inline constexpr std::int64_t kTimeMax = 253402300799999;  // 9999-12-31T23:59:59.999Z

// ISO 8601: `2025-01-15`, `2025-01-15T12:00:00Z`, `2025-01-15T12:00:00.5+02:00`. What is finer than
// a millisecond is cut off. Nothing for other texts, and for times outside the range above.
std::optional<TimePoint> parse_iso(std::string_view text);

}  // namespace rialto
