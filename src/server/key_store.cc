#include "server/key_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "access/key_file.h"
#include "server/secrets_key.h"

namespace rialto::server {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{64} << 20;

std::string path_of(const Options& options) {
  if (!options.access_keys_file.empty()) return options.access_keys_file;
  return (std::filesystem::path(options.data_dir) / "access-keys.json").string();
}

}  // namespace

KeyStore::KeyStore(const Options& options, crypto::SecretKey secrets)
    : file_{path_of(options), "the file of access keys"}, secrets_(secrets) {}

bool KeyStore::exists(const Options& options) {
  std::error_code unknown;
  return std::filesystem::exists(path_of(options), unknown);
}

std::optional<std::string> KeyStore::version() const {
  struct stat facts{};
  if (::stat(file_.path.c_str(), &facts) != 0) return std::nullopt;
  return std::to_string(facts.st_ino) + "/" + std::to_string(facts.st_size) + "/" +
         std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec);
}

Result<std::vector<access::AccessKey>> KeyStore::load() const {
  if (!version()) return std::vector<access::AccessKey>();
  RIALTO_TRY(const std::string text, read_private(file_, kFileBytesMax));
  auto keys = access::read_keys(text, secrets_);
  if (keys.ok()) return keys;
  return fail(keys.error().code,
              "The file of access keys " + file_.path + ": " + keys.error().message);
}

Result<> KeyStore::change(
    const std::function<Result<>(std::vector<access::AccessKey>&)>& change) const {
  RIALTO_TRY(const FileTurn turn, FileTurn::take(file_));
  RIALTO_TRY(auto keys, load());
  RIALTO_TRY_VOID(change(keys));
  return write_private(file_, access::write_keys(keys, secrets_));
}

Result<access::AccessKey*> find_key(std::vector<access::AccessKey>& keys, const std::string& id) {
  const auto found = std::ranges::find(keys, id, &access::AccessKey::id);
  if (found != keys.end()) return &*found;
  return fail(Code::NotFound, "There is no access key " + id + ". `rialto keys list` shows all.");
}

Result<KeyStore> open_key_store(const Flags& flags, const std::string& config_file) {
  std::optional<std::string> config;
  if (!config_file.empty()) config = config_file;
  RIALTO_TRY(const Options options, load_options(flags, config));
  std::error_code problem;
  std::filesystem::create_directories(options.data_dir, problem);
  if (problem) {
    return fail(Code::Unavailable, "Cannot make the data directory " + options.data_dir + ": " +
                                       problem.message() + ".");
  }
  // Made only where nothing can have been written with another one.
  const bool is_new = std::filesystem::is_empty(options.data_dir, problem) && !problem;
  RIALTO_TRY(const auto secrets,
             load_secrets_key({options.secrets_key_file, options.data_dir, is_new}));
  return KeyStore(options, secrets);
}

}  // namespace rialto::server
