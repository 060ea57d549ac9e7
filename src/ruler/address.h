// IP address literals and networks, as event patterns read them (docs/spec/01 §3.2, `cidr`).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rialto::ruler {

// An IPv4 or IPv6 address. An IPv4-mapped IPv6 literal (`::ffff:a00:1`) is the IPv4 address.
struct Address {
  std::uint8_t size = 0;  // 4 or 16 bytes in use; an address orders before all of the other size
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Address&) const = default;
};

// Whether `text` looks like an address: four dotted numbers, or hexadecimal digits and colons.
bool is_shaped_like_address(std::string_view text);

// The address `text` names; nothing when it names none. Host names, zones and ports are none.
std::optional<Address> parse_address(std::string_view text);

// All addresses from `first` to `last`, both included; never of two sizes.
struct AddressRange {
  Address first;
  Address last;
  bool contains(const Address& address) const { return first <= address && address <= last; }
};

// The network of the first `bits` bits of `address`. Requires bits <= 8 * address.size.
AddressRange network(const Address& address, unsigned bits);

}  // namespace rialto::ruler
