#include "store/journal/note.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "store/disk/block_string.h"

namespace rialto::store {
namespace {

constexpr std::string_view kMagic = "RIALTON\n";
constexpr std::size_t kPlaces = 2;

struct StoredNote {
  char magic[8];
  std::uint32_t format;
  std::uint32_t segments;
  std::uint64_t count;
  std::uint64_t absorbed;
};
static_assert(sizeof(StoredNote) == 32);
static_assert(sizeof(NotedSegment) == 32);
constexpr std::size_t kSumBytes = sizeof(std::uint64_t);
static_assert(sizeof(StoredNote) + kNotedMax * sizeof(NotedSegment) + kSumBytes <= kBlockBytes);

std::uint64_t sum_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace

std::string encode(const Note& note, std::uint32_t format) {
  const std::size_t noted = std::min(note.segments.size(), kNotedMax);
  StoredNote stored{.magic = {},
                    .format = format,
                    .segments = static_cast<std::uint32_t>(noted),
                    .count = note.count,
                    .absorbed = note.absorbed};
  std::memcpy(stored.magic, kMagic.data(), kMagic.size());
  std::string out(reinterpret_cast<const char*>(&stored), sizeof stored);
  for (std::size_t i = note.segments.size() - noted; i < note.segments.size(); ++i) {
    out.append(reinterpret_cast<const char*>(&note.segments[i]), sizeof(NotedSegment));
  }
  const std::uint64_t sum = sum_of(out);
  out.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  out.resize(kBlockBytes);
  return out;
}

Result<std::optional<Note>> decode_note(std::string_view block) {
  if (block.find_first_not_of('\0') == std::string_view::npos) return std::optional<Note>();
  const Error damaged = fail(Code::Corruption, "The note of the journal is damaged.");
  if (block.size() < kBlockBytes || !block.starts_with(kMagic)) return damaged;
  StoredNote stored;
  std::memcpy(&stored, block.data(), sizeof stored);
  if (stored.segments > kNotedMax) return damaged;
  const std::size_t segments_bytes = stored.segments * sizeof(NotedSegment);
  const std::string_view summed = block.substr(0, sizeof stored + segments_bytes);
  std::uint64_t sum = 0;
  std::memcpy(&sum, block.data() + summed.size(), sizeof sum);
  if (sum != sum_of(summed)) return damaged;
  if (stored.format != kNoteFormat) {
    return fail(Code::Unsupported,
                "The note of the journal is in format " + std::to_string(stored.format) +
                    ", and this build of Rialto reads format " + std::to_string(kNoteFormat) +
                    " only. Use the build that wrote it, or another --data-dir.");
  }
  Note out{.count = stored.count, .absorbed = stored.absorbed, .segments = {}};
  out.segments.resize(stored.segments);
  if (segments_bytes > 0) {  // memcpy takes no null, not even for nothing
    std::memcpy(out.segments.data(), block.data() + sizeof stored, segments_bytes);
  }
  return std::optional(std::move(out));
}

Result<std::unique_ptr<NoteFile>> NoteFile::open(std::unique_ptr<File> file) {
  std::unique_ptr<NoteFile> out(new NoteFile(std::move(file)));
  RIALTO_TRY_VOID(out->read());
  return out;
}

Result<> NoteFile::read() {
  RIALTO_TRY(const std::string bytes, file_->read(0, kPlaces * kBlockBytes));
  bool has_note = false;
  bool has_remains = false;  // of a note that came after the first
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const std::size_t at = std::min(bytes.size(), place * kBlockBytes);
    auto note = decode_note(std::string_view(bytes).substr(at, kBlockBytes));
    if (!note.ok() && note.error().code == Code::Unsupported) return note.error();
    if (!note.ok()) has_remains = has_remains || place > 0;
    if (!note.ok() || !*note) continue;
    has_note = true;
    if ((*note)->count >= last_.count) last_ = **std::move(note);
  }
  const bool is_cut = last_.count > 0 && bytes.size() < kPlaces * kBlockBytes;
  is_damaged_ = is_cut || (!has_note && has_remains);
  return has_note && !is_cut ? Result<>() : begin();
}

// A first note, so that from then on one is whole at each moment; and both places are taken at
// once, so that a disk that is full later still has them.
Result<> NoteFile::begin() {
  RIALTO_TRY_VOID(file_->reserve(kPlaces * kBlockBytes));
  RIALTO_TRY_VOID(file_->write(last_.count % kPlaces * kBlockBytes, encode(last_)));
  return file_->sync();
}

Result<> NoteFile::write(std::uint64_t absorbed, std::vector<NotedSegment> segments) {
  Note note{.count = last_.count + 1, .absorbed = absorbed, .segments = std::move(segments)};
  has_failed_ = true;
  RIALTO_TRY_VOID(file_->write(note.count % kPlaces * kBlockBytes, encode(note)));
  RIALTO_TRY_VOID(file_->sync());
  has_failed_ = false;
  last_ = std::move(note);
  return {};
}

Result<std::unique_ptr<NoteFile>> open_note(Disk& home) {
  RIALTO_TRY(auto file, home.open(std::string(kNoteName)));
  RIALTO_TRY(auto out, NoteFile::open(std::move(file)));
  RIALTO_TRY_VOID(home.sync_names());
  return out;
}

}  // namespace rialto::store
