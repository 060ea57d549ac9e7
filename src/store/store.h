// Store: where bytes live, hidden from everybody above.
//
// Tables of ordered keys with atomic, durable batches. A batch is durable before its `done` is
// called with success; batches become visible and durable in the order in which they were
// submitted. Reads see every batch whose `done` has been called.
//
// Safe to call from any thread. `done` runs on a thread of the store: it must be quick and must
// not wait for the store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/task.h"
#include "store/batch.h"

namespace rialto::store {

// Half-open: from <= key < to. An empty `to` means to the end of the table.
struct Range {
  std::string from;
  std::string to;
};

// Every key that starts with `prefix`.
Range prefix_range(std::string_view prefix);

// Answers false to stop. The views are valid during the call.
using Visitor = std::function<bool(std::string_view key, std::string_view value)>;

using Done = std::function<void(const Result<>&)>;

class Store {
 public:
  virtual ~Store() = default;

  // The value, or nothing. Errors: Unavailable, Corruption.
  virtual Result<std::optional<std::string>> get(Table table, std::string_view key) const = 0;

  // Visits the keys of `range` in order.
  virtual Result<> scan(Table table, const Range& range, const Visitor& visitor) const = 0;

  // Hands `batch` over to be made durable together with whatever else is waiting. On an error
  // nothing of the batch is stored; only when the process ends before a disk that failed works
  // again may the next one find it. Errors: Unavailable (disk full, I/O error), Cancelled.
  virtual void submit(Batch batch, Done done) = 0;

  // Copies all that is durable into `directory`, which is made, as a data directory that a store
  // can be opened on. The store goes on meanwhile; what is submitted before the call is in it.
  // Errors: AlreadyExists; Unavailable; Unsupported where there is no directory to copy.
  virtual void backup(std::string directory, Done done) = 0;

  // As `backup`, resuming the caller on its own executor.
  Task<Result<>> make_backup(std::string directory);

  // As `submit`, resuming the caller on its own executor.
  Task<Result<>> commit(Batch batch);
};

}  // namespace rialto::store
