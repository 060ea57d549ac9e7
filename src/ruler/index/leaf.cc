#include "ruler/index/leaf.h"

#include <bit>
#include <optional>

#include "ruler/number.h"

namespace rialto::ruler {

void Leaf::read_number() const {
  const std::optional<double> value = comparable(text());
  order = value ? Order::Comparable : Order::Incomparable;
  if (value) place = order_of(*value);
}

namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

}  // namespace

std::uint64_t order_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

double value_at(std::uint64_t order) {
  return std::bit_cast<double>((order & kSign) != 0 ? order & ~kSign : ~order);
}

}  // namespace rialto::ruler
