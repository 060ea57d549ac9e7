#include "store/durable_store.h"

#include "store/disk/data_directory.h"
#include "store/disk/directory_lock.h"
#include "store/durable/durable.h"
#include "store/rocksdb/rocksdb_tables.h"

namespace rialto::store {

Result<std::unique_ptr<Store>> open_durable(DurableOptions options) {
  DurableParts parts;
  RIALTO_TRY(parts.lock, DirectoryLock::take(options.directory));
  RIALTO_TRY_VOID(check_data_directory(options.directory));
  RIALTO_TRY(const auto home, open_disk(options.directory, Caching::Kernel));
  RIALTO_TRY(parts.journal.note, open_note(*home));
  const std::uint64_t absorbed = parts.journal.note->last().absorbed;
  RIALTO_TRY(parts.tables, open_rocksdb(options.directory, options.limits, absorbed));
  const auto caching = options.durability == Durability::Fsync ? Caching::None : Caching::Kernel;
  RIALTO_TRY(parts.journal.disk, open_disk(options.directory + "/journal", caching));
  parts.ids = std::make_unique<SystemIds>();
  parts.metrics = std::move(options.metrics);
  DurableTuning tuning;
  tuning.has_journal = options.durability != Durability::None;
  tuning.journal.is_synced = options.durability == Durability::Fsync;
  // With what is in them, layers take twice their bytes.
  const std::size_t layers = tuning.frozen_max + 1;
  tuning.layer_bytes_max = options.limits.layer_bytes / layers / 2;
  return make_durable(std::move(parts), tuning);
}

}  // namespace rialto::store
