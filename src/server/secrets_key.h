// The key that secrets of connections are sealed with: a file of the operator's, or one that the
// first start makes in the data directory. Private to server.
#pragma once

#include <string>

#include "base/crypto/seal.h"
#include "base/result.h"

namespace rialto::server {

struct SecretsKeyPlace {
  std::string file;      // the operator's; empty for none
  std::string data_dir;  // has `secrets.key` otherwise
  // Whether a key that is missing in the data directory may be made: not when something is sealed.
  bool may_make = false;
};

// Errors: NotFound, and InvalidArgument for a file that is no key or that others may read, with a
// sentence that says what to do; Unavailable for one that cannot be read or written.
Result<crypto::SecretKey> load_secrets_key(const SecretsKeyPlace& place);

}  // namespace rialto::server
