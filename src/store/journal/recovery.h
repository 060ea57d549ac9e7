// What a start finds of the journal: the records of segments that are still needed, and what of
// them is not there any more, which is logged and counted, never passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/disk/disk.h"
#include "store/journal/note.h"
#include "store/journal/segment.h"

namespace rialto::store {

// What one segment held that the tables do not have yet.
struct RecoveredSegment {
  std::uint64_t number = 0;
  std::vector<std::string> records;
};

struct Recovery {
  std::vector<RecoveredSegment> recovered;  // oldest first
  std::vector<SegmentFile> needed;          // their files
  std::vector<SegmentFile> unused;          // files that hold nothing that is needed
  std::size_t damaged = 0;                  // places that could not be read any more; logged
  std::uint64_t last_number = 0;            // of all segments that there are or must be
  std::uint64_t last_name = 0;              // of all files, the damaged ones among them
};

// Segments up to number `absorbed` are not needed any more; `noted` are those that were when the
// last of them was begun. Errors: Unavailable; Unsupported when a newer build wrote the journal.
Result<Recovery> recover_segments(Disk& disk, std::uint64_t absorbed,
                                  const std::vector<NotedSegment>& noted);

}  // namespace rialto::store
