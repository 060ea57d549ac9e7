// Addresses of machines, of both versions of IP. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rialto::net {

// An IP address. One of version 6 that stands for one of version 4 (::ffff:a.b.c.d, and NAT64's
// 64:ff9b::a.b.c.d) is that one, so that none is judged by another's rules.
class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress v4(std::span<const std::uint8_t, 4> bytes);
  static IpAddress v6(std::span<const std::uint8_t, 16> bytes);

  std::string text() const;
  unsigned bits() const { return is_v4_ ? 32 : 128; }
  // Whether the first `bits` bits are those of `network`, an address of the same version.
  bool is_in(const IpAddress& network, unsigned bits) const;

 private:
  bool is_v4_ = false;
  std::array<std::uint8_t, 16> bytes_{};  // of version 4 the first four
};

}  // namespace rialto::net
