// The disk as the journal sees it: files that are written in place and then made durable. A face,
// so that a test can put a disk in its place that is full, or forgets what was not synced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rialto::store {

// One thread at a time.
class File {
 public:
  virtual ~File() = default;

  // All of `bytes` at `offset`. Errors: Unavailable.
  virtual Result<> write(std::uint64_t offset, std::string_view bytes) = 0;
  // What is there of `size` bytes from `offset` on: fewer at the end of the file, and before a part
  // that cannot be read when something could. Errors: Unavailable.
  virtual Result<std::string> read(std::uint64_t offset, std::size_t size) = 0;
  // Returns when everything that was written is durable. Errors: Unavailable.
  virtual Result<> sync() = 0;
  // Takes `size` bytes of the disk for the file, which read as zeros. Errors: Unavailable.
  virtual Result<> reserve(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> size() const = 0;
};

// One folder. Any thread.
class Disk {
 public:
  virtual ~Disk() = default;

  // Errors of all: Unavailable, with the path and what the system says.
  virtual Result<std::vector<std::string>> list() = 0;
  virtual Result<std::unique_ptr<File>> open(const std::string& name) = 0;  // made if need be
  virtual Result<> remove(const std::string& name) = 0;
  virtual Result<> rename(const std::string& from, const std::string& to) = 0;
  // Makes files that were made, removed or renamed durably so.
  virtual Result<> sync_names() = 0;
};

enum class Caching {
  Kernel,  // a write that is not synced costs no write to the disk
  None,    // whole blocks go to the disk at once, where the file system can; a sync has less to do
};

// `directory` is created when it is not there.
Result<std::unique_ptr<Disk>> open_disk(const std::string& directory, Caching caching);

}  // namespace rialto::store
