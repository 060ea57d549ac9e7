#include "store/journal/journal.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

namespace rialto::store {
namespace {

constexpr std::string_view kPrefix = "segment-";
// More than that are given back to the file system.
constexpr std::size_t kSparesMax = 2;
constexpr std::size_t kZerosBytes = 1U << 20;

std::optional<std::uint64_t> name_number(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), out);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return out;
}

}  // namespace

Result<Journal::Opened> Journal::open(std::unique_ptr<Disk> disk, Ids& ids, std::uint64_t absorbed,
                                      JournalOptions options) {
  Opened out;
  out.journal.reset(new Journal(std::move(disk), ids, options));
  RIALTO_TRY_VOID(out.journal->recover(absorbed, out));
  return out;
}

Result<> Journal::recover(std::uint64_t absorbed, Opened& out) {
  RIALTO_TRY(const auto names, disk_->list());
  std::vector<Segment> found;
  for (const std::string& name : names) {
    const auto number = name_number(name);
    if (!number) continue;
    last_name_ = std::max(last_name_, *number);
    Segment segment;
    segment.name = name;
    RIALTO_TRY(segment.file, disk_->open(name));
    RIALTO_TRY(segment.size, segment.file->size());
    RIALTO_TRY(const std::string block, segment.file->read(0, kBlockBytes));
    const auto head = decode_segment_head(block);
    if (!head.ok() && head.error().code == Code::Corruption) {
      // It is left as it is, for whoever looks into it.
      log::error("journal.damaged", {{"segment", name}, {"offset", 0}});
      ++out.damaged;
      continue;
    }
    if (!head.ok()) return head.error();
    segment.number = *head ? (*head)->number : 0;
    found.push_back(std::move(segment));
  }
  std::ranges::sort(found, {}, &Segment::number);
  const std::uint64_t newest = found.empty() ? 0 : found.back().number;
  for (Segment& segment : found) {
    RIALTO_TRY_VOID(recover_one(std::move(segment), absorbed, newest, out));
  }
  return {};
}

Result<> Journal::recover_one(Segment segment, std::uint64_t absorbed, std::uint64_t newest,
                              Opened& out) {
  if (segment.number <= absorbed) {
    const bool is_kept = spares_.size() < kSparesMax && segment.size == options_.segment_bytes;
    if (!is_kept) return disk_->remove(segment.name);
    segment.filled = segment.size;  // but for what a crash left half made
    spares_.push_back(std::move(segment));
    return {};
  }
  RIALTO_TRY(const std::string bytes, segment.file->read(0, segment.size));
  RIALTO_TRY(const auto head, decode_segment_head(bytes));
  RIALTO_CHECK(head.has_value(), "the head was there a moment ago");
  ScannedSegment scanned = scan_segment(bytes, head->salt);
  if (bytes.size() < segment.size) scanned.damaged.push_back(bytes.size());
  // Only the newest segment may end in a group that nobody was answered for.
  if (scanned.has_torn_end && segment.number != newest) scanned.damaged.push_back(scanned.end);
  for (const std::size_t at : scanned.damaged) {
    log::error("journal.damaged", {{"segment", segment.name}, {"offset", at}});
  }
  if (scanned.has_torn_end && segment.number == newest) {
    log::info("journal.torn_end", {{"segment", segment.name}, {"offset", scanned.end}});
  }
  out.damaged += scanned.damaged.size();
  RecoveredSegment recovered{.number = segment.number, .records = {}};
  for (const std::string_view record : scanned.records) recovered.records.emplace_back(record);
  out.recovered.push_back(std::move(recovered));
  // Whatever is behind the last group may never have been written.
  segment.filled = scanned.end;
  used_.push_back(std::move(segment));
  return {};
}

Result<> Journal::begin_segment(std::uint64_t number, std::size_t group_bytes) {
  if (has_failed_) RIALTO_TRY_VOID(forget_failed());
  RIALTO_TRY(Segment segment,
             take_segment(std::max(options_.segment_bytes, kBlockBytes + group_bytes)));
  const SegmentHead head{.number = number, .salt = ids_.random()};
  auto outcome = fill(segment, options_.filled_bytes_min);
  if (outcome.ok()) outcome = segment.file->write(0, encode(head));
  if (!outcome.ok()) {
    const std::lock_guard guard(mutex_);
    spares_.push_back(std::move(segment));
    return outcome;
  }
  segment.number = number;
  file_ = segment.file.get();
  salt_ = head.salt;
  end_ = kBlockBytes;
  filled_ = segment.filled;
  room_ = segment.size;
  has_looked_ahead_ = false;
  const std::lock_guard guard(mutex_);
  used_.push_back(std::move(segment));
  look_ahead();
  return {};
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
  return std::ranges::any_of(spares_, [](const Segment& each) { return each.is_filled(); });
}

// What failed may be on the disk all the same; it was refused, so it must not be found there.
Result<> Journal::forget_failed() {
  RIALTO_TRY_VOID(file_->write(end_, std::string(kBlockBytes, '\0')));
  RIALTO_TRY_VOID(file_->sync());
  has_failed_ = false;
  log::info("journal.resumed");
  return {};
}

Result<> Journal::write(std::string_view group) {
  if (has_failed_) RIALTO_TRY_VOID(forget_failed());
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

std::string Journal::next_name() {
  const std::lock_guard guard(mutex_);
  return std::string(kPrefix) + std::to_string(++last_name_);
}

Result<Journal::Segment> Journal::make_segment(std::size_t size) {
  Segment out;
  out.name = next_name();
  RIALTO_TRY(out.file, disk_->open(out.name));
  out.size = size;
  auto outcome = out.file->reserve(size);
  if (outcome.ok()) outcome = disk_->sync_names();
  if (outcome.ok()) return out;
  if (auto removed = disk_->remove(out.name); !removed.ok()) {
    log::warn("journal.not_removed", {{"error", removed.error().message}});
  }
  return std::move(outcome).error();
}

Result<> Journal::fill(Segment& segment, std::uint64_t size) {
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
std::optional<Journal::Segment> Journal::take_spare(const Suits& suits) {
  const auto found = std::ranges::find_if(spares_, suits);
  if (found == spares_.end()) return std::nullopt;
  std::optional out(std::move(*found));
  spares_.erase(found);
  return out;
}

Result<Journal::Segment> Journal::take_segment(std::size_t size) {
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
  std::optional<Segment> spare;
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
  std::string extra;
  {
    const std::lock_guard guard(mutex_);
    const auto found = std::ranges::find(used_, number, &Segment::number);
    RIALTO_CHECK(found != used_.end(), "a segment is released once");
    const bool is_kept = spares_.size() < kSparesMax && found->size == options_.segment_bytes;
    if (is_kept) {
      spares_.push_back(std::move(*found));
    } else {
      extra = found->name;
    }
    used_.erase(found);
  }
  if (extra.empty()) return;
  if (auto removed = disk_->remove(extra); !removed.ok()) {
    log::warn("journal.not_removed", {{"error", removed.error().message}});
  }
}

}  // namespace rialto::store
