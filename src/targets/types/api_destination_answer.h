// What the answer of an API destination means for the event (docs/spec/05 §4.2). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "targets/target_type.h"

namespace rialto::targets {

// Whether the endpoint did not like the proof it was given.
constexpr bool is_unauthorized(int status) { return status == 401 || status == 407; }

// No message has a word of the answer in it: an endpoint may repeat what it was sent, secrets too.
Outcome read_answer(const http::Response& response, TimePoint now);

// What a Retry-After says: seconds, or a date as HTTP writes it. Nothing when it says neither.
struct RetryAfter {
  std::optional<Millis> wait;
  bool is_never = false;  // a negative number
};
RetryAfter read_retry_after(std::string_view text, TimePoint now);

}  // namespace rialto::targets
