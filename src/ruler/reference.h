// The plainest correct matcher: one pattern against one event (docs/spec/01 §3). What any faster
// matcher does is right when it agrees with this one.
#pragma once

#include "json/value.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

// Whether the event, a JSON object, matches. Anything but an object matches nothing.
//
// Time: fields of the pattern x members and elements of the event on the fields' paths, times the
// matchers of a field; a field is looked up once however many alternatives `$or` makes. Top-level
// fields come first and the first field that cannot match ends an alternative. For where several
// fields lie in one array see match/consistency.h. Nothing of the event is copied.
bool matches(const Pattern& pattern, const json::Value& event);

}  // namespace rialto::ruler
