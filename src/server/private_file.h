// Files of secrets, which only their owner may read. Private to server.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rialto::server {

// A file and what it is, for sentences: "the key of secrets".
struct PrivateFile {
  std::string path;
  std::string what;
};

// Its text; cut off after `bytes_max`. Errors: InvalidArgument when others may read it, with what
// to do; Unavailable.
Result<std::string> read_private(const PrivateFile& file, std::size_t bytes_max);

// Replaces it, whole or not at all, and durably. Error: Unavailable.
Result<> write_private(const PrivateFile& file, std::string_view text);

// Holds the directory of a file against other processes that change the file, too, until it goes.
class FileTurn {
 public:
  // Waits for the others. Error: Unavailable.
  static Result<FileTurn> take(const PrivateFile& file);
  FileTurn(FileTurn&& other) noexcept : directory_(other.directory_) { other.directory_ = -1; }
  FileTurn& operator=(FileTurn&&) = delete;
  ~FileTurn();

 private:
  explicit FileTurn(int directory) : directory_(directory) {}
  int directory_;
};

}  // namespace rialto::server
