#include "store/disk/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "store/disk/block_string.h"

namespace rialto::store {
namespace {

Error failed(std::string_view what, const std::string& path) {
  return fail(Code::Unavailable,
              "Cannot " + std::string(what) + " " + path + ": " + std::strerror(errno) + ".");
}

// Somebody will have to look at the disk.
Error not_read(const std::string& path) {
  const bool is_disk = errno == EIO;
  Error error = failed("read", path);
  if (is_disk) {
    error.message +=
        " Look into the kernel's log (dmesg) for what the disk has. If it cannot be "
        "mended, bring back a backup on another one with `rialto restore`.";
  }
  return error;
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path, Caching caching)
      : descriptor_(descriptor), path_(std::move(path)) {
    // Not every file system can; there all goes the other way.
    if (caching == Caching::None)
      uncached_ = ::open(path_.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC);
  }
  ~PosixFile() override {
    ::close(descriptor_);
    if (uncached_ >= 0) ::close(uncached_);
  }

  Result<> write(std::uint64_t offset, std::string_view bytes) override {
    int descriptor = has_whole_blocks(offset, bytes) && uncached_ >= 0 ? uncached_ : descriptor_;
    while (!bytes.empty()) {
      const ssize_t wrote =
          ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (wrote < 0 && errno == EINTR) continue;
      // Some file systems say so late, and a short write may have ended within a block.
      if (wrote < 0 && errno == EINVAL && descriptor == uncached_) {
        descriptor = descriptor_;
        continue;
      }
      if (wrote < 0) return failed("write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
      offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
  }

  Result<std::string> read(std::uint64_t offset, std::size_t size) override {
    std::string out(size, '\0');
    std::size_t have = 0;
    while (have < size) {
      const ssize_t got =
          ::pread(descriptor_, out.data() + have, size - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && have == 0) return not_read(path_);
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    out.resize(have);
    return out;
  }

  Result<> sync() override {
    if (::fdatasync(descriptor_) != 0) return failed("sync", path_);
    return {};
  }

  Result<> reserve(std::uint64_t size) override {
    const auto length = static_cast<off_t>(size);
    if (::fallocate(descriptor_, 0, 0, length) == 0) return {};
    // Not every file system can; there the blocks are taken as they are written.
    if (errno == EOPNOTSUPP && ::ftruncate(descriptor_, length) == 0) return {};
    return failed("make room for", path_);
  }

  Result<std::uint64_t> size() const override {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return failed("look at", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  static bool has_whole_blocks(std::uint64_t offset, std::string_view bytes) {
    return (offset | bytes.size() | reinterpret_cast<std::uintptr_t>(bytes.data())) % kBlockBytes ==
           0;
  }

  const int descriptor_;
  int uncached_ = -1;  // -1: none
  const std::string path_;
};

class PosixDisk final : public Disk {
 public:
  PosixDisk(std::string directory, Caching caching)
      : directory_(std::move(directory)), caching_(caching) {}

  Result<std::vector<std::string>> list() override {
    std::vector<std::string> out;
    std::error_code problem;
    for (std::filesystem::directory_iterator at(directory_, problem), end; !problem && at != end;
         at.increment(problem)) {
      out.push_back(at->path().filename().string());
    }
    if (problem) {
      return fail(Code::Unavailable, "Cannot list " + directory_ + ": " + problem.message() + ".");
    }
    return out;
  }

  Result<std::unique_ptr<File>> open(const std::string& name) override {
    const std::string path = directory_ + "/" + name;
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return failed("open", path);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(descriptor, path, caching_));
  }

  Result<> remove(const std::string& name) override {
    const std::string path = directory_ + "/" + name;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("remove", path);
    return {};
  }

  Result<> rename(const std::string& from, const std::string& to) override {
    const std::string path = directory_ + "/" + from;
    if (::rename(path.c_str(), (directory_ + "/" + to).c_str()) != 0) return failed("rename", path);
    return {};
  }

  Result<> sync_names() override {
    const int descriptor = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed("open", directory_);
    const bool is_done = ::fsync(descriptor) == 0;
    const Error problem = is_done ? Error{} : failed("sync", directory_);
    ::close(descriptor);
    if (!is_done) return problem;
    return {};
  }

 private:
  const std::string directory_;
  const Caching caching_;
};

}  // namespace

Result<std::unique_ptr<Disk>> open_disk(const std::string& directory, Caching caching) {
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  if (problem) {
    return fail(Code::Unavailable, "Cannot create " + directory + ": " + problem.message() + ".");
  }
  return std::unique_ptr<Disk>(std::make_unique<PosixDisk>(directory, caching));
}

}  // namespace rialto::store
