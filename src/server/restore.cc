#include "server/restore.h"

#include <filesystem>

#include "store/durable_store.h"

namespace rialto::server {
namespace {

namespace fs = std::filesystem;

Error failed(const std::string& what, const std::error_code& problem) {
  return fail(Code::Unavailable, what + ": " + problem.message() + ".");
}

// The files of one folder, none of which is a folder.
Result<> copy_files(const fs::path& from, const fs::path& to) {
  std::error_code problem;
  fs::create_directories(to, problem);
  if (problem) return failed("Cannot create " + to.string(), problem);
  for (fs::directory_iterator at(from, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code not_copied;
    fs::copy_file(at->path(), to / at->path().filename(), not_copied);
    if (not_copied) return failed("Cannot copy " + at->path().string(), not_copied);
  }
  if (problem) return failed("Cannot read " + from.string(), problem);
  return {};
}

}  // namespace

Result<> restore(const std::string& from, const std::string& to) {
  std::error_code problem;
  if (!fs::exists(fs::path(from) / "store" / "CURRENT", problem)) {
    return fail(Code::NotFound,
                "There is no backup in " + from + ". Name the directory given to `rialto backup`.");
  }
  if (fs::exists(to, problem) && !fs::is_empty(to, problem)) {
    return fail(Code::AlreadyExists, "The data directory " + to +
                                         " is not empty. Move it away, or name another one with "
                                         "--data-dir.");
  }
  RIALTO_TRY_VOID(copy_files(fs::path(from) / "store", fs::path(to) / "store"));
  RIALTO_TRY(const auto store, store::open_durable({.directory = to}));
  return {};
}

}  // namespace rialto::server
