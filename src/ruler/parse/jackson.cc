#include "ruler/parse/jackson.h"

#include "ruler/parse/characters.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

// The parser's own bound.
constexpr std::size_t kDepthMax = 1000;

}  // namespace

// --- Tokens
// ---------------------------------------------------------------------------------------

Result<Token> Reader::next() {
  if (token_ == Token::FieldName) return next_after_name();
  if (is_string_open_) RIALTO_TRY_VOID(text());
  RIALTO_TRY(char32_t found, skip_blanks());
  if (found == 0) {
    if (context().scope != Scope::Root) {
      return end_of_input(": expected close marker for " + std::string(scope_name()) +
                          " (start marker at " + start_of_scope() + ")");
    }
    return token_ = Token::End;
  }
  token_begin_ = last_;
  if (found == ']' || found == '}') return close(static_cast<char>(found));
  if (context().scope != Scope::Root && context().has_entry) {
    RIALTO_TRY(found, skip_comma(found));
  }
  context().has_entry = true;
  if (context().scope != Scope::Object) {
    token_begin_ = last_;
    RIALTO_TRY(token_, read_value(found));
    RIALTO_TRY_VOID(open(token_));
    return token_;
  }
  RIALTO_TRY_VOID(read_name(found));
  token_ = Token::FieldName;
  RIALTO_TRY(const char32_t first, skip_colon());
  token_begin_ = last_;
  RIALTO_TRY(pending_, read_value(first));
  return token_;
}

Result<Token> Reader::next_after_name() {
  token_ = pending_;
  RIALTO_TRY_VOID(open(token_));
  return token_;
}

Result<> Reader::open(Token token) {
  if (token != Token::StartObject && token != Token::StartArray) return {};
  if (contexts_.size() > kDepthMax) {
    return fail(Code::InvalidArgument,
                "Document nesting depth (" + std::to_string(contexts_.size()) +
                    ") exceeds the maximum allowed (" + std::to_string(kDepthMax) +
                    ", from `StreamReadConstraints.getMaxNestingDepth()`)");
  }
  const Scope scope = token == Token::StartArray ? Scope::Array : Scope::Object;
  contexts_.push_back(Context{scope, false, row_, row_begin_, at_});
  return {};
}

Result<Token> Reader::close(char bracket) {
  const Scope wanted = bracket == ']' ? Scope::Array : Scope::Object;
  if (context().scope != wanted) {
    return fail_at(std::string("Unexpected close marker '") + bracket + "': expected '" +
                       (bracket == ']' ? '}' : ']') + "' (for " + std::string(scope_name()) +
                       " starting at " + start_of_scope() + ")",
                   last_);
  }
  contexts_.pop_back();
  return token_ = bracket == ']' ? Token::EndArray : Token::EndObject;
}

Result<> Reader::read_name(char32_t first) {
  if (first != '"') return unexpected(first, "was expecting double-quote to start field name");
  RIALTO_TRY(name_, read_string_content("name", ": was expecting closing '\"' for name"));
  return {};
}

Result<Token> Reader::read_value(char32_t first) {
  switch (first) {
    case '"': is_string_open_ = true; return Token::String;
    case '[': return Token::StartArray;
    case '{': return Token::StartObject;
    case '}': return unexpected(first, "expected a value");
    case 't': return match_word("true", Token::True);
    case 'f': return match_word("false", Token::False);
    case 'n': return match_word("null", Token::Null);
    case '-': return read_number(true);
    default: return is_digit(first) ? read_number(false) : read_odd_value(first);
  }
}

Result<Token> Reader::read_odd_value(char32_t first) {
  for (const std::string_view word : {"NaN", "Infinity"}) {
    if (first != static_cast<unsigned char>(word.front())) continue;
    RIALTO_TRY_VOID(match_word(word, Token::Number));
    return fail_here("Non-standard token '" + std::string(word) +
                     "': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");
  }
  if (first == '+') {
    if (is_at_end()) return end_of_input(" in a Number value");
    const std::size_t begin = last_;
    return invalid_number_start(take(), begin, false);
  }
  if (is_word_start(first)) return unrecognized(last_);
  return unexpected(first, "expected a valid value " + std::string(kValuesWanted));
}

Result<Token> Reader::match_word(std::string_view word, Token token) {
  const std::size_t begin = last_;
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (is_at_end() || peek() != word[i]) return unrecognized(begin);
    take();
  }
  // A word may be followed by anything below '0', even by `$`, which could be a part of it.
  const char32_t after = is_at_end() ? 0 : utf8::at(text_, at_).code;
  if (after >= '0' && is_word_part(after)) return unrecognized(begin);
  value_ = word;
  return token;
}

