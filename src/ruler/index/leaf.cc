#include "ruler/index/leaf.h"

#include <bit>

#include "ruler/number.h"

namespace rialto::ruler {

void Leaf::read_order() const {
  order_ = order_of(nearest(text()));
  has_order_ = true;
}

void Leaf::look_closely() const { comparable_ = comparable(text()) ? Known::Yes : Known::No; }

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
