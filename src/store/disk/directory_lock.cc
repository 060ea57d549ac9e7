#include "store/disk/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "store/disk/data_directory.h"

namespace rialto::store {
namespace {

std::string read_holder(int descriptor) {
  char text[32];
  const ssize_t size = ::pread(descriptor, text, sizeof text, 0);
  if (size <= 0) return "unknown";
  const std::string holder(text, static_cast<std::size_t>(size));
  return holder.substr(0, holder.find('\n'));
}

}  // namespace

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::take(const std::string& directory) {
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  if (problem) {
    return fail(Code::Unavailable,
                "Cannot create the data directory " + directory + ": " + problem.message() +
                    ". Create it for the user who runs Rialto, or name another --data-dir.");
  }
  const std::string path = directory + "/LOCK";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return no_access(path);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = read_holder(descriptor);
    ::close(descriptor);
    return fail(Code::Conflict, "The data directory " + directory +
                                    " is in use by another Rialto server (process " + holder +
                                    "). Stop that server, or give this one another --data-dir.");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    const std::string why = std::strerror(errno);
    ::close(descriptor);
    return fail(Code::Unavailable, "Cannot write " + path + ": " + why + ".");
  }
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(descriptor));
}

DirectoryLock::~DirectoryLock() { ::close(descriptor_); }

}  // namespace rialto::store
