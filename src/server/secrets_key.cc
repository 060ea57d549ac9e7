#include "server/secrets_key.h"

#include <filesystem>

#include "base/log.h"
#include "server/private_file.h"

namespace rialto::server {
namespace {

constexpr const char* kWhat = "the key of secrets";

// More than any form of a key has, so that a file that is something else is found out.
constexpr std::size_t kFileBytesMax = 128;

Result<crypto::SecretKey> read_key(const std::string& path) {
  RIALTO_TRY(const std::string text, read_private({path, kWhat}, kFileBytesMax));
  if (const auto key = crypto::read_secret_key(text)) return *key;
  return fail(Code::InvalidArgument, path +
                                         " is no key of secrets. It takes 32 bytes, or 64 "
                                         "hexadecimal digits: `openssl rand -hex 32` makes "
                                         "some.");
}

Result<crypto::SecretKey> make_key(const std::string& path) {
  const crypto::SecretKey key = crypto::make_secret_key();
  const auto* bytes = reinterpret_cast<const char*>(key.bytes.data());
  RIALTO_TRY_VOID(write_private({path, kWhat}, {bytes, key.bytes.size()}));
  log::info("server.secrets_key_made", {{"file", path}});
  return key;
}

}  // namespace

Result<crypto::SecretKey> load_secrets_key(const SecretsKeyPlace& place) {
  if (!place.file.empty()) return read_key(place.file);
  const std::string path = (std::filesystem::path(place.data_dir) / "secrets.key").string();
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown)) return read_key(path);
  if (place.may_make) return make_key(path);
  return fail(Code::NotFound,
              "There are secrets, and the key that they were written with is gone: bring back the "
              "file " +
                  path + " as it was, or name it with --secrets-key-file.");
}

}  // namespace rialto::server
