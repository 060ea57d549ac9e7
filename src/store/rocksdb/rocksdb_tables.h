// The tables in RocksDB, a column family each. Its own log and memory tables are not used: layers
// come as sorted files that it takes over whole.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/overlay/tables.h"

namespace rialto::store {

// `directory`/store. At most `cache_bytes` of what was read stay in memory. Errors: Unsupported
// when the format is not ours; Unavailable; Corruption.
Result<std::unique_ptr<Tables>> open_rocksdb(const std::string& directory, std::size_t cache_bytes);

}  // namespace rialto::store
