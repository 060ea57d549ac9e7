// Where access keys are kept: a file that `rialto keys` changes and a running server reads again
// when it has changed. Private to server.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/key.h"
#include "base/crypto/seal.h"
#include "base/result.h"
#include "server/options.h"
#include "server/private_file.h"

namespace rialto::server {

class KeyStore {
 public:
  KeyStore(const Options& options, crypto::SecretKey secrets);

  // Whether there is a file.
  static bool exists(const Options& options);

  const std::string& path() const { return file_.path; }

  // Tells one content of the file from another without reading it; nothing: it is not there.
  std::optional<std::string> version() const;

  // None when there is no file. Errors: see read_private and access::read_keys.
  Result<std::vector<access::AccessKey>> load() const;

  // Keeps what `change` makes of the keys, unless it fails. One process at a time.
  Result<> change(const std::function<Result<>(std::vector<access::AccessKey>&)>& change) const;

 private:
  PrivateFile file_;
  crypto::SecretKey secrets_;
};

// The key of the id. Error: NotFound, with how to see which there are.
Result<access::AccessKey*> find_key(std::vector<access::AccessKey>& keys, const std::string& id);

// That of the server with these options, for commands. A data directory that is not there yet gets
// a key of secrets. Errors: those of load_options and load_secrets_key.
Result<KeyStore> open_key_store(const Flags& flags, const std::string& config_file);

}  // namespace rialto::server
