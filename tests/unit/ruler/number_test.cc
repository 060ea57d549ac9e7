// Numbers as patterns compare them, against decimal arithmetic by hand.
#include "ruler/number.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "ruler/index/leaf.h"
#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

// A decimal value as text: sign, digits without zeros at either end, and the power of ten of the
// first digit. Zero is "0".
std::string decimal_of(std::string_view text) {
  const bool is_negative = text.front() == '-';
  if (is_negative) text.remove_prefix(1);
  std::string digits;
  long exponent = 0;
  std::size_t at = 0;
  for (bool is_fraction = false; at < text.size() && (text[at] | 32) != 'e'; ++at) {
    if (text[at] == '.') {
      is_fraction = true;
      continue;
    }
    digits += text[at];
    if (!is_fraction) ++exponent;
  }
  if (at < text.size()) {
    // A far one saturates, which is far enough.
    const long most = 1'000'000'000;
    const std::string rest(text.substr(at + 1));
    exponent += std::clamp(std::strtol(rest.c_str(), nullptr, 10), -most, most);
  }
  while (!digits.empty() && digits.front() == '0') {
    digits.erase(0, 1);
    --exponent;
  }
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  if (digits.empty()) return "0";
  return (is_negative ? "-" : "") + digits + "e" + std::to_string(exponent);
}

std::string shortest(double value) {
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  return std::string(buffer, end);
}

void expect_as_by_hand(const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  const bool is_kept = std::isfinite(value) && (value != 0 || decimal_of(text) == "0") &&
                       (value == 0 || decimal_of(shortest(value)) == decimal_of(text));
  const std::optional<double> got = comparable(text);
  ASSERT_EQ(got.has_value(), is_kept) << text;
  EXPECT_EQ(nearest(text), value) << text;
  if (!got) return;
  EXPECT_EQ(*got, value) << text;
  EXPECT_EQ(nearest(text), *got) << text;
  EXPECT_FALSE(*got == 0 && std::signbit(*got)) << text;
}

// The value written in another way.
std::string respelled(test::Random& random, const std::string& digits, long exponent) {
  std::string out = random.once_in(2) ? "" : "-";
  const std::size_t point = random.below(digits.size() + 1);
  const std::string before = digits.substr(0, point);
  const std::string behind = digits.substr(point);
  const std::size_t zeros = before.find_first_not_of('0');
  out += zeros == before.npos ? "0" : before.substr(zeros);
  if (!behind.empty()) out += "." + behind;
  const long rest = exponent + static_cast<long>(behind.size());
  if (rest != 0 || random.once_in(4)) {
    out += random.once_in(2) ? "e" : "E";
    if (rest >= 0 && random.once_in(2)) out += "+";
    out += std::to_string(rest);
  }
  return out;
}

TEST(RulerNumbers, AreReadAsByHand) {
  for (const char* text : {"0",
                           "-0",
                           "0.0",
                           "-0.0e5",
                           "0e999",
                           "1",
                           "1.0",
                           "10",
                           "1e0",
                           "0.1",
                           "0.10",
                           "1e-1",
                           "1e22",
                           "1e23",
                           "9.999999999999999e22",
                           "123456789012345",
                           "1234567890123456",
                           "12345678901234567",
                           "123456789012345678",
                           "9007199254740991",
                           "9007199254740992",
                           "9007199254740993",
                           "9007199254740994",
                           "-9007199254740993",
                           "9223372036854775807",
                           "18446744073709551616",
                           "5e-324",
                           "4e-324",
                           "2e-324",
                           "3e-324",
                           "1e-323",
                           "2.2250738585072014e-308",
                           "2.2250738585072011e-308",
                           "1.7976931348623157e308",
                           "1.7976931348623158e308",
                           "1.7976931348623159e308",
                           "1e308",
                           "1e309",
                           "-1e309",
                           "1e-400",
                           "0.5",
                           "0.30000000000000004",
                           "0.3",
                           "0.1000000000000000055511151231257827",
                           "100000000000000000000000",
                           "1000000000000000000000000000000",
                           "0.000001",
                           "0.0000001",
                           "1e400",
                           "1e99999999999999999999",
                           "1e-99999999999999999999",
                           "0e99999999999999999999",
                           "999999999999999",
                           "9999999999999999",
                           "99999999999999999",
                           "0.000000000000001",
                           "123456.789e-300",
                           "72057594037927945",
                           "72057594037927936",
                           "2.5e-310"}) {
    expect_as_by_hand(text);
  }
}

