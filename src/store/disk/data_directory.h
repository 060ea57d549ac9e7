// Whether a data directory can be used at all: asked before anything in it is opened, so that the
// answer says what to do.
#pragma once

#include <string>

#include "base/result.h"

namespace rialto::store {

// Of a file or directory that this process may not read and write, as `errno` says.
Error no_access(const std::string& path);

// Error: Unavailable, naming the first file or directory that this process may not read and write;
// Corruption, when a part is missing without which what is there would be taken for a new one.
// Requires that no other process changes the directory.
Result<> check_data_directory(const std::string& directory);

}  // namespace rialto::store
