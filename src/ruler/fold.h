// Text compared without regard to case, as event patterns do it (docs/spec/01 §3.2).
//
// A pattern's character matches its own lower case form and its own upper case form, and nothing
// else: the pattern `s` matches `s` and `S` but not `ſ`, while the pattern `ſ` matches `ſ` and `S`.
// The forms follow Unicode's full mappings without a language, so that `ß` also matches `SS`; they
// are known for every character below U+10000. Characters above match themselves only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::ruler {

class Folded {
 public:
  // Requires UTF-8.
  explicit Folded(std::string_view text);

  bool equals(std::string_view text) const;
  bool is_prefix_of(std::string_view text) const;
  bool is_suffix_of(std::string_view text) const;

  const std::string& text() const { return text_; }

  // The two forms of one character of the text; they are equal for a character without case.
  struct Letter {
    std::string lower;
    std::string upper;
  };
  const std::vector<Letter>& letters() const { return letters_; }

 private:
  std::string text_;
  std::vector<Letter> letters_;
};

// Writes to `out` the text with all forms of each character made one: what a Folded text equals,
// begins or ends has the key that its own text has, begins or ends with. (Not the other way round:
// the keys of `ſ` and `s` are the same.) Requires UTF-8.
void make_fold_key(std::string_view text, std::string& out);

}  // namespace rialto::ruler
