#include "server/private_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace rialto::server {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

Error failed(std::string_view verb, const PrivateFile& file) {
  return fail(Code::Unavailable, "Cannot " + std::string(verb) + " " + file.what + " " + file.path +
                                     ": " + std::strerror(errno) + ".");
}

std::string directory_of(const PrivateFile& file) {
  const std::string parent = std::filesystem::path(file.path).parent_path().string();
  return parent.empty() ? "." : parent;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(descriptor, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

Result<std::string> read_private(const PrivateFile& file, std::size_t bytes_max) {
  const Descriptor from(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from.is_open()) return failed("read", file);
  struct stat facts{};
  if (::fstat(from.number(), &facts) != 0) return failed("read", file);
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Code::InvalidArgument, "Others than its owner may use " + file.what + " " +
                                           file.path + ". Say `chmod 600 " + file.path + "`.");
  }
  std::string text(bytes_max, '\0');
  std::size_t used = 0;
  while (used < text.size()) {
    const ssize_t size = ::read(from.number(), text.data() + used, text.size() - used);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed("read", file);
    if (size == 0) break;
    used += static_cast<std::size_t>(size);
  }
  text.resize(used);
  return text;
}

Result<> write_private(const PrivateFile& file, std::string_view text) {
  const std::string temporary = file.path + ".tmp";
  ::unlink(temporary.c_str());
  const Descriptor to(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!to.is_open() || !write_all(to.number(), text) || ::fsync(to.number()) != 0 ||
      ::rename(temporary.c_str(), file.path.c_str()) != 0) {
    return failed("write", file);
  }
  const Descriptor folder(::open(directory_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.number()) != 0) return failed("write", file);
  return {};
}

Result<FileTurn> FileTurn::take(const PrivateFile& file) {
  const int directory = ::open(directory_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("write", file);
  FileTurn turn(directory);
  while (::flock(directory, LOCK_EX) != 0) {
    if (errno != EINTR) return failed("write", file);
  }
  return turn;
}

FileTurn::~FileTurn() {
  if (directory_ >= 0) ::close(directory_);
}

}  // namespace rialto::server
