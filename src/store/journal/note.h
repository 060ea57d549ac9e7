// The note of which segments the journal must have: a file outside of the journal's folder, so that
// a start can tell a segment that is gone, or is cut off, from one that there never was. Its bytes:
// docs/internals/journal.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/disk/disk.h"

namespace rialto::store {

inline constexpr std::uint32_t kNoteFormat = 1;
inline constexpr std::string_view kNoteName = "JOURNAL";

struct NotedSegment {
  std::uint64_t number = 0;
  std::uint64_t name = 0;  // of its file, segment-<name>
  std::uint64_t size = 0;  // of its file; it never becomes shorter
  std::uint64_t end = 0;   // of its last group, once it was left for another one; before that 0

  friend bool operator==(const NotedSegment&, const NotedSegment&) = default;
};

struct Note {
  std::uint64_t count = 0;             // of notes written before; the one with the highest counts
  std::uint64_t absorbed = 0;          // the tables had the segments up to that number
  std::vector<NotedSegment> segments;  // that were needed
};

// More are not noted: there are some five, and more only while nothing can be absorbed.
inline constexpr std::size_t kNotedMax = 120;

// One block; of too many segments, those with the highest numbers.
std::string encode(const Note& note, std::uint32_t format = kNoteFormat);
// Errors: Unsupported, written by a newer build; Corruption, not wholly written, or damaged.
Result<std::optional<Note>> decode_note(std::string_view block);

// The file: two places that are written in turn, so that the note before is there whatever becomes
// of a write. One thread at a time.
class NoteFile {
 public:
  // `file` may be empty. Errors: Unavailable; Unsupported, a newer build wrote it.
  static Result<std::unique_ptr<NoteFile>> open(std::unique_ptr<File> file);

  // The last that is whole.
  const Note& last() const { return last_; }
  // Not all that was noted is there.
  bool is_damaged() const { return is_damaged_; }

  // Durable on return. Errors: Unavailable; then a later start may find this note or the last.
  Result<> write(std::uint64_t absorbed, std::vector<NotedSegment> segments);
  // Whether that is so: since a write failed, it is not known which note a start would find.
  bool has_failed() const { return has_failed_; }

 private:
  explicit NoteFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Result<> read();
  Result<> begin();

  const std::unique_ptr<File> file_;
  Note last_;
  bool is_damaged_ = false;
  bool has_failed_ = false;
};

// In the folder of `home`, made if need be.
Result<std::unique_ptr<NoteFile>> open_note(Disk& home);

}  // namespace rialto::store
