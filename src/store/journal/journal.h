// The journal: batches in the order in which they were accepted, each durable before it is answered
// for. It is written front to back and read only after a crash; what it holds is soon absorbed by
// the tables, and its segments are used again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/disk/disk.h"
#include "store/journal/format.h"
#include "store/journal/note.h"
#include "store/journal/recovery.h"
#include "store/journal/segment.h"
#include "store/metrics.h"

namespace rialto::store {

struct JournalOptions {
  std::size_t segment_bytes = 64U << 20;
  // What a segment that is needed at once, such as the first, is filled of before it is used: as
  // long as a start can wait.
  std::size_t filled_bytes_min = 4U << 20;
  bool is_synced = true;       // false: what the process wrote survives it, but not the machine
  Metrics* metrics = nullptr;  // maybe none
};

struct JournalFiles {
  std::unique_ptr<Disk> disk;  // the folder of the segments
  std::unique_ptr<NoteFile> note;
};

class Journal {
 public:
  struct Opened {
    std::unique_ptr<Journal> journal;
    std::vector<RecoveredSegment> recovered;  // oldest first
    std::size_t damaged = 0;                  // places that could not be read any more; logged
    std::uint64_t last_number = 0;            // the next segment's is above
  };
  // Segments up to number `absorbed` are not needed any more. Errors: Unavailable; Unsupported when
  // a newer build wrote the journal.
  static Result<Opened> open(JournalFiles files, Ids& ids, std::uint64_t absorbed,
                             JournalOptions options);

  // The committer's alone, from here on:

  // Makes the segment `number`, with room for a group of `group_bytes`, the one that is written.
  // Numbers must rise. Errors: Unavailable.
  Result<> begin_segment(std::uint64_t number, std::size_t group_bytes);
  // Whether that should go into the segment that is written: there is room for it, and no spare
  // where writing it costs less.
  bool fits(std::size_t group_bytes) const;
  // One group, durable on return. Requires that it fits. Error: Unavailable; then nothing of it was
  // stored, and the next append sees to it that nothing will be found.
  Result<> append(std::span<const std::string_view> records);

  // Any thread, from here on:

  // A segment will be needed soon, and none is ready.
  bool wants_spare() const { return wants_spare_; }
  // Makes one: slow, since it writes zeros.
  Result<> make_spare();
  // What segment `number` holds is not needed any more.
  void release(std::uint64_t number);

 private:
  Journal(JournalFiles files, Ids& ids, JournalOptions options)
      : disk_(std::move(files.disk)), note_(std::move(files.note)), ids_(ids), options_(options) {}
  Result<> adopt(Recovery recovery);
  std::uint64_t next_name();
  Result<SegmentFile> make_segment(std::size_t size);
  static Result<> fill(SegmentFile& segment, std::uint64_t size);
  template <class Suits>
  std::optional<SegmentFile> take_spare(const Suits& suits);
  Result<SegmentFile> take_segment(std::size_t size);
  void look_ahead();
  bool has_filled_spare() const;
  Result<> forget_failed();
  Result<> begin_file(SegmentFile& segment, const SegmentHead& head);
  Result<> take_note(const SegmentFile* begun);
  Result<> write(std::string_view group);
  Result<> sync();

  const std::unique_ptr<Disk> disk_;
  const std::unique_ptr<NoteFile> note_;  // the committer's
  Ids& ids_;
  const JournalOptions options_;

  File* file_ = nullptr;  // of the segment that is written
  std::uint64_t salt_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t filled_ = 0;
  std::uint64_t room_ = 0;
  bool has_failed_ = false;
  bool has_looked_ahead_ = false;  // for a spare
  BlockString group_;

  std::atomic<bool> wants_spare_ = false;
  mutable std::mutex mutex_;         // a leaf
  std::vector<SegmentFile> used_;    // guarded by mutex_; the one that is written is the last
  std::vector<SegmentFile> spares_;  // guarded by mutex_
  std::uint64_t last_name_ = 0;      // guarded by mutex_
  std::uint64_t last_released_ = 0;  // guarded by mutex_
};

}  // namespace rialto::store
