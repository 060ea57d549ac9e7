// The file of access keys: JSON, a line for each key, whose secrets are sealed. Pure: others read
// and write the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/key.h"
#include "base/crypto/seal.h"
#include "base/result.h"

namespace rialto::access {

// Errors: InvalidArgument, which says what is wrong with which key; Conflict for secrets that were
// sealed with another key of secrets.
Result<std::vector<AccessKey>> read_keys(std::string_view text, const crypto::SecretKey& secrets);

std::string write_keys(const std::vector<AccessKey>& keys, const crypto::SecretKey& secrets);

}  // namespace rialto::access
