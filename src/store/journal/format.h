// The bytes of a journal segment. Pure. The page docs/internals/journal.md describes them with
// worked examples, and a golden test pins both.
//
// A segment is a file: a head of one block, then groups, each beginning at a multiple of a block,
// so that writing one never writes again the sector of another that was answered for. A group is
// what was made durable at once; its records are batches. Files are used again without being
// cleared: a salt, new with each use, is part of every checksum, so what is left of an earlier use,
// or was put into an event by a stranger, is not taken for a group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/disk/block_string.h"

namespace rialto::store {

inline constexpr std::uint32_t kJournalFormat = 1;

struct SegmentHead {
  std::uint64_t number = 0;  // counts up over the life of a data directory
  std::uint64_t salt = 0;
};

// One block.
std::string encode(const SegmentHead& head, std::uint32_t format = kJournalFormat);
// Nothing: no head was ever written. A head lies within one sector, which is written whole or not
// at all. Errors: Unsupported, written by a newer build; Corruption, not what was written.
Result<std::optional<SegmentHead>> decode_segment_head(std::string_view block);

// What a group of these records takes, whole blocks.
std::size_t group_bytes(std::span<const std::string_view> records);
// Replaces `out`.
void encode_group(std::uint64_t salt, std::span<const std::string_view> records, BlockString& out);

struct ScannedSegment {
  std::vector<std::string_view> records;  // that are whole, in order
  std::size_t end = kBlockBytes;          // where the next group would go
  std::size_t groups = 0;
  // Where something was that is not what was written, although later groups are.
  std::vector<std::size_t> damaged;
  // The last group was not wholly written, as may be; it is not among the records.
  bool has_torn_end = false;
};

// Whether nobody may have been answered for the last group: in the newest segment only.
enum class End { MayBeTorn, IsWhole };

// `bytes` of a segment, its head included; the records are views into it.
ScannedSegment scan_segment(std::string_view bytes, std::uint64_t salt, End end);

}  // namespace rialto::store
