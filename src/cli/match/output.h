// Standard output of commands that write much. Private to cli.
#pragma once

#include <string_view>

#include "base/result.h"

namespace rialto::cli {

// Lets a write into a pipe that nobody reads fail, instead of ending the process.
void ignore_broken_pipes();

// Writes and flushes. Errors: Cancelled when nobody reads any more, about which a command says
// nothing; Unavailable.
Result<> write_output(std::string_view text);

}  // namespace rialto::cli
