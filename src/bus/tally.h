// The tally of an archive: how many events it holds, how large they are, and from when; right at
// once, and right after a crash without counting.
//
// What a batch archives is counted in the same batch. Batches overtake each other and may fail, so
// each that is on its way has a cell of its own to write: the new sum of that cell. The cells of an
// archive, one for each batch that was ever on its way beside others, add up to the archive. There
// is a set of cells for each hour of archiving: a whole hour expires at once, uncounted.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/batch.h"
#include "store/keys.h"
#include "store/store.h"

namespace rialto::bus {

// Hours since 1970.
using Hour = std::uint32_t;
Hour hour_of(TimePoint time);
TimePoint start_of(Hour hour);

struct Totals {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  // The earliest and the latest time of the events.
  std::int64_t first_ms = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_ms = std::numeric_limits<std::int64_t>::min();

  void add(const Totals& other);
  bool operator==(const Totals&) const = default;
};

// TallyV1, a value of Table::Meta: docs/internals/storage.md. Error of decoding: Corruption.
std::string encode(const Totals& totals);
Result<Totals> decode_totals(std::string_view bytes);

// Safe to call from any thread.
class Tally {
 public:
  explicit Tally(store::ArchiveId archive) : archive_(archive) {}

  store::ArchiveId archive() const { return archive_; }

  // At start: one cell that was stored.
  void restore(Hour hour, std::uint32_t cell, const Totals& totals);
  void finish_restore();

  // A batch on its way: to be given back by `leave`.
  struct Ticket {
    Hour hour = 0;
    std::uint32_t cell = 0;
    Totals after;  // of the cell, once the batch is durable
    Totals added;
  };
  // Counts what `batch` archives in `hour`; in force when the batch is durable.
  Ticket enter(store::Batch& batch, Hour hour, const Totals& added);
  void leave(const Ticket& ticket, bool is_durable);

  // Of all hours, or by hour; what is durable.
  Totals totals() const;
  std::map<Hour, Totals> by_hour() const;

  // Adds to `batch` the erasure of the events and cells of every hour before `end` in which no
  // batch is on its way; answers the hours, for `forget` once the batch is durable.
  std::vector<Hour> expire(store::Batch& batch, Hour end) const;
  void forget(const std::vector<Hour>& hours);

  // Makes one cell of the cells of each hour before `end`, so that a start reads few.
  struct Folded {
    Hour hour = 0;
    std::size_t cells = 0;
    Totals sum;
  };
  struct Folding {
    std::vector<Folded> hours;
    store::Batch batch;
  };
  Folding begin_fold(Hour end);
  void finish_fold(const std::vector<Folded>& hours, bool is_durable);

 private:
  struct Cells {
    std::vector<Totals> cells;
    std::vector<std::uint32_t> free;
    Totals sum;
    bool is_idle() const { return free.size() == cells.size(); }
  };

  const store::ArchiveId archive_;
  mutable std::mutex mutex_;     // a leaf
  std::map<Hour, Cells> hours_;  // guarded by mutex_
};

// The tallies of all archives, by id. Safe to call from any thread.
class Tallies {
 public:
  // Reads what is stored. Once, before anything else.
  Result<> load(const store::Store& store);

  // Made on first use.
  std::shared_ptr<Tally> of(store::ArchiveId archive);
  void forget(store::ArchiveId archive);
  void clear();
  std::vector<store::ArchiveId> ids() const;

 private:
  mutable std::mutex mutex_;                                    // a leaf
  std::map<store::ArchiveId, std::shared_ptr<Tally>> tallies_;  // guarded by mutex_
};

}  // namespace rialto::bus
