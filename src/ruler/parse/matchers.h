// Reads one matcher of a pattern: a scalar, or an object with one operator.
#pragma once

#include <string_view>

#include "base/result.h"
#include "ruler/matcher.h"
#include "ruler/parse/jackson.h"

namespace rialto::ruler {

// `first` is the reader's current token, an element of a list of matchers; on return the reader
// stands at the element's end. Errors: InvalidArgument with the reason alone.
Result<Matcher> read_matcher(Reader& reader, Token first, std::string_view text);

}  // namespace rialto::ruler
