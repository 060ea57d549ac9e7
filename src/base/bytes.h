// Fixed-width, big-endian integers and length-prefixed texts: the bytes of stored keys and values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rialto {

void append_u16(std::string& out, std::uint16_t number);
void append_u32(std::string& out, std::uint32_t number);
void append_u64(std::string& out, std::uint64_t number);
// A u32 length, then the bytes.
void append_text(std::string& out, std::string_view text);
std::string encode_u64(std::uint64_t number);

// Reads what the functions above wrote, front to back. The first read past the end makes `is_ok`
// false for good; what it answers then is zero or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view text();

  bool is_ok() const { return is_ok_; }
  bool is_at_end() const { return is_ok_ && rest_.empty(); }

 private:
  std::uint64_t number(std::size_t width);

  std::string_view rest_;
  bool is_ok_ = true;
};

}  // namespace rialto
