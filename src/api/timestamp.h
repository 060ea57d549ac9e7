// Timestamps as AWS's JSON protocols carry them (docs/spec/09 §4). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace rialto::api {

// Lenient: epoch seconds as a number (`1736942400`, `1736942400.123`, `1.7369424E9`), or ISO 8601
// (`2025-01-15`, `2025-01-15T12:00:00.5+02:00`). What is finer than a millisecond is cut off.
// Nothing for other texts, and for times outside the years 0001 to 9999.
std::optional<TimePoint> parse_timestamp(std::string_view text);

// Epoch seconds as a JSON number: whole, or with three decimals; never with an exponent.
std::string to_epoch_seconds(TimePoint time);

}  // namespace rialto::api
