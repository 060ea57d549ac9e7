// The embedded store: RocksDB with one column family per table.
//
// One committer thread folds all waiting batches into one write and one fdatasync (group commit).
// RocksDB checks the checksum of every log record and block it reads.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace rialto::store {

enum class Durability {
  Fsync,  // an accepted batch survives power loss
  Os,     // it survives a crash of the process, not of the machine
};

struct RocksdbOptions {
  std::string directory;
  Durability durability = Durability::Fsync;
};

// The version of keys and values in a data directory; see docs/internals/storage.md.
inline constexpr int kFormatVersion = 1;

// Opens, or creates, the data directory. Errors: Conflict when another server has it open;
// Unsupported when it was written in a format this build does not know; Unavailable or Corruption
// when it cannot be read.
Result<std::unique_ptr<Store>> open_rocksdb(RocksdbOptions options);

}  // namespace rialto::store
