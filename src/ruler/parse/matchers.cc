#include "ruler/parse/matchers.h"

#include "json/read.h"
#include "ruler/address.h"
#include "ruler/number.h"
#include "ruler/parse/anything_but.h"
#include "ruler/parse/operands.h"

namespace rialto::ruler {
namespace {

using Operator = Result<Matcher> (*)(Reader&);

Matcher plain(ValueTest test) { return Matcher{std::move(test), {}}; }

// The end of `{ operator: argument }`.
Result<> read_end(Reader& reader) {
  RIALTO_TRY(const Token token, reader.next());
  if (token == Token::EndObject) return {};
  return reader.fail_here("Only one key allowed in match expression");
}

Result<Matcher> read_exactly(Reader& reader) {
  RIALTO_TRY(std::string text, read_string(reader, "exact match pattern must be a string"));
  RIALTO_TRY_VOID(read_end(reader));
  return plain(Equals{std::move(text)});
}

// What tells `prefix` and `suffix` apart in messages.
struct Words {
  std::string_view small;
  std::string_view capital;
};

// The rest of `{"equals-ignore-case": text}}`, the argument of `prefix` or of `suffix`.
Result<Folded> read_ignoring_case(Reader& reader, const Words& words) {
  RIALTO_TRY(const Token name_token, reader.next());
  if (name_token != Token::FieldName) {
    return reader.fail_here(std::string(words.capital) + " expression name not found");
  }
  RIALTO_TRY(const std::string name, reader.text());
  if (name != "equals-ignore-case") {
    return reader.fail_here("Unsupported " + std::string(words.small) + " pattern: " + name);
  }
  RIALTO_TRY(const std::string text,
             read_string(reader, "equals-ignore-case match pattern must be a string"));
  RIALTO_TRY_VOID(read_end(reader));
  RIALTO_TRY_VOID(read_end(reader));
  return Folded(text);
}

template <class Exact, class IgnoringCase>
Result<Matcher> read_affix(Reader& reader, const Words& words) {
  RIALTO_TRY(const Token token, reader.next());
  if (token == Token::StartObject) {
    RIALTO_TRY(Folded text, read_ignoring_case(reader, words));
    return plain(IgnoringCase{std::move(text)});
  }
  if (token != Token::String) {
    return reader.fail_here(std::string(words.small) + " match pattern must be a string");
  }
  RIALTO_TRY(std::string text, reader.text());
  RIALTO_TRY_VOID(read_end(reader));
  return plain(Exact{std::move(text)});
}

Result<Matcher> read_prefix(Reader& reader) {
  return read_affix<Prefix, PrefixIgnoringCase>(reader, {"prefix", "Prefix"});
}

Result<Matcher> read_suffix(Reader& reader) {
  return read_affix<Suffix, SuffixIgnoringCase>(reader, {"suffix", "Suffix"});
}

Result<Matcher> read_equals_ignore_case(Reader& reader) {
  RIALTO_TRY(const std::string text,
             read_string(reader, "equals-ignore-case match pattern must be a string"));
  RIALTO_TRY_VOID(read_end(reader));
  return plain(EqualsIgnoringCase{Folded(text)});
}

Result<Matcher> read_wildcard(Reader& reader) {
  RIALTO_TRY(const std::string text,
             read_string(reader, "wildcard match pattern must be a string"));
  RIALTO_TRY(Wildcard wildcard, parse_wildcard(reader, text));
  RIALTO_TRY_VOID(read_end(reader));
  return plain(std::move(wildcard));
}

Result<Matcher> read_numeric(Reader& reader) {
  RIALTO_TRY(const Token token, reader.next());
  if (token != Token::StartArray) return reader.fail_here("Value of numeric must be an array.");
  RIALTO_TRY(ValueTest test, read_comparison(reader));
  RIALTO_TRY_VOID(read_last_element(reader, Token::EndObject));
  return plain(std::move(test));
}

Result<Matcher> read_exists(Reader& reader) {
  RIALTO_TRY(const Token token, reader.next());
  if (token != Token::True && token != Token::False) {
    return reader.fail_here("exists match pattern must be either true or false.");
  }
  RIALTO_TRY_VOID(read_end(reader));
  if (token == Token::True) return Matcher{Exists{}, {}};
  return Matcher{IsAbsent{}, {}};
}

Result<Matcher> read_cidr(Reader& reader) {
  // AWS says "prefix" here.
  RIALTO_TRY(const std::string text, read_string(reader, "prefix match pattern must be a string"));
  RIALTO_TRY(const AddressRange range, parse_network(text));
  RIALTO_TRY_VOID(read_end(reader));
  return plain(InNetwork{range});
}

Result<Matcher> read_anything_but_matcher(Reader& reader) {
  RIALTO_TRY(AnythingBut but, read_anything_but(reader));
  return Matcher{std::move(but), {}};
}

Operator find_operator(std::string_view name) {
  struct Row {
    std::string_view name;
    Operator read;
  };
  static constexpr Row kOperators[] = {
      {"exactly", read_exactly},
      {"prefix", read_prefix},
      {"suffix", read_suffix},
      {"numeric", read_numeric},
      {"anything-but", read_anything_but_matcher},
      {"exists", read_exists},
      {"cidr", read_cidr},
      {"equals-ignore-case", read_equals_ignore_case},
      {"wildcard", read_wildcard},
  };
  for (const Row& row : kOperators) {
    if (row.name == name) return row.read;
  }
  return nullptr;
}

Result<Matcher> read_expression(Reader& reader) {
  RIALTO_TRY(const Token token, reader.next());
  if (token != Token::FieldName) return reader.fail_here("Match expression name not found");
  RIALTO_TRY(const std::string name, reader.text());
  const Operator read = find_operator(name);
  if (read == nullptr) return reader.fail_here("Unrecognized match type " + name);
  return read(reader);
}

// A string that is an IP address matches every way to write the address (docs/spec/01 §3.1).
ValueTest equals(std::string text) {
  if (const std::optional<Address> address = parse_address(text)) {
    return InNetwork{{*address, *address}};
  }
  return Equals{std::move(text)};
}

Result<Matcher> read_element(Reader& reader, Token first) {
  switch (first) {
    case Token::StartObject: return read_expression(reader);
    case Token::Null: return plain(EqualsLiteral{json::Value()});
    case Token::True: return plain(EqualsLiteral{json::Value(true)});
    case Token::False: return plain(EqualsLiteral{json::Value(false)});
    case Token::String: {
      RIALTO_TRY(std::string text, reader.text());
      return plain(equals(std::move(text)));
    }
    case Token::Number: {
      RIALTO_TRY(std::string text, reader.text());
      const std::optional<double> value = comparable(text);
      return plain(EqualsNumber{std::move(text), value});
    }
    default: return reader.fail_here("Match value must be String, number, true, false, or null");
  }
}

}  // namespace

Result<Matcher> read_matcher(Reader& reader, Token first, std::string_view text) {
  const std::size_t begin = reader.token_begin();
  RIALTO_TRY(Matcher matcher, read_element(reader, first));
  matcher.source = json::compact(text.substr(begin, reader.position() - begin));
  return matcher;
}

}  // namespace rialto::ruler
