// Files that commands are given. Private to server.
#pragma once

#include <string>

#include "base/result.h"

namespace rialto::server {

// All of a file's text; of standard input for `-`. Error: NotFound.
Result<std::string> read_input_file(const std::string& path);

}  // namespace rialto::server
