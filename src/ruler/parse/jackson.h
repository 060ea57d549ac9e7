// A reader of JSON tokens that fails as AWS's parser does.
//
// AWS reads event patterns with Jackson's streaming parser and hands its messages to the caller,
// with the place `\n at [Source: (String)"<text>"; line: L, column: C]` (docs/spec/01 §4). So this
// reader follows what can be observed of that parser (2.17): its messages, when it looks at what,
// and where it stands when it stops. Three habits matter to those who read the columns:
//   - the value of a field is looked at together with the field's name, except
//   - strings, of which only the quote is read until the text is asked for or the next token is;
//   - a wrong character is reported at its own column, anything else at the column after it.
// Columns count UTF-16 code units from 1.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rialto::ruler {

enum class Token : unsigned char {
  End,  // of the text
  StartObject,
  EndObject,
  StartArray,
  EndArray,
  FieldName,
  String,
  Number,
  True,
  False,
  Null,
};

// Copies are cheap while the nesting is shallow; a copy reads on independently.
class Reader {
 public:
  // `text` must outlive the reader and be UTF-8.
  explicit Reader(std::string_view text) : text_(text) {}

  // Errors: InvalidArgument with the whole message, the place included.
  Result<Token> next();

  // The current token as text: a string's content, a number as written, a field's name, the
  // brackets themselves. Reads a string to its end.
  Result<std::string> text();

  // `message` with the place where the reader stands.
  Error fail_here(std::string message) const;

  // Where the current token's text begins and ends, in bytes. A string ends when its text was read.
  std::size_t token_begin() const { return token_begin_; }
  std::size_t position() const { return at_; }

 private:
  enum class Scope : unsigned char { Root, Array, Object };
  struct Context {
    Scope scope = Scope::Root;
    bool has_entry = false;
    std::size_t row = 1;        // of its bracket
    std::size_t row_begin = 0;  // where that row begins
    std::size_t end = 0;        // where the bracket ends
  };

  Result<Token> next_after_name();
  Result<Token> close(char bracket);
  Result<> open(Token token);
  Result<> read_name(char32_t first);
  Result<Token> read_value(char32_t first);
  Result<Token> read_odd_value(char32_t first);
  Result<Token> match_word(std::string_view word, Token token);
  Result<Token> read_number(bool is_negative);
  Result<Token> read_number_to_end(std::size_t begin, bool is_negative);
  Result<Token> finish_number(std::size_t begin);
  Result<Token> invalid_number_start(char32_t first, std::size_t begin, bool is_negative);
  Result<std::string> read_string_content(std::string_view what, std::string_view end_message);
  Result<char32_t> read_escape();
  Result<char32_t> read_hex();

  // The next significant character, consumed; 0 at the end of the text.
  Result<char32_t> skip_blanks();
  Result<char32_t> skip_comma(char32_t found);
  Result<char32_t> skip_colon();

  bool is_at_end() const { return at_ >= text_.size(); }
  char32_t take();
  char peek() const { return text_[at_]; }
  Context& context() { return contexts_.back(); }
  std::string_view scope_name() const;
  std::size_t column(std::size_t offset) const;
  std::string source(std::size_t row, std::size_t column) const;
  std::string start_of_scope() const;
  Error fail_at(std::string message, std::size_t offset) const;
  Error unexpected(char32_t code, std::string_view comment) const;
  Error unexpected_in_number(char32_t code, std::string_view comment, std::size_t offset) const;
  Error unrecognized(std::size_t begin);
  Error end_of_input(std::string_view detail) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t last_ = 0;  // where the character that was taken last begins
  std::size_t row_ = 1;
  std::size_t row_begin_ = 0;
  Token token_ = Token::End;
  Token pending_ = Token::End;  // the value of a field whose name is the current token
  std::size_t token_begin_ = 0;
  bool is_string_open_ = false;
  std::string name_;
  std::string value_;
  std::vector<Context> contexts_{Context{}};
};

}  // namespace rialto::ruler