TEST(RulerNumbers, AreReadAsByHandHoweverSpelled) {
  test::Random random(1);
  for (std::size_t i = 0; i < test::scaled(60'000); ++i) {
    std::string digits;
    for (std::size_t count = 1 + random.below(22); count > 0; --count) {
      digits += static_cast<char>('0' + (random.once_in(3) ? 0 : random.below(10)));
    }
    const long exponent = static_cast<long>(random.below(random.once_in(4) ? 700 : 30)) -
                          static_cast<long>(random.once_in(4) ? 350 : 20);
    expect_as_by_hand(respelled(random, digits, exponent));
  }
}

// Doubles of all sizes in their shortest text, with more digits, and with fewer.
TEST(RulerNumbers, OfDoublesAreReadAsByHand) {
  test::Random random(2);
  for (std::size_t i = 0; i < test::scaled(40'000); ++i) {
    double value = std::bit_cast<double>(random.word());
    if (random.once_in(2)) value = static_cast<double>(random.word() >> random.below(64));
    if (!std::isfinite(value)) continue;
    expect_as_by_hand(shortest(value));
    EXPECT_TRUE(comparable(shortest(value)).has_value());
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*e", static_cast<int>(random.below(25)), value);
    expect_as_by_hand(buffer);
  }
}

// --- The order of doubles

TEST(RulerOrder, IsMonotoneAndInvertible) {
  const double kInfinity = std::numeric_limits<double>::infinity();
  const double ascending[] = {-kInfinity,
                              -1.7976931348623157e308,
                              -1e23,
                              -1.5,
                              -1,
                              -0.1,
                              -1e-308,
                              -1e-323,
                              -5e-324,
                              0,
                              5e-324,
                              1e-323,
                              1e-308,
                              0.1,
                              1,
                              1.0000000000000002,
                              1.5,
                              1e23,
                              1.7976931348623157e308,
                              kInfinity};
  for (const double& value : ascending) {
    EXPECT_EQ(value_at(order_of(value)), value);
    if (&value != ascending) EXPECT_LT(order_of(*(&value - 1)), order_of(value));
  }
  EXPECT_EQ(order_of(-0.0), order_of(0.0));
}

TEST(RulerOrder, IsThatOfRandomDoubles) {
  test::Random random(3);
  for (std::size_t i = 0; i < test::scaled(100'000); ++i) {
    const auto one = std::bit_cast<double>(random.word());
    const auto other =
        random.once_in(2) ? std::nextafter(one, 1e308) : std::bit_cast<double>(random.word());
    if (std::isnan(one) || std::isnan(other)) continue;
    EXPECT_EQ(order_of(one) < order_of(other), one < other);
    EXPECT_EQ(order_of(one) == order_of(other), one == other);
    EXPECT_EQ(value_at(order_of(one)), one);
  }
}

// Between two doubles that are neighbours there is no place, but for that of -0, which none has.
TEST(RulerOrder, HasNoGaps) {
  test::Random random(4);
  for (std::size_t i = 0; i < test::scaled(100'000); ++i) {
    const auto value = std::bit_cast<double>(random.word());
    if (!std::isfinite(value) || value == 0) continue;
    const double next = std::nextafter(value, std::numeric_limits<double>::infinity());
    if (next != 0) EXPECT_EQ(order_of(value) + 1, order_of(next));
  }
  EXPECT_EQ(order_of(-5e-324) + 2, order_of(0));
  EXPECT_EQ(order_of(0) + 1, order_of(5e-324));
}

}  // namespace
}  // namespace rialto::ruler
