#include "store/journal/recovery.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/log.h"
#include "store/disk/block_string.h"
#include "store/journal/format.h"

namespace rialto::store {
namespace {

// Of one segment. A disk that gives less than that is not asked block by block, each of which may
// take seconds.
constexpr std::size_t kUnreadableBlocksMax = 256;

struct ReadSegment {
  std::string bytes;                    // zeros where it could not be read
  std::vector<std::size_t> unreadable;  // where that begins
};

// All of a file of `size` bytes, but for the blocks that the disk does not give.
Result<ReadSegment> read_segment(File& file, std::uint64_t size) {
  ReadSegment out;
  std::size_t blocks = 0;
  std::size_t gap_end = 0;
  while (out.bytes.size() < size) {
    const std::size_t at = out.bytes.size();
    auto piece = file.read(at, size - at);
    if (piece.ok() && !piece->empty()) {
      out.bytes += *piece;
      continue;
    }
    if (++blocks > kUnreadableBlocksMax) {
      if (!piece.ok()) return piece.error();
      break;  // It became shorter meanwhile.
    }
    if (out.unreadable.empty() || gap_end != at) out.unreadable.push_back(at);
    gap_end = std::min<std::size_t>(size, (at / kBlockBytes + 1) * kBlockBytes);
    out.bytes.resize(gap_end);
  }
  return out;
}

class Recoverer {
 public:
  Recoverer(Disk& disk, std::uint64_t absorbed, const std::vector<NotedSegment>& noted)
      : disk_(disk), absorbed_(absorbed) {
    for (const NotedSegment& each : noted) {
      if (each.number > absorbed) noted_.push_back(each);
    }
  }

  Result<Recovery> run() {
    RIALTO_TRY_VOID(find_files());
    RIALTO_TRY_VOID(tell_missing());
    out_.last_number = absorbed_;
    for (const NotedSegment& each : noted_) {
      out_.last_number = std::max(out_.last_number, each.number);
    }
    std::ranges::sort(found_, std::ranges::greater(), &SegmentFile::number);
    if (!found_.empty()) out_.last_number = std::max(out_.last_number, found_.front().number);
    for (SegmentFile& segment : found_) {
      if (segment.number <= absorbed_) {
        out_.unused.push_back(std::move(segment));
      } else {
        RIALTO_TRY_VOID(recover(std::move(segment)));
      }
    }
    std::ranges::reverse(out_.recovered);
    std::ranges::reverse(out_.needed);
    return std::move(out_);
  }

 private:
  Result<> find_files();
  Result<> tell_missing();
  Result<> recover(SegmentFile segment);
  ScannedSegment scan(std::string_view bytes, std::uint64_t salt, bool is_end_known);
  void tell_damaged(const SegmentFile& segment, std::size_t at);

  Disk& disk_;
  const std::uint64_t absorbed_;
  std::vector<NotedSegment> noted_;  // that are needed
  std::vector<SegmentFile> found_;
  std::set<std::uint64_t> headless_;  // names of files whose heads are damaged
  End end_ = End::MayBeTorn;          // of the next older segment, where that was not noted
  Recovery out_;
};

void Recoverer::tell_damaged(const SegmentFile& segment, std::size_t at) {
  log::error("journal.damaged", {{"segment", segment_name(segment.name)}, {"offset", at}});
  ++out_.damaged;
}

Result<> Recoverer::find_files() {
  RIALTO_TRY(const auto names, disk_.list());
  for (const std::string& name : names) {
    const auto number = name_number(name, kSegmentPrefix);
    const auto last_name = number ? number : name_number(name, kAsidePrefix);
    out_.last_name = std::max(out_.last_name, last_name.value_or(0));
    if (!number) continue;
    SegmentFile segment;
    segment.name = *number;
    RIALTO_TRY(segment.file, disk_.open(name));
    RIALTO_TRY(segment.size, segment.file->size());
    RIALTO_TRY(const std::string block, segment.file->read(0, kBlockBytes));
    const auto head = decode_segment_head(block);
    if (!head.ok() && head.error().code == Code::Corruption) {
      // It is left as it is, for whoever looks into it.
      tell_damaged(segment, 0);
      headless_.insert(segment.name);
      continue;
    }
    if (!head.ok()) return head.error();
    segment.number = *head ? (*head)->number : 0;
    found_.push_back(std::move(segment));
  }
  return {};
}

// Segments that must be there and are not, or are not any more where they were.
Result<> Recoverer::tell_missing() {
  for (const NotedSegment& noted : noted_) {
    const auto number = std::ranges::find(found_, noted.number, &SegmentFile::number);
    if (number != found_.end()) continue;
    if (headless_.contains(noted.name)) continue;
    const auto file = std::ranges::find(found_, noted.name, &SegmentFile::name);
    if (file == found_.end() || file->number > absorbed_) {
      log::error("journal.missing",
                 {{"segment", segment_name(noted.name)}, {"number", noted.number}});
      ++out_.damaged;
      continue;
    }
    tell_damaged(*file, 0);
    found_.erase(file);
    RIALTO_TRY_VOID(set_aside(disk_, noted.name));
  }
  return {};
}

// `is_end_known`: `bytes` are up to the end of the last group, as it was noted.
ScannedSegment Recoverer::scan(std::string_view bytes, std::uint64_t salt, bool is_end_known) {
  if (is_end_known) return scan_segment(bytes, salt, End::IsWhole);
  ScannedSegment out = scan_segment(bytes, salt, end_);
  // Nothing was written to the segment before once something was to this one.
  if (out.groups > 0 || out.has_torn_end) end_ = End::IsWhole;
  return out;
}

Result<> Recoverer::recover(SegmentFile segment) {
  const auto found = std::ranges::find(noted_, segment.number, &NotedSegment::number);
  const NotedSegment noted = found == noted_.end() ? NotedSegment() : *found;
  const std::uint64_t size = noted.end > 0 ? std::min(segment.size, noted.end) : segment.size;
  RIALTO_TRY(const ReadSegment read, read_segment(*segment.file, size));
  RIALTO_TRY(const auto head, decode_segment_head(read.bytes));
  RIALTO_CHECK(head.has_value(), "the head was there a moment ago");
  // A process that was killed may have written what only the kernel has so far.
  RIALTO_TRY_VOID(segment.file->sync());
  const ScannedSegment scanned = scan(read.bytes, head->salt, noted.end > 0);
  std::set<std::size_t> damaged(scanned.damaged.begin(), scanned.damaged.end());
  damaged.insert(read.unreadable.begin(), read.unreadable.end());
  if (noted.end == 0 && segment.size < noted.size) damaged.insert(segment.size);
  if (scanned.end < noted.end) damaged.insert(scanned.end);
  for (const std::size_t at : damaged) tell_damaged(segment, at);
  if (scanned.has_torn_end) {
    log::info("journal.torn_end",
              {{"segment", segment_name(segment.name)}, {"offset", scanned.end}});
  }
  RecoveredSegment recovered{.number = segment.number, .records = {}};
  for (const std::string_view record : scanned.records) recovered.records.emplace_back(record);
  out_.recovered.push_back(std::move(recovered));
  // Whatever is behind the last group may never have been written.
  segment.filled = scanned.end;
  segment.is_damaged = !damaged.empty();
  segment.end = segment.is_damaged ? noted.end : scanned.end;
  out_.needed.push_back(std::move(segment));
  return {};
}

}  // namespace

Result<Recovery> recover_segments(Disk& disk, std::uint64_t absorbed,
                                  const std::vector<NotedSegment>& noted) {
  return Recoverer(disk, absorbed, noted).run();
}

}  // namespace rialto::store
