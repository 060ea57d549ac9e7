// The tables in RocksDB, a column family each. Its own log and memory tables are not used: layers
// come as sorted files that it takes over whole.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/durable_store.h"
#include "store/overlay/tables.h"

namespace rialto::store {

// `directory`/store, in which the journal's segments up to number `absorbed_min` must be absorbed
// (0: none need be). Errors: Unsupported when the format is not ours; Unavailable; Corruption.
Result<std::unique_ptr<Tables>> open_rocksdb(const std::string& directory, const Limits& limits,
                                             std::uint64_t absorbed_min);

}  // namespace rialto::store
