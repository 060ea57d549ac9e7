// What the reader says of an error, and where it says it is.
#include "ruler/parse/characters.h"
#include "ruler/parse/jackson.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

// The length of source text and of a word that is shown.
constexpr std::size_t kSourceShownMax = 500;
constexpr std::size_t kWordShownMax = 256;

void append_shown(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const utf8::Character character = utf8::at(text, i);
    if (is_control(character.code) && character.code != '\n' && character.code != '\r') {
      constexpr char kDigits[] = "0123456789ABCDEF";
      out += "\\u00";
      out += kDigits[character.code >> 4];
      out += kDigits[character.code & 0xF];
    } else {
      out += text.substr(i, character.size);
    }
    i += character.size;
  }
}

// The first `units` UTF-16 units of `text`; a character of two is not torn.
std::string_view front(std::string_view text, std::size_t units) {
  std::size_t seen = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const utf8::Character character = utf8::at(text, i);
    seen += character.code >= 0x10000 ? 2 : 1;
    if (seen > units) break;
    i += character.size;
  }
  return text.substr(0, i);
}

}  // namespace

std::string_view Reader::scope_name() const {
  switch (contexts_.back().scope) {
    case Scope::Array: return "Array";
    case Scope::Object: return "Object";
    case Scope::Root: break;
  }
  return "root";
}

std::size_t Reader::column(std::size_t offset) const {
  return utf8::utf16_length(text_.substr(row_begin_, offset - row_begin_)) + 1;
}

std::string Reader::source(std::size_t row, std::size_t column) const {
  std::string out = "[Source: (String)\"";
  const std::string_view shown = front(text_, kSourceShownMax);
  append_shown(out, shown);
  out += '"';
  if (shown.size() < text_.size()) {
    out += "[truncated " + std::to_string(utf8::utf16_length(text_) - kSourceShownMax) + " chars]";
  }
  return out + "; line: " + std::to_string(row) + ", column: " + std::to_string(column) + "]";
}

std::string Reader::start_of_scope() const {
  const Context& open = contexts_.back();
  const std::string_view before = text_.substr(open.row_begin, open.end - open.row_begin);
  return source(open.row, utf8::utf16_length(before));
}

Error Reader::fail_at(std::string message, std::size_t offset) const {
  return fail(Code::InvalidArgument, std::move(message) + "\n at " + source(row_, column(offset)));
}

Error Reader::fail_here(std::string message) const { return fail_at(std::move(message), at_); }

Error Reader::unexpected(char32_t code, std::string_view comment) const {
  return fail_at("Unexpected character (" + describe(code) + "): " + std::string(comment), last_);
}

Error Reader::unexpected_in_number(char32_t code, std::string_view comment,
                                   std::size_t offset) const {
  return fail_at(
      "Unexpected character (" + describe(code) + ") in numeric value: " + std::string(comment),
      offset);
}

Error Reader::unrecognized(std::size_t begin) {
  while (!is_at_end() && is_word_part(utf8::at(text_, at_).code) && at_ - begin < kWordShownMax) {
    take();
  }
  std::string word(text_.substr(begin, at_ - begin));
  if (word.size() >= kWordShownMax) word += "...";
  return fail_here("Unrecognized token '" + word + "': was expecting " +
                   std::string(kValuesWanted));
}

Error Reader::end_of_input(std::string_view detail) const {
  return fail_here("Unexpected end-of-input" + std::string(detail));
}

}  // namespace rialto::ruler
