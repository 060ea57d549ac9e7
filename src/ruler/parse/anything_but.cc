#include "ruler/parse/anything_but.h"

#include "ruler/parse/operands.h"

namespace rialto::ruler {
namespace {

// What the values are compared by: themselves, or an operator inside.
enum class Inner : unsigned char { None, Prefix, Suffix, IgnoringCase, Wildcard };

Result<Inner> parse_inner(const Reader& reader, const std::string& name) {
  if (name == "prefix") return Inner::Prefix;
  if (name == "suffix") return Inner::Suffix;
  if (name == "equals-ignore-case") return Inner::IgnoringCase;
  if (name == "wildcard") return Inner::Wildcard;
  return reader.fail_here("Unsupported anything-but pattern: " + name);
}

bool is_affix(Inner inner) { return inner == Inner::Prefix || inner == Inner::Suffix; }

std::string_view complaint(Inner inner) {
  switch (inner) {
    case Inner::None: return "Inside anything but list, start|null|boolean is not supported.";
    case Inner::IgnoringCase:
      return "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not "
             "supported.";
    case Inner::Wildcard: return "wildcard match pattern must be a string";
    case Inner::Prefix:
    case Inner::Suffix: break;
  }
  return "prefix/suffix match pattern must be a string";
}

// One value; wildcards are parsed after all values were read.
Result<ValueTest> read_value(Reader& reader, Token token, Inner inner) {
  if (token == Token::Number && inner == Inner::None) {
    RIALTO_TRY(std::string text, reader.text());
    RIALTO_TRY(const double value, parse_comparable(text));
    return ValueTest(EqualsNumber{std::move(text), value});
  }
  if (token != Token::String) return reader.fail_here(std::string(complaint(inner)));
  RIALTO_TRY(std::string text, reader.text());
  if (is_affix(inner) && text.empty()) return reader.fail_here("Null prefix/suffix not allowed");
  switch (inner) {
    case Inner::Prefix: return ValueTest(Prefix{std::move(text)});
    case Inner::Suffix: return ValueTest(Suffix{std::move(text)});
    case Inner::IgnoringCase: return ValueTest(EqualsIgnoringCase{Folded(text)});
    case Inner::None:
    case Inner::Wildcard: break;
  }
  return ValueTest(Equals{std::move(text)});
}

// The values of a list, to its end.
Result<std::vector<ValueTest>> read_values(Reader& reader, Inner inner) {
  std::vector<ValueTest> out;
  while (true) {
    RIALTO_TRY(const Token token, reader.next());
    if (token == Token::EndArray) return out;
    RIALTO_TRY(ValueTest value, read_value(reader, token, inner));
    out.push_back(std::move(value));
  }
}

Result<std::vector<ValueTest>> read_list(Reader& reader, Inner inner) {
  Result<std::vector<ValueTest>> values = read_values(reader, inner);
  // AWS's library catches its own error in here and adds the place a second time.
  if (!values.ok()) return reader.fail_here(values.error().message);
  if (inner != Inner::None) return values;
  bool has_number = false;
  bool has_text = false;
  for (const ValueTest& value : *values) {
    (std::holds_alternative<EqualsNumber>(value) ? has_number : has_text) = true;
  }
  if (has_number != has_text) return values;
  return reader.fail_here(
      "Inside anything but list, either all values are number or string, mixed type is not "
      "supported");
}

Result<> parse_wildcards(const Reader& reader, std::vector<ValueTest>& values) {
  for (ValueTest& value : values) {
    RIALTO_TRY(Wildcard wildcard, parse_wildcard(reader, std::get<Equals>(value).text));
    value = std::move(wildcard);
  }
  return {};
}

}  // namespace

Result<AnythingBut> read_anything_but(Reader& reader) {
  Inner inner = Inner::None;
  RIALTO_TRY(Token token, reader.next());
  if (token == Token::StartObject) {
    RIALTO_TRY(token, reader.next());
    if (token != Token::FieldName)
      return reader.fail_here("Anything-But expression name not found");
    RIALTO_TRY(const std::string name, reader.text());
    RIALTO_TRY(inner, parse_inner(reader, name));
    RIALTO_TRY(token, reader.next());
  }
  if (token != Token::StartArray && token != Token::String && token != Token::Number) {
    return reader.fail_here(
        "Value of anything-but must be an array or single string/number value.");
  }
  AnythingBut out;
  if (token == Token::StartArray) {
    RIALTO_TRY(out.tests, read_list(reader, inner));
  } else {
    RIALTO_TRY(ValueTest test, read_value(reader, token, inner));
    out.tests.push_back(std::move(test));
  }
  if (inner == Inner::Wildcard) RIALTO_TRY_VOID(parse_wildcards(reader, out.tests));
  RIALTO_TRY_VOID(read_last_element(reader, Token::EndObject));
  if (inner != Inner::None) RIALTO_TRY_VOID(read_last_element(reader, Token::EndObject));
  return out;
}

}  // namespace rialto::ruler
