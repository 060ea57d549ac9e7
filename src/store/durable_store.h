// The embedded store: a journal of our own in front of RocksDB.
//
// A batch is durable once it is in the journal: one committer thread folds all waiting batches into
// one write and one fdatasync. It is then in a layer in memory, over the tables; when a segment of
// the journal is full, its layer is absorbed by RocksDB in one go, without what was erased
// meanwhile, and the segment is used again. Start reads what was not absorbed, at most some
// segments. docs/internals/journal.md has the bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "store/metrics.h"
#include "store/store.h"

namespace rialto::store {

enum class Durability {
  Fsync,  // an accepted batch survives power loss
  Os,     // it survives a crash of the process, not of the machine
  None,   // it survives an orderly stop only
};

// What the store may take. Layers are what RocksDB has not absorbed yet; archives come to any
// number of files, of which few are open at a time.
struct Limits {
  std::size_t layer_bytes = std::size_t{512} << 20;
  std::size_t cache_bytes = std::size_t{64} << 20;
  int open_files = 256;
};

struct DurableOptions {
  std::string directory;
  Durability durability = Durability::Fsync;
  std::shared_ptr<Metrics> metrics = std::make_shared<Metrics>();
  Limits limits{};
};

// The version of keys and values in a data directory; see docs/internals/storage.md.
inline constexpr int kFormatVersion = 3;

// Opens, or creates, the data directory. Errors: Conflict when another server has it open;
// Unsupported when it was written in a format this build does not know; Unavailable or Corruption
// when it cannot be read.
Result<std::unique_ptr<Store>> open_durable(DurableOptions options);

}  // namespace rialto::store
