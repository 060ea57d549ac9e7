#include "json/number.h"

#include <charconv>
#include <cmath>
#include <string>

namespace rialto::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// A decimal number as its significant digits (no zeros at either end) and the power of ten of the
// last digit; equal values have equal forms.
struct Decimal {
  bool negative = false;
  std::string digits;
  long exponent = 0;
  bool operator==(const Decimal&) const = default;
};

Decimal to_decimal(std::string_view text) {
  Decimal out;
  std::size_t at = 0;
  if (text[at] == '-') {
    out.negative = true;
    ++at;
  }
  bool after_point = false;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      after_point = true;
      continue;
    }
    out.digits += text[at];
    if (after_point) --out.exponent;
  }
  if (at < text.size()) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    long exponent = 0;
    // An exponent too large for a long saturates below: the value is zero or out of range anyway.
    auto [_, ec] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (ec == std::errc::result_out_of_range) exponent = text[at] == '-' ? -1'000'000 : 1'000'000;
    out.exponent += exponent;
  }
  const std::size_t first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal{};
  out.digits.erase(0, first);
  while (out.digits.back() == '0') {
    out.digits.pop_back();
    ++out.exponent;
  }
  return out;
}

}  // namespace

bool is_number(std::string_view text) {
  std::size_t at = 0;
  if (at < text.size() && text[at] == '-') ++at;
  const std::size_t integer_end = skip_digits(text, at);
  if (integer_end == at) return false;
  if (text[at] == '0' && integer_end > at + 1) return false;
  at = integer_end;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    if (end == at + 1) return false;
    at = end;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

bool is_integer(std::string_view text) { return text.find_first_of(".eE") == text.npos; }

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const auto [_, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec == std::errc::result_out_of_range) {
    // Out of range is either too large, or so small that it rounds to zero.
    const Decimal decimal = to_decimal(text);
    if (decimal.exponent + static_cast<long>(decimal.digits.size()) > 0) return std::nullopt;
    return decimal.negative ? -0.0 : 0.0;
  }
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> to_int64(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_exact_double(std::string_view text) {
  const std::optional<double> value = to_double(text);
  if (!value) return false;
  // Every double has a finite decimal expansion; 1,100 characters hold the longest.
  char buffer[1100];
  const auto [end, ec] =
      std::to_chars(buffer, buffer + sizeof buffer, *value, std::chars_format::scientific, 800);
  if (ec != std::errc()) return false;
  return to_decimal(std::string_view(buffer, static_cast<std::size_t>(end - buffer))) ==
         to_decimal(text);
}

}  // namespace rialto::json
