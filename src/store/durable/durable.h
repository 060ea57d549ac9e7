// The durable store put together from its parts; tests put others in their place.
#pragma once

#include <cstddef>
#include <memory>

#include "base/ids.h"
#include "store/disk/directory_lock.h"
#include "store/disk/disk.h"
#include "store/journal/journal.h"
#include "store/metrics.h"
#include "store/overlay/tables.h"
#include "store/store.h"

namespace rialto::store {

struct DurableParts {
  std::unique_ptr<DirectoryLock> lock;  // maybe none
  std::unique_ptr<Tables> tables;
  JournalFiles journal;
  std::unique_ptr<Ids> ids;
  std::shared_ptr<Metrics> metrics = std::make_shared<Metrics>();
};

struct DurableTuning {
  // Without, nothing is durable before it is absorbed; what an earlier process left in the journal
  // is absorbed first.
  bool has_journal = true;
  JournalOptions journal;
  // Layers that wait to be absorbed; more make the committer wait. With the one that is written,
  // and what is in them, the memory that the store takes: about twice their bytes.
  std::size_t frozen_max = 3;
  // A layer is full with its segment, and with so many bytes of changes before.
  std::size_t layer_bytes_max = JournalOptions{}.segment_bytes;
};

Result<std::unique_ptr<Store>> make_durable(DurableParts parts, DurableTuning tuning);

}  // namespace rialto::store
