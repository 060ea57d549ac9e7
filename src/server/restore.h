// Brings a backup back: `rialto restore`.
#pragma once

#include <string>

#include "base/result.h"

namespace rialto::server {

// Copies the backup in `from` into the data directory `to`, which must be empty or not there, and
// opens it once, so that what comes back is known to be readable. No server is needed. Errors:
// NotFound when there is no backup; AlreadyExists; Conflict; Unsupported; Corruption; Unavailable.
Result<> restore(const std::string& from, const std::string& to);

}  // namespace rialto::server
