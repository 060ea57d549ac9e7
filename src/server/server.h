// One server: everything made, joined and started; and ended again, in the right order. The only
// place that knows all of it.
#pragma once

#include "base/result.h"
#include "server/options.h"

namespace rialto::server {

// Runs until SIGTERM or SIGINT, then drains: requests that run are answered, what is owed stays in
// the store. Blocks. Errors: why it could not start.
Result<> serve(Options options);

}  // namespace rialto::server
