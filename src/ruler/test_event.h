// The check that TestEventPattern makes of its Event (docs/spec/01 §5).
#pragma once

#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace rialto::ruler {

// The event, read. Its fields may be of any type, and there may be more of them.
// Errors: InvalidArgument, `ValidationException`, where `text` is no JSON object with `id`,
// `account`, `source`, `time`, `region` and `detail-type`.
Result<json::Value> parse_test_event(std::string_view text);

}  // namespace rialto::ruler
