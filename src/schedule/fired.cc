#include "schedule/fired.h"

#include "base/bytes.h"

namespace rialto::schedule {
namespace {

constexpr std::uint8_t kVersion = 1;

std::int64_t read_i64(ByteReader& reader) { return static_cast<std::int64_t>(reader.u64()); }

void append_time(std::string& out, TimePoint time) {
  append_u64(out, static_cast<std::uint64_t>(to_millis(time)));
}

}  // namespace

std::string encode(const Fired& fired) {
  std::string out;
  out += static_cast<char>(kVersion);
  append_time(out, fired.anchor);
  append_time(out, fired.due);
  return out;
}

Result<Fired> decode_fired(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  Fired out;
  out.anchor = from_millis(read_i64(reader));
  out.due = from_millis(read_i64(reader));
  if (version != kVersion || !reader.is_at_end()) {
    return fail(Code::Corruption, "The record of a schedule's last fire cannot be read.");
  }
  return out;
}

}  // namespace rialto::schedule
