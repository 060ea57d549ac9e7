#include "ruler/number.h"

#include <charconv>
#include <cstdint>
#include <limits>

#include "json/number.h"

namespace rialto::ruler {
namespace {

// A decimal value in its one form: significant digits without zeros at either end, as an integer,
// and the power of ten of the last of them. Zero has no digits.
struct Decimal {
  bool is_negative = false;
  bool is_long = false;  // more digits than any shortest text has; then nothing else counts
  int digits = 0;
  std::uint64_t value = 0;
  long exponent = 0;

  bool operator==(const Decimal&) const = default;
};

// No double's shortest text has more.
constexpr int kDigitsMax = 17;

// Every decimal of so many digits has a double of its own, unless it is very small.
constexpr int kDigitsSafe = 15;
constexpr std::uint64_t kSafeEnd = 1'000'000'000'000'000;
constexpr long kExponentSafe = 290;

// Powers of ten that are doubles, and below 2^53 are integers that are.
constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Beyond any double, so that values which overflow it differ from every double's.
constexpr long kExponentMax = 1'000'000'000;

long read_exponent(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_far = error != std::errc() || value > kExponentMax || value < -kExponentMax;
  if (!is_far) return value;
  return text.starts_with('-') ? -kExponentMax : kExponentMax;
}

Decimal read_decimal(std::string_view text) {
  Decimal out;
  out.is_negative = text.front() == '-';
  long zeros = 0;  // behind the last digit that is none
  long fraction = 0;
  bool is_fraction = false;
  std::size_t at = out.is_negative ? 1 : 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.') {
      is_fraction = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    if (is_fraction) ++fraction;
    if (c == '0') {
      ++zeros;
      continue;
    }
    if (out.digits == 0) zeros = 0;
    if (out.digits + zeros + 1 > kDigitsMax) {
      out.is_long = true;
      return out;
    }
    for (; zeros > 0; --zeros, ++out.digits) out.value *= 10;
    out.value = out.value * 10 + static_cast<std::uint64_t>(c - '0');
    ++out.digits;
  }
  if (out.digits == 0) return Decimal{};
  out.exponent = zeros - fraction;
  if (at < text.size()) out.exponent += read_exponent(text.substr(at + 1));
  return out;
}

double to_double(std::string_view text) {
  if (const std::optional<double> value = json::to_double(text)) return *value;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return text.front() == '-' ? -kInfinity : kInfinity;
}

// A number without an exponent and with so few digits that none is lost; most numbers are.
struct Simple {
  bool is_negative = false;
  std::uint64_t value = 0;  // without the point
  std::size_t fraction = 0;
};

constexpr std::size_t kSimpleMax = 16;

bool read_simple(std::string_view text, Simple& out) {
  if (text.size() > kSimpleMax) return false;
  std::size_t at = text.front() == '-' ? 1 : 0;
  out.is_negative = at == 1;
  std::size_t point = text.size();
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9') {
      out.value = out.value * 10 + static_cast<std::uint64_t>(c - '0');
    } else if (c == '.') {
      point = at + 1;
    } else {
      return false;
    }
  }
  out.fraction = text.size() - point;
  return out.value < kSafeEnd;
}

double to_double(const Simple& simple) {
  const double value = static_cast<double>(simple.value) / kPowers[simple.fraction];
  return simple.is_negative && simple.value != 0 ? -value : value;
}

}  // namespace

double nearest(std::string_view text) {
  Simple simple;
  return read_simple(text, simple) ? to_double(simple) : to_double(text);
}

std::optional<double> comparable(std::string_view text) {
  if (Simple simple; read_simple(text, simple)) return to_double(simple);
  const Decimal decimal = read_decimal(text);
  if (decimal.is_long) return std::nullopt;
  if (decimal.digits == 0) return 0.0;
  const std::optional<double> value = json::to_double(text);
  if (!value) return std::nullopt;
  const bool is_safe = decimal.digits <= kDigitsSafe && decimal.exponent <= kExponentSafe &&
                       decimal.exponent >= -kExponentSafe;
  if (is_safe) return value;
  char shortest[64];  // A double's shortest scientific text takes at most 24 characters.
  const auto [end, error] =
      std::to_chars(shortest, shortest + sizeof shortest, *value, std::chars_format::scientific);
  if (error != std::errc()) return std::nullopt;
  const std::string_view kept(shortest, static_cast<std::size_t>(end - shortest));
  if (read_decimal(kept) != decimal) return std::nullopt;
  return value;
}

}  // namespace rialto::ruler
