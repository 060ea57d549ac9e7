#include "net/ip_address.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace rialto::net {
namespace {

namespace ip = boost::asio::ip;

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b};  // RFC 6052 §2.1

bool stands_for_v4(std::span<const std::uint8_t, 16> bytes) {
  const auto prefix = bytes.first<12>();
  return std::ranges::equal(prefix, kMapped) || std::ranges::equal(prefix, kNat64);
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  boost::system::error_code error;
  const ip::address address = ip::make_address(text, error);
  if (error) return std::nullopt;
  if (address.is_v4()) return v4(address.to_v4().to_bytes());
  return v6(address.to_v6().to_bytes());
}

IpAddress IpAddress::v4(std::span<const std::uint8_t, 4> bytes) {
  IpAddress out;
  out.is_v4_ = true;
  std::ranges::copy(bytes, out.bytes_.begin());
  return out;
}

IpAddress IpAddress::v6(std::span<const std::uint8_t, 16> bytes) {
  if (stands_for_v4(bytes)) return v4(bytes.last<4>());
  IpAddress out;
  std::ranges::copy(bytes, out.bytes_.begin());
  return out;
}

std::string IpAddress::text() const {
  if (!is_v4_) return ip::address_v6(bytes_).to_string();
  return ip::address_v4({bytes_[0], bytes_[1], bytes_[2], bytes_[3]}).to_string();
}

bool IpAddress::is_in(const IpAddress& network, unsigned bits) const {
  if (is_v4_ != network.is_v4_) return false;
  const std::size_t whole = bits / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole),
                  network.bytes_.begin())) {
    return false;
  }
  const unsigned rest = bits % 8;
  return rest == 0 || (bytes_[whole] ^ network.bytes_[whole]) >> (8 - rest) == 0;
}

}  // namespace rialto::net
