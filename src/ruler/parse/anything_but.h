// The argument of `anything-but`.
#pragma once

#include "base/result.h"
#include "ruler/matcher.h"
#include "ruler/parse/jackson.h"

namespace rialto::ruler {

// From behind the operator's name to the end of its matcher.
Result<AnythingBut> read_anything_but(Reader& reader);

}  // namespace rialto::ruler
