// What a rule is called within a set.
#pragma once

#include <cstdint>

namespace rialto::ruler {

using RuleId = std::uint64_t;

}  // namespace rialto::ruler
