#include "store/journal/format.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstddef>
#include <cstring>

namespace rialto::store {
namespace {

static_assert(std::endian::native == std::endian::little, "integers are stored as they are here");

constexpr std::string_view kSegmentMagic = "RIALTOJ\n";
constexpr std::uint32_t kGroupMagic = 0x50'52'47'52;  // "RGRP"

struct StoredSegmentHead {
  char magic[8];
  std::uint32_t format;
  std::uint32_t zero;
  std::uint64_t number;
  std::uint64_t salt;
  std::uint64_t checksum;  // of what is before it
};
static_assert(sizeof(StoredSegmentHead) == 40);

struct StoredGroupHead {
  std::uint32_t magic;
  std::uint32_t records;
  std::uint64_t bytes;     // of the group, from its head to its last record
  std::uint64_t checksum;  // of what is before it, and of the records' heads after it
};
static_assert(sizeof(StoredGroupHead) == 24);

struct StoredRecordHead {
  std::uint64_t bytes;
  std::uint64_t checksum;
};
static_assert(sizeof(StoredRecordHead) == 16);

constexpr std::size_t kHeadChecked = offsetof(StoredSegmentHead, checksum);
constexpr std::size_t kGroupChecked = offsetof(StoredGroupHead, checksum);

template <class T>
T load(const char* at) {
  T out;
  std::memcpy(&out, at, sizeof out);
  return out;
}

std::uint64_t checksum(std::uint64_t salt, std::string_view bytes) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), salt);
}

std::size_t whole_blocks(std::size_t bytes) {
  return (bytes + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
}

std::size_t heads_bytes(std::size_t records) {
  return sizeof(StoredGroupHead) + records * sizeof(StoredRecordHead);
}

std::size_t unpadded_bytes(std::span<const std::string_view> records) {
  std::size_t out = heads_bytes(records.size());
  for (const std::string_view record : records) out += record.size();
  return out;
}

// Of the head and, after it, the records' heads: in two steps, since the sum lies between them.
std::uint64_t group_checksum(std::uint64_t salt, const char* group, std::size_t records) {
  const std::uint64_t first = checksum(salt, {group, kGroupChecked});
  return checksum(first, {group + sizeof(StoredGroupHead), records * sizeof(StoredRecordHead)});
}

// The head of a group at `at`, if one is there and the group lies within `bytes`.
std::optional<StoredGroupHead> find_group(std::string_view bytes, std::size_t at,
                                          std::uint64_t salt) {
  if (bytes.size() - at < sizeof(StoredGroupHead)) return std::nullopt;
  const auto head = load<StoredGroupHead>(bytes.data() + at);
  const std::size_t room = bytes.size() - at;
  if (head.magic != kGroupMagic || head.bytes > room) return std::nullopt;
  if (head.records > room / sizeof(StoredRecordHead)) return std::nullopt;
  if (heads_bytes(head.records) > head.bytes) return std::nullopt;
  if (group_checksum(salt, bytes.data() + at, head.records) != head.checksum) return std::nullopt;
  return head;
}

// Appends the records that are whole; answers whether all are.
bool read_records(std::string_view bytes, std::size_t at, const StoredGroupHead& head,
                  std::uint64_t salt, std::vector<std::string_view>& out) {
  bool are_whole = true;
  const char* heads = bytes.data() + at + sizeof(StoredGroupHead);
  std::size_t start = at + heads_bytes(head.records);
  for (std::uint32_t i = 0; i < head.records; ++i) {
    const auto record = load<StoredRecordHead>(heads + i * sizeof(StoredRecordHead));
    const std::string_view body = bytes.substr(start, record.bytes);
    start += record.bytes;
    if (checksum(salt, body) == record.checksum) {
      out.push_back(body);
    } else {
      are_whole = false;
    }
  }
  return are_whole;
}

}  // namespace

std::string encode(const SegmentHead& head, std::uint32_t format) {
  StoredSegmentHead stored{};
  std::memcpy(stored.magic, kSegmentMagic.data(), kSegmentMagic.size());
  stored.format = format;
  stored.number = head.number;
  stored.salt = head.salt;
  stored.checksum = checksum(0, {reinterpret_cast<const char*>(&stored), kHeadChecked});
  std::string out(kBlockBytes, '\0');
  std::memcpy(out.data(), &stored, sizeof stored);
  return out;
}

Result<std::optional<SegmentHead>> decode_segment_head(std::string_view block) {
  if (block.size() < sizeof(StoredSegmentHead)) return std::optional<SegmentHead>();
  const auto stored = load<StoredSegmentHead>(block.data());
  const std::string_view bytes = block.substr(0, sizeof stored);
  if (bytes.find_first_not_of('\0') == std::string_view::npos) return std::optional<SegmentHead>();
  if (!bytes.starts_with(kSegmentMagic) ||
      stored.checksum != checksum(0, bytes.substr(0, kHeadChecked))) {
    return fail(Code::Corruption, "The head of a segment is damaged.");
  }
  if (stored.format != kJournalFormat) {
    return fail(Code::Unsupported,
                "The journal is in format " + std::to_string(stored.format) +
                    ", and this build of Rialto reads format " + std::to_string(kJournalFormat) +
                    " only. Use the build that wrote it, or another --data-dir.");
  }
  return std::optional(SegmentHead{stored.number, stored.salt});
}

std::size_t group_bytes(std::span<const std::string_view> records) {
  return whole_blocks(unpadded_bytes(records));
}

void encode_group(std::uint64_t salt, std::span<const std::string_view> records, BlockString& out) {
  StoredGroupHead head{.magic = kGroupMagic,
                       .records = static_cast<std::uint32_t>(records.size()),
                       .bytes = unpadded_bytes(records),
                       .checksum = 0};
  out.assign(sizeof head, '\0');
  for (const std::string_view record : records) {
    const StoredRecordHead one{.bytes = record.size(), .checksum = checksum(salt, record)};
    out.append(reinterpret_cast<const char*>(&one), sizeof one);
  }
  std::memcpy(out.data(), &head, sizeof head);
  head.checksum = group_checksum(salt, out.data(), records.size());
  std::memcpy(out.data(), &head, sizeof head);
  for (const std::string_view record : records) out += record;
  out.resize(whole_blocks(head.bytes));
}

ScannedSegment scan_segment(std::string_view bytes, std::uint64_t salt, End end) {
  ScannedSegment out;
  std::size_t last_records = 0;  // how many records there were before the last group
  std::optional<std::size_t> gap;
  bool is_last_whole = true;
  std::size_t last_at = 0;
  for (std::size_t at = kBlockBytes; at < bytes.size();) {
    const auto head = find_group(bytes, at, salt);
    if (!head) {
      if (!gap) gap = at;
      at += kBlockBytes;
      continue;
    }
    // Whatever was wrong before this group was not its end: it was written after that was durable.
    if (!is_last_whole) out.damaged.push_back(last_at);
    if (gap) out.damaged.push_back(*gap);
    gap.reset();
    last_at = at;
    last_records = out.records.size();
    is_last_whole = read_records(bytes, at, *head, salt, out.records);
    ++out.groups;
    at += whole_blocks(head->bytes);
    out.end = at;
  }
  if (!is_last_whole && end == End::IsWhole) out.damaged.push_back(last_at);
  if (!is_last_whole && end == End::MayBeTorn) {
    out.has_torn_end = true;
    out.records.resize(last_records);
    out.end = last_at;
    --out.groups;
  }
  return out;
}

}  // namespace rialto::store
