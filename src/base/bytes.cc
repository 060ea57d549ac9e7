#include "base/bytes.h"

namespace rialto {
namespace {

template <class Number>
void append_number(std::string& out, Number number) {
  for (std::size_t byte = sizeof(Number); byte-- > 0;) {
    out += static_cast<char>((number >> (8 * byte)) & 0xFF);
  }
}

}  // namespace

void append_u16(std::string& out, std::uint16_t number) { append_number(out, number); }
void append_u32(std::string& out, std::uint32_t number) { append_number(out, number); }
void append_u64(std::string& out, std::uint64_t number) { append_number(out, number); }

std::string encode_u64(std::uint64_t number) {
  std::string out;
  append_u64(out, number);
  return out;
}

void append_text(std::string& out, std::string_view text) {
  append_u32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

std::uint64_t ByteReader::number(std::size_t width) {
  if (rest_.size() < width) {
    is_ok_ = false;
    rest_ = {};
    return 0;
  }
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < width; ++i) {
    out = (out << 8) | static_cast<unsigned char>(rest_[i]);
  }
  rest_.remove_prefix(width);
  return out;
}

std::string_view ByteReader::text() {
  const std::uint32_t size = u32();
  if (rest_.size() < size) {
    is_ok_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return out;
}

}  // namespace rialto
