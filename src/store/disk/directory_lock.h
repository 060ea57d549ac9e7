// One server per data directory.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace rialto::store {

// Holds an exclusive lock on `directory`/LOCK, which names the holder's process id. The lock goes
// with the process, however it ends.
class DirectoryLock {
 public:
  // Creates the directory when it is not there.
  static Result<std::unique_ptr<DirectoryLock>> take(const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace rialto::store
