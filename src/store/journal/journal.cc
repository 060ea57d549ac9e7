#include "store/journal/journal.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

namespace rialto::store {
namespace {

// More than that are given back to the file system.
constexpr std::size_t kSparesMax = 2;
constexpr std::size_t kZerosBytes = 1U << 20;

}  // namespace

Result<Journal::Opened> Journal::open(JournalFiles files, Ids& ids, std::uint64_t absorbed,
                                      JournalOptions options) {
  Opened out;
  out.journal.reset(new Journal(std::move(files), ids, options));
  Journal& journal = *out.journal;
  journal.last_released_ = absorbed;
  RIALTO_TRY(Recovery recovery,
             recover_segments(*journal.disk_, absorbed, journal.note_->last().segments));
  out.recovered = std::move(recovery.recovered);
  out.damaged = recovery.damaged;
  out.last_number = recovery.last_number;
  if (journal.note_->is_damaged()) {
    log::error("journal.damaged", {{"segment", kNoteName}, {"offset", 0}});
    ++out.damaged;
  }
  RIALTO_TRY_VOID(journal.adopt(std::move(recovery)));
  return out;
}

Result<> Journal::adopt(Recovery recovery) {
  last_name_ = recovery.last_name;
  used_ = std::move(recovery.needed);
  for (SegmentFile& segment : recovery.unused) {
    const bool is_kept = spares_.size() < kSparesMax && segment.size == options_.segment_bytes;
    if (!is_kept) {
      RIALTO_TRY_VOID(disk_->remove(segment_name(segment.name)));
      continue;
    }
    segment.filled = segment.size;  // but for what a crash left half made
    spares_.push_back(std::move(segment));
  }
  return {};
}

Result<> Journal::begin_segment(std::uint64_t number, std::size_t group_bytes) {
  RIALTO_TRY_VOID(forget_failed());
  RIALTO_TRY(SegmentFile segment,
             take_segment(std::max(options_.segment_bytes, kBlockBytes + group_bytes)));
  segment.number = number;
  const SegmentHead head{.number = number, .salt = ids_.random()};
  if (auto outcome = begin_file(segment, head); !outcome.ok()) {
    const std::lock_guard guard(mutex_);
    spares_.push_back(std::move(segment));
    return outcome;
  }
  const std::lock_guard guard(mutex_);
  for (SegmentFile& each : used_) {
    if (each.file.get() == file_) each.end = end_;
  }
  file_ = segment.file.get();
  salt_ = head.salt;
  end_ = kBlockBytes;
  filled_ = segment.filled;
  room_ = segment.size;
  has_looked_ahead_ = false;
  used_.push_back(std::move(segment));
  look_ahead();
  return {};
}

// In this order: whatever is noted is there at each moment.
Result<> Journal::begin_file(SegmentFile& segment, const SegmentHead& head) {
  RIALTO_TRY_VOID(fill(segment, options_.filled_bytes_min));
  RIALTO_TRY_VOID(segment.file->write(0, encode(head)));
  RIALTO_TRY_VOID(segment.file->sync());
  return take_note(&segment);
}

// That the segments in use are needed; with one that is begun, the one that was written has ended.
Result<> Journal::take_note(const SegmentFile* begun) {
  std::vector<NotedSegment> needed;
  std::uint64_t absorbed = 0;
  const std::uint64_t end = begun == nullptr ? 0 : end_;
  {
    const std::lock_guard guard(mutex_);
    absorbed = last_released_;
    for (const SegmentFile& each : used_) {
      const bool is_written = each.file.get() == file_;
      needed.push_back({each.number, each.name, each.size, is_written ? end : each.end});
    }
  }
  if (begun != nullptr) needed.push_back({begun->number, begun->name, begun->size, 0});
  return note_->write(absorbed, std::move(needed));
}

Result<> Journal::append(std::span<const std::string_view> records) {
  encode_group(salt_, records, group_);
  RIALTO_CHECK(end_ + group_.size() <= room_,
               "the caller begins a segment when a group does not fit");
  if (auto outcome = write(group_); !outcome.ok()) {
    has_failed_ = true;
    return outcome;
  }
  end_ += group_.size();
  if (!has_looked_ahead_) {
    const std::lock_guard guard(mutex_);
    look_ahead();
  }
  return {};
}

// Guarded by mutex_.
void Journal::look_ahead() {
  if (end_ <= filled_ / 2) return;
  // Once a segment: on a full disk it would fail again and again.
  has_looked_ahead_ = true;
  wants_spare_ = !has_filled_spare();
}

bool Journal::fits(std::size_t group_bytes) const {
  const std::uint64_t end = end_ + group_bytes;
  if (end <= filled_ || end > room_) return end <= room_;
  const std::lock_guard guard(mutex_);
  return !has_filled_spare();
}

// Guarded by mutex_.
bool Journal::has_filled_spare() const {
  return std::ranges::any_of(spares_, [](const SegmentFile& each) { return each.is_filled(); });
}

// What failed may be on the disk all the same; it was refused, so it must not be found there: a
// group, or a note, which says that the segment has ended, and that there is another one.
Result<> Journal::forget_failed() {
  if (note_->has_failed()) RIALTO_TRY_VOID(take_note(nullptr));
  if (!has_failed_) return {};
  RIALTO_TRY_VOID(file_->write(end_, std::string(kBlockBytes, '\0')));
  RIALTO_TRY_VOID(file_->sync());
  has_failed_ = false;
  log::info("journal.resumed");
  return {};
}

Result<> Journal::write(std::string_view group) {
  RIALTO_TRY_VOID(forget_failed());
  RIALTO_TRY_VOID(file_->write(end_, group));
  if (options_.metrics != nullptr) options_.metrics->journal_bytes += group.size();
  return options_.is_synced ? sync() : Result<>();
}

Result<> Journal::sync() {
  const Stopwatch watch;
  auto outcome = file_->sync();
  if (options_.metrics != nullptr) options_.metrics->sync.observe(watch.elapsed());
  return outcome;
}

std::uint64_t Journal::next_name() {
  const std::lock_guard guard(mutex_);
  return ++last_name_;
}

Result<SegmentFile> Journal::make_segment(std::size_t size) {
  SegmentFile out;
  out.name = next_name();
  RIALTO_TRY(out.file, disk_->open(segment_name(out.name)));
  out.size = size;
  auto outcome = out.file->reserve(size);
  if (outcome.ok()) outcome = disk_->sync_names();
  if (outcome.ok()) return out;
  if (auto removed = disk_->remove(segment_name(out.name)); !removed.ok()) {
    log::warn("journal.not_removed", {{"error", removed.error().message}});
  }
  return std::move(outcome).error();
}

Result<> Journal::fill(SegmentFile& segment, std::uint64_t size) {
  size = std::min(size, segment.size);
  if (segment.filled >= size) return {};
  const BlockString zeros(kZerosBytes, '\0');
  while (segment.filled < size) {
    const auto piece = std::min<std::uint64_t>(zeros.size(), size - segment.filled);
    RIALTO_TRY_VOID(segment.file->write(segment.filled, std::string_view(zeros).substr(0, piece)));
    segment.filled += piece;
  }
  return segment.file->sync();
}

// Guarded by mutex_.
template <class Suits>
std::optional<SegmentFile> Journal::take_spare(const Suits& suits) {
  const auto found = std::ranges::find_if(spares_, suits);
  if (found == spares_.end()) return std::nullopt;
  std::optional out(std::move(*found));
  spares_.erase(found);
  return out;
}

Result<SegmentFile> Journal::take_segment(std::size_t size) {
  {
    const std::lock_guard guard(mutex_);
    auto spare = take_spare([=](auto& each) { return each.size >= size && each.is_filled(); });
    if (!spare) spare = take_spare([=](auto& each) { return each.size >= size; });
    if (spare) return *std::move(spare);
  }
  return make_segment(size);
}

Result<> Journal::make_spare() {
  wants_spare_ = false;
  std::optional<SegmentFile> spare;
  {
    const std::lock_guard guard(mutex_);
    spare = take_spare([](auto& each) { return !each.is_filled(); });
  }
  if (!spare) {
    RIALTO_TRY(spare, make_segment(options_.segment_bytes));
  }
  auto outcome = fill(*spare, spare->size);
  const std::lock_guard guard(mutex_);
  spares_.push_back(*std::move(spare));
  return outcome;
}

void Journal::release(std::uint64_t number) {
  SegmentFile segment;
  {
    const std::lock_guard guard(mutex_);
    const auto found = std::ranges::find(used_, number, &SegmentFile::number);
    RIALTO_CHECK(found != used_.end(), "a segment is released once");
    segment = std::move(*found);
    used_.erase(found);
    last_released_ = number;
    const bool is_kept = !segment.is_damaged && spares_.size() < kSparesMax &&
                         segment.size == options_.segment_bytes;
    if (is_kept) {
      spares_.push_back(std::move(segment));
      return;
    }
  }
  if (segment.is_damaged) {
    if (auto kept = set_aside(*disk_, segment.name); !kept.ok()) {
      log::warn("journal.not_set_aside", {{"error", kept.error().message}});
    }
    return;
  }
  if (auto removed = disk_->remove(segment_name(segment.name)); !removed.ok()) {
    log::warn("journal.not_removed", {{"error", removed.error().message}});
  }
}

}  // namespace rialto::store
