#include "api/base64.h"

#include <cstdint>

namespace rialto::api {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t n = 0; n < 3; ++n) {
      const auto byte = at + n < bytes.size() ? static_cast<unsigned char>(bytes[at + n]) : 0u;
      group = group << 8 | byte;
    }
    for (std::size_t n = 0; n < 4; ++n) {
      const bool is_padding = at + n > bytes.size();
      out += is_padding ? '=' : kAlphabet[group >> (18 - 6 * n) & 63];
    }
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  for (int n = 0; n < 2 && text.ends_with('='); ++n) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 0xFF);
  }
  return out;
}

}  // namespace rialto::api
