// When an event was sent, written into it: microseconds of the sender's watch, in the member "sent"
// of its detail. Private to cli.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "cli/bench/histogram.h"

namespace rialto::cli {

inline constexpr std::size_t kStampSize = 16;  // digits
// What stands before it in an event; and in JSON that has the event as a text.
inline constexpr std::string_view kEventStamp = R"("sent":")";
inline constexpr std::string_view kQuotedStamp = R"(\"sent\":\")";

std::int64_t to_micros(std::chrono::nanoseconds time);

// Writes the time into every entry of a call of PutEvents.
void write_stamps(std::string& body, const Stopwatch& watch);

// Records for each stamp in `text` how long ago it was written. Escaping changes no digits.
void read_stamps(std::string_view text, std::string_view before, const Stopwatch& watch,
                 Histogram& micros);

}  // namespace rialto::cli
