#include "store/disk/data_directory.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace rialto::store {
namespace {

namespace fs = std::filesystem;

Result<> check_one(const fs::path& path, bool is_directory) {
  const int wanted = R_OK | W_OK | (is_directory ? X_OK : 0);
  if (::access(path.c_str(), wanted) != 0) return no_access(path);
  return {};
}

Result<> check_access(const fs::path& directory) {
  RIALTO_TRY_VOID(check_one(directory, true));
  std::error_code problem;
  for (fs::recursive_directory_iterator at(directory, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code unknown;
    RIALTO_TRY_VOID(check_one(at->path(), at->is_directory(unknown)));
  }
  if (!problem) return {};
  return fail(Code::Unavailable,
              "Cannot list " + directory.string() + ": " + problem.message() + ".");
}

// The journal is made last, so it is never there alone; RocksDB would begin anew beside it, and
// what only RocksDB had would be gone without a word.
Result<> check_parts(const fs::path& directory) {
  std::error_code unknown;
  const fs::path current = directory / "store" / "CURRENT";
  if (!fs::exists(directory / "journal", unknown) || fs::exists(current, unknown)) return {};
  return fail(Code::Corruption, "The file " + current.string() +
                                    " is missing. Bring back a backup with `rialto restore`, or "
                                    "name another --data-dir.");
}

}  // namespace

Error no_access(const std::string& path) {
  const int problem = errno;
  const std::string to_do = problem == EROFS ? "Mount its file system for writing"
                                             : "Let the user who runs Rialto own the data "
                                               "directory and all that is in it";
  return fail(Code::Unavailable, "Cannot read and write " + path + ": " + std::strerror(problem) +
                                     ". " + to_do + ", or name another --data-dir.");
}

Result<> check_data_directory(const std::string& directory) {
  RIALTO_TRY_VOID(check_access(directory));
  return check_parts(directory);
}

}  // namespace rialto::store