// --- Strings
// --------------------------------------------------------------------------------------

Result<std::string> Reader::text() {
  switch (token_) {
    case Token::FieldName: return name_;
    case Token::StartObject: return std::string("{");
    case Token::EndObject: return std::string("}");
    case Token::StartArray: return std::string("[");
    case Token::EndArray: return std::string("]");
    default: break;
  }
  if (is_string_open_) {
    is_string_open_ = false;
    RIALTO_TRY(value_, read_string_content("string value",
                                           ": was expecting closing quote for a string value"));
  }
  return value_;
}

Result<std::string> Reader::read_string_content(std::string_view what,
                                                std::string_view end_message) {
  std::string out;
  char32_t high = 0;  // the first half of an escaped pair of surrogates
  while (true) {
    if (is_at_end()) return end_of_input(end_message);
    const std::size_t begin = at_;
    char32_t code = take();
    if (code == '"') break;
    if (code < 0x20) {
      return fail_at("Illegal unquoted character (" + describe(code) +
                         "): has to be escaped using backslash to be included in " +
                         std::string(what),
                     begin);
    }
    if (code == '\\') {
      RIALTO_TRY(code, read_escape());
    }
    if (high != 0 && code >= 0xDC00 && code <= 0xDFFF) {
      utf8::append(out, 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00));
      high = 0;
      continue;
    }
    if (high != 0) utf8::append(out, high);
    high = code >= 0xD800 && code <= 0xDBFF ? code : 0;
    if (high == 0) utf8::append(out, code);
  }
  if (high != 0) utf8::append(out, high);
  return out;
}

Result<char32_t> Reader::read_escape() {
  if (is_at_end()) return end_of_input(" in character escape sequence");
  const char32_t code = take();
  switch (code) {
    case 'b': return U'\b';
    case 't': return U'\t';
    case 'n': return U'\n';
    case 'f': return U'\f';
    case 'r': return U'\r';
    case '"':
    case '/':
    case '\\': return code;
    case 'u': return read_hex();
    default: return fail_at("Unrecognized character escape " + describe(code), last_);
  }
}

Result<char32_t> Reader::read_hex() {
  char32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    if (is_at_end()) return end_of_input(" in character escape sequence");
    const char32_t code = take();
    char32_t digit = 0;
    if (is_digit(code)) {
      digit = code - '0';
    } else if ((code | 0x20) >= 'a' && (code | 0x20) <= 'f') {
      digit = (code | 0x20) - 'a' + 10;
    } else {
      return unexpected(code, "expected a hex-digit for character escape sequence");
    }
    value = value << 4 | digit;
  }
  return value;
}

// --- Blanks and separators
// ------------------------------------------------------------------------

char32_t Reader::take() {
  const utf8::Character character = utf8::at(text_, at_);
  last_ = at_;
  at_ += character.size;
  return character.code;
}

Result<char32_t> Reader::skip_blanks() {
  while (!is_at_end()) {
    const char32_t code = take();
    if (code > ' ') {
      if (code != '/') return code;
      return unexpected(code,
                        "maybe a (non-standard) comment? (not recognized as one since Feature "
                        "'ALLOW_COMMENTS' not enabled for parser)");
    }
    if (code == '\r' && !is_at_end() && peek() == '\n') take();
    if (code == '\n' || code == '\r') {
      ++row_;
      row_begin_ = at_;
    } else if (code != ' ' && code != '\t') {
      return fail_at("Illegal character (" + describe(code) +
                         "): only regular white space (\\r, \\n, \\t) is allowed between tokens",
                     last_);
    }
  }
  return char32_t{0};
}

Result<char32_t> Reader::skip_comma(char32_t found) {
  if (found != ',') {
    return unexpected(found,
                      "was expecting comma to separate " + std::string(scope_name()) + " entries");
  }
  RIALTO_TRY(const char32_t after, skip_blanks());
  if (after == 0) {
    return end_of_input(" within/between " + std::string(scope_name()) + " entries");
  }
  return after;
}

Result<char32_t> Reader::skip_colon() {
  for (const bool wants_colon : {true, false}) {
    RIALTO_TRY(const char32_t found, skip_blanks());
    if (found == 0) {
      return end_of_input(" within/between " + std::string(scope_name()) + " entries");
    }
    if (!wants_colon) return found;
    if (found != ':') {
      return unexpected(found, "was expecting a colon to separate field name and value");
    }
  }
  return char32_t{0};
}

// --- Errors
// ---------------------------------------------------------------------------------------

}  // namespace rialto::ruler
