#include "ruler/number.h"

#include <charconv>
#include <string>

#include "json/number.h"

namespace rialto::ruler {
namespace {

// A decimal value in its one form: significant digits without zeros at either end, and the power of
// ten of the last of them. Zero has no digits.
struct Decimal {
  bool is_negative = false;
  std::string digits;
  long exponent = 0;
  bool operator==(const Decimal&) const = default;
};

// Beyond any double, so that values which overflow it differ from every double's.
constexpr long kExponentMax = 1'000'000'000;

long read_exponent(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc()) return value;
  return text.front() == '-' ? -kExponentMax : kExponentMax;
}

Decimal to_decimal(std::string_view text) {
  Decimal out;
  const std::size_t e = text.find_first_of("eE");
  if (e != text.npos) out.exponent = read_exponent(text.substr(e + 1));
  std::string_view mantissa = text.substr(0, e);
  if (mantissa.front() == '-') {
    out.is_negative = true;
    mantissa.remove_prefix(1);
  }
  const std::size_t point = mantissa.find('.');
  out.digits = mantissa.substr(0, point);
  if (point != mantissa.npos) {
    const std::string_view fraction = mantissa.substr(point + 1);
    out.digits += fraction;
    out.exponent -= static_cast<long>(fraction.size());
  }
  const std::size_t first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal{};
  const std::size_t last = out.digits.find_last_not_of('0');
  out.exponent += static_cast<long>(out.digits.size() - 1 - last);
  out.digits = out.digits.substr(first, last - first + 1);
  return out;
}

}  // namespace

std::optional<double> comparable(std::string_view text) {
  const std::optional<double> value = json::to_double(text);
  if (!value) return std::nullopt;
  char shortest[64];  // A double's shortest scientific text takes at most 24 characters.
  const auto [end, error] =
      std::to_chars(shortest, shortest + sizeof shortest, *value, std::chars_format::scientific);
  if (error != std::errc()) return std::nullopt;
  const std::string_view kept(shortest, static_cast<std::size_t>(end - shortest));
  if (to_decimal(kept) != to_decimal(text)) return std::nullopt;
  return *value == 0 ? 0.0 : *value;
}

}  // namespace rialto::ruler
