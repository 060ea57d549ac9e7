// Numbers. The parser imitated here has two ways through a number: a quick one, and a careful one
// for numbers that begin with a zero or reach the end of the text. They agree on what is a number,
// but not on the column of an error; so both are kept.
#include "ruler/parse/characters.h"
#include "ruler/parse/jackson.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

constexpr std::string_view kNoFraction = "Decimal point not followed by a digit";
constexpr std::string_view kNoExponent = "Exponent indicator not followed by a digit";

bool is_exponent(char32_t code) { return code == 'e' || code == 'E'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

// How far the quick way comes: to the end of a number, or to a character that spoils it.
struct Scan {
  std::size_t end = 0;
  std::string_view problem;
};

Scan scan_fraction_and_exponent(std::string_view text, std::size_t at) {
  if (text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    if (end < text.size() && end == at + 1) return {end, kNoFraction};
    at = end;
  }
  if (at < text.size() && is_exponent(static_cast<unsigned char>(text[at]))) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = skip_digits(text, at);
    if (end < text.size() && end == at) return {end, kNoExponent};
    at = end;
  }
  return {at, {}};
}

}  // namespace

Result<Token> Reader::read_number(bool is_negative) {
  const std::size_t begin = last_;
  std::size_t first = begin;
  if (is_negative) {
    if (is_at_end()) return end_of_input("No digit following sign");
    first = at_;
    const char32_t code = utf8::at(text_, first).code;
    if (!is_digit(code)) {
      take();
      if (code == '.') return read_odd_value(code);
      return invalid_number_start(code, begin, true);
    }
  }
  if (text_[first] == '0') return read_number_to_end(begin, is_negative);
  Scan scan{skip_digits(text_, first), {}};
  const std::size_t integer_end = scan.end;
  if (scan.end < text_.size() &&
      (text_[scan.end] == '.' || text_[scan.end] == 'e' || text_[scan.end] == 'E')) {
    scan = scan_fraction_and_exponent(text_, scan.end);
  }
  if (scan.end >= text_.size()) return read_number_to_end(begin, is_negative);
  if (!scan.problem.empty()) {
    // The quick way reports the character that spoils the number, but the place where the digits
    // before the point (or the exponent) ended.
    return unexpected_in_number(utf8::at(text_, scan.end).code, scan.problem, integer_end);
  }
  at_ = scan.end;
  return finish_number(begin);
}

Result<Token> Reader::read_number_to_end(std::size_t begin, bool is_negative) {
  at_ = is_negative ? begin + 1 : begin;
  if (peek() == '0') {
    take();
    if (!is_at_end() && is_digit(static_cast<unsigned char>(peek()))) {
      return fail_here("Invalid numeric value: Leading zeroes not allowed");
    }
  } else {
    at_ = skip_digits(text_, at_);
  }
  if (!is_at_end() && peek() == '.') {
    take();
    const std::size_t end = skip_digits(text_, at_);
    if (end == at_) {
      const char32_t code = is_at_end() ? U'.' : take();
      return unexpected_in_number(code, kNoFraction, last_);
    }
    at_ = end;
  }
  if (!is_at_end() && is_exponent(static_cast<unsigned char>(peek()))) {
    take();
    if (is_at_end()) return end_of_input("expected a digit for number exponent");
    if (peek() == '+' || peek() == '-') take();
    if (is_at_end()) return end_of_input("expected a digit for number exponent");
    const std::size_t end = skip_digits(text_, at_);
    if (end == at_) {
      const char32_t code = take();
      return unexpected_in_number(code, kNoExponent, last_);
    }
    at_ = end;
  }
  return finish_number(begin);
}

Result<Token> Reader::finish_number(std::size_t begin) {
  value_ = text_.substr(begin, at_ - begin);
  if (context().scope == Scope::Root && !is_at_end()) {
    const std::size_t end = at_;
    const char32_t after = take();
    if (after != ' ' && after != '\t' && after != '\r' && after != '\n') {
      return unexpected(after, "Expected space separating root-level values");
    }
    at_ = end;
  }
  return Token::Number;
}

Result<Token> Reader::invalid_number_start(char32_t first, std::size_t begin, bool is_negative) {
  const std::string sign = is_negative ? "-" : "+";
  if (first == 'I') {
    if (is_at_end()) return end_of_input(" in a Number value");
    for (const std::string_view word : {"INF", "Infinity"}) {
      if (peek() != word[1]) continue;
      for (std::size_t i = 1; i < word.size(); ++i) {
        if (is_at_end() || peek() != word[i]) return unrecognized(begin);
        take();
      }
      return fail_here("Non-standard token '" + sign + std::string(word) +
                       "': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");
    }
    first = take();
  }
  if (!is_negative) {
    return unexpected_in_number('+',
                                "JSON spec does not allow numbers to have plus signs: enable "
                                "`JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow",
                                last_);
  }
  return unexpected_in_number(
      first, "expected digit (0-9) to follow minus sign, for valid numeric value", last_);
}

}  // namespace rialto::ruler
