// A clause's conditions and an event's leaves as JSON, for people.
#pragma once

#include <string>

#include "ruler/index/clause.h"

namespace rialto::ruler {

// The list of matchers, as a pattern has it: `["a",{"prefix":"b"}]`. What a clause does not keep is
// shown in another way that means the same: the case of text that ignores case, the order of
// strings.
std::string to_text(const Condition& condition);

std::string to_text(const Leaf& leaf);

}  // namespace rialto::ruler
