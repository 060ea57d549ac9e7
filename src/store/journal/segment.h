// One file of the journal.
#pragma once

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/disk/disk.h"

namespace rialto::store {

struct SegmentFile {
  std::uint64_t name = 0;  // segment-<name>
  std::unique_ptr<File> file;
  std::uint64_t number = 0;  // 0: it never was one
  std::uint64_t size = 0;
  // Up to there each block was written before; the first write of one costs a change of the
  // file's map, which the sync waits for.
  std::uint64_t filled = 0;
  std::uint64_t end = 0;    // of its last group, once that is known and no other one follows
  bool is_damaged = false;  // somebody may want to look into it, so it is not used again
  bool is_filled() const { return filled >= size; }
};

inline constexpr std::string_view kSegmentPrefix = "segment-";
// What is damaged and not needed any more; the number is that of the segment's name.
inline constexpr std::string_view kAsidePrefix = "damaged-";

inline std::string segment_name(std::uint64_t name) {
  return std::string(kSegmentPrefix) + std::to_string(name);
}

inline std::string aside_name(std::uint64_t name) {
  return std::string(kAsidePrefix) + std::to_string(name);
}

// The number in a file's name that begins so.
inline std::optional<std::uint64_t> name_number(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), out);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return out;
}

// Keeps what is damaged out of the journal's way, for whoever looks into it: durable on return.
inline Result<> set_aside(Disk& disk, std::uint64_t name) {
  RIALTO_TRY_VOID(disk.rename(segment_name(name), aside_name(name)));
  return disk.sync_names();
}

}  // namespace rialto::store
