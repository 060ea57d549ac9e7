#include "server/secrets_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/log.h"

namespace rialto::server {
namespace {

// More than any form of a key has, so that a file that is something else is found out.
constexpr std::size_t kFileBytesMax = 128;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Error failed(std::string_view what, const std::string& path) {
  return fail(Code::Unavailable, "Cannot " + std::string(what) + " the key of secrets " + path +
                                     ": " + std::strerror(errno) + ".");
}

Result<crypto::SecretKey> read_key(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return failed("read", path);
  struct stat facts{};
  if (::fstat(file.descriptor(), &facts) != 0) return failed("read", path);
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Code::InvalidArgument, "Others than its owner may use the key of secrets " + path +
                                           ". Say `chmod 600 " + path + "`.");
  }
  std::string text(kFileBytesMax, '\0');
  const ssize_t size = ::read(file.descriptor(), text.data(), text.size());
  if (size < 0) return failed("read", path);
  text.resize(static_cast<std::size_t>(size));
  if (const auto key = crypto::read_secret_key(text)) return *key;
  return fail(Code::InvalidArgument, path +
                                         " is no key of secrets. It takes 32 bytes, or 64 "
                                         "hexadecimal digits: `openssl rand -hex 32` makes "
                                         "some.");
}

// Whole or not at all, and durable before anything is sealed with it.
Result<crypto::SecretKey> make_key(const std::string& path, const std::string& directory) {
  const crypto::SecretKey key = crypto::make_secret_key();
  const std::string temporary = path + ".tmp";
  ::unlink(temporary.c_str());
  const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return failed("write", path);
  const ssize_t size = ::write(file.descriptor(), key.bytes.data(), key.bytes.size());
  if (size != static_cast<ssize_t>(key.bytes.size()) || ::fsync(file.descriptor()) != 0 ||
      ::rename(temporary.c_str(), path.c_str()) != 0) {
    return failed("write", path);
  }
  const File folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.descriptor()) != 0) return failed("write", path);
  log::info("server.secrets_key_made", {{"file", path}});
  return key;
}

}  // namespace

Result<crypto::SecretKey> load_secrets_key(const SecretsKeyPlace& place) {
  if (!place.file.empty()) return read_key(place.file);
  const std::string path = (std::filesystem::path(place.data_dir) / "secrets.key").string();
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown)) return read_key(path);
  if (place.may_make) return make_key(path, place.data_dir);
  return fail(Code::NotFound,
              "Connections have secrets, and the key that they were written with is gone: bring "
              "back the file " +
                  path + " as it was, or name it with --secrets-key-file.");
}

}  // namespace rialto::server
