// Numbers as event patterns compare them.
#pragma once

#include <optional>
#include <string_view>

namespace rialto::ruler {

// The double a JSON number stands for in comparisons. Nothing when the text says more than a double
// keeps, that is when its decimal value is not that of the shortest text of the nearest double:
// `0.1` and `1e23` can be compared, `9007199254740993` and `1e999` cannot (docs/spec/01 §3.1,
// §3.2). Requires a JSON number; of other text that is not empty the answer means nothing.
std::optional<double> comparable(std::string_view text);

// The nearest double, which is what `comparable` answers when it answers at all; much quicker where
// that has to look closely. Beyond the range of a double: an infinity, or zero. Requires what
// `comparable` does.
double nearest(std::string_view text);

}  // namespace rialto::ruler
