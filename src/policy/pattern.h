// What policies compare texts with: literals, wildcards and policy variables. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/context.h"

namespace rialto::policy {

enum class Case : bool { Matters, IsIgnored };

class Pattern {
 public:
  // What characters of a text stand for more than themselves.
  struct Syntax {
    bool wildcards = true;  // `*` for any run of characters, `?` for any one
    bool variables = true;  // `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`
  };
  // Error: InvalidArgument, for a variable without an end or a name.
  static Result<Pattern> parse(std::string_view text, Syntax syntax);

  // A pattern with a variable that has no value, or several, matches nothing.
  bool matches(std::string_view text, Case letter_case, const Context& context) const;
  // As `matches`, for ARNs: each of the six parts by itself.
  bool matches_arn(std::string_view arn, const Context& context) const;

  const std::string& text() const { return text_; }

 private:
  struct Piece {
    std::string glob;  // with kAnyRun and kAnyOne for the wildcards
    std::string variable{};
    std::optional<std::string> otherwise{};  // where the variable has no value
  };

  // The whole as one glob; nothing when a variable has no value.
  std::optional<std::string> resolve(const Context& context) const;

  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace rialto::policy
