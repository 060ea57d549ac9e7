#include "ruler/parse/operands.h"

#include <charconv>

#include "ruler/number.h"

namespace rialto::ruler {
namespace {

Error without_place(std::string reason) { return fail(Code::InvalidArgument, std::move(reason)); }

// As Java reads an int: an optional sign, digits, within 32 bits.
Result<int> parse_bits(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  int bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool has_two_signs = digits.size() != text.size() && digits.starts_with('-');
  if (error != std::errc() || end != digits.data() + digits.size() || has_two_signs) {
    return without_place("Malformed CIDR, mask bits must be an integer");
  }
  if (bits < 0) return without_place("Malformed CIDR, mask bits must not be negative");
  return bits;
}

Result<Address> parse_network_address(std::string_view text) {
  if (const std::optional<Address> address = parse_address(text)) return *address;
  const bool is_shaped = is_shaped_like_address(text);
  return without_place((is_shaped ? "Invalid IP address: " : "Nonstandard IP address: ") +
                       std::string(text));
}

// The number behind an operator of `numeric`, as text. Whether it can be compared is looked at when
// the whole list was read.
Result<std::string> read_bound(Reader& reader, std::string_view operation) {
  RIALTO_TRY(const Token token, reader.next());
  if (token == Token::Number) return reader.text();
  return reader.fail_here("Value of " + std::string(operation) + " must be numeric");
}

Result<double> parse_bound(const Reader& reader, std::string_view text) {
  Result<double> value = parse_comparable(text);
  if (!value.ok()) return reader.fail_here(value.error().message);
  return value;
}

}  // namespace

Result<std::string> read_string(Reader& reader, std::string_view otherwise) {
  RIALTO_TRY(const Token token, reader.next());
  if (token != Token::String) return reader.fail_here(std::string(otherwise));
  return reader.text();
}

Result<Wildcard> parse_wildcard(const Reader& reader, std::string_view text) {
  Wildcard out;
  out.pieces.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Places count bytes and begin with the opening quote.
    const std::string place = std::to_string(i + 1);
    const char next = i + 1 < text.size() ? text[i + 1] : '"';
    if (text[i] == '*') {
      if (next == '*') return reader.fail_here("Consecutive wildcard characters at pos " + place);
      out.pieces.emplace_back();
    } else if (text[i] == '\\') {
      if (next != '*' && next != '\\') {
        return reader.fail_here("Invalid escape character at pos " + place);
      }
      out.pieces.back() += next;
      ++i;
    } else {
      out.pieces.back() += text[i];
    }
  }
  return out;
}

Result<AddressRange> parse_network(std::string_view text) {
  // Java's split drops empty parts at the end: `10.0.0.0/` has one part, `10.0.0.0/8/` two.
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t slash = text.find('/');
  if (slash == text.npos || text.find('/', slash + 1) != text.npos) {
    return without_place("Malformed CIDR, one '/' required");
  }
  RIALTO_TRY(const int bits, parse_bits(text.substr(slash + 1)));
  RIALTO_TRY(const Address address, parse_network_address(text.substr(0, slash)));
  if (address.size == 4 && bits > 31) return without_place("IPv4 mask bits must be < 32");
  if (address.size == 16 && bits > 127) return without_place("IPv6 mask bits must be < 128");
  return network(address, static_cast<unsigned>(bits));
}

Result<double> parse_comparable(std::string_view text) {
  if (const std::optional<double> value = comparable(text)) return *value;
  return without_place("Cannot compare number : " + std::string(text));
}

Result<> read_last_element(Reader& reader, Token end) {
  RIALTO_TRY(const Token token, reader.next());
  if (token == end) return {};
  return reader.fail_here("Too many elements in numeric expression");
}

namespace {

// What follows the first bound of `[">", n`: the end, or an upper bound.
Result<ValueTest> read_rest_of_range(Reader& reader, const std::string& bottom, bool is_open) {
  RIALTO_TRY(const Token token, reader.next());
  InRange range;
  if (token == Token::EndArray) {
    RIALTO_TRY(const double value, parse_bound(reader, bottom));
    range.bottom = InRange::Bound{value, is_open};
    return ValueTest(range);
  }
  RIALTO_TRY(const std::string operation, reader.text());
  if (token != Token::String) {
    return reader.fail_here("Bad value in numeric range: " + operation);
  }
  if (operation != "<" && operation != "<=") {
    return reader.fail_here("Bad numeric range operator: " + operation);
  }
  RIALTO_TRY(const std::string top, read_bound(reader, operation));
  RIALTO_TRY(const Token end, reader.next());
  if (end != Token::EndArray) {
    return reader.fail_here("Too many terms in numeric range expression");
  }
  RIALTO_TRY(const double low, parse_bound(reader, bottom));
  RIALTO_TRY(const double high, parse_bound(reader, top));
  if (low >= high) return reader.fail_here("Bottom must be less than top");
  range.bottom = InRange::Bound{low, is_open};
  range.top = InRange::Bound{high, operation == "<"};
  return ValueTest(range);
}

}  // namespace

Result<ValueTest> read_comparison(Reader& reader) {
  RIALTO_TRY(const Token token, reader.next());
  RIALTO_TRY(const std::string operation, reader.text());
  if (token != Token::String) {
    return reader.fail_here("Invalid member in numeric match: " + operation);
  }
  const bool is_lower = operation == ">" || operation == ">=";
  const bool is_upper = operation == "<" || operation == "<=";
  if (operation != "=" && !is_lower && !is_upper) {
    RIALTO_TRY_VOID(reader.next());
    return reader.fail_here("Unrecognized numeric range operator: " + operation);
  }
  RIALTO_TRY(const std::string text, read_bound(reader, operation == "=" ? "equals" : operation));
  if (is_lower) return read_rest_of_range(reader, text, operation == ">");
  RIALTO_TRY_VOID(read_last_element(reader, Token::EndArray));
  RIALTO_TRY(const double value, parse_bound(reader, text));
  const InRange::Bound bound{value, operation == "<"};
  if (is_upper) return ValueTest(InRange{std::nullopt, bound});
  return ValueTest(InRange{bound, bound});
}

}  // namespace rialto::ruler
