#include "policy/pattern.h"

#include "base/text.h"

namespace rialto::policy {
namespace {

// Wildcards as they stand in a glob. Policies and values of variables that have these characters
// are refused, and match nothing.
constexpr char kAnyRun = '\x01';
constexpr char kAnyOne = '\x02';
constexpr std::string_view kWildcards = "\x01\x02";
constexpr std::size_t kArnParts = 6;

// Goes back to the last run of any characters only: no text takes longer than its length times
// that of the glob.
bool glob_matches(std::string_view glob, std::string_view text, Case letter_case) {
  const auto is_same = [letter_case](char a, char b) {
    return a == b || (letter_case == Case::IsIgnored && to_lower(a) == to_lower(b));
  };
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t run = std::string_view::npos;  // of the glob
  std::size_t run_end = 0;                   // of the text
  while (in < text.size()) {
    if (at < glob.size() && glob[at] == kAnyRun) {
      run = at++;
      run_end = in;
    } else if (at < glob.size() && (glob[at] == kAnyOne || is_same(glob[at], text[in]))) {
      ++at;
      ++in;
    } else if (run != std::string_view::npos) {
      at = run + 1;
      in = ++run_end;
    } else {
      return false;
    }
  }
  while (at < glob.size() && glob[at] == kAnyRun) ++at;
  return at == glob.size();
}

// The first part of `rest`, up to a colon, which is taken away; the last part is all that is left.
std::string_view take_part(std::string_view& rest, bool is_last) {
  const std::size_t colon = is_last ? rest.npos : rest.find(':');
  const std::string_view part = rest.substr(0, colon);
  rest.remove_prefix(colon == rest.npos ? rest.size() : colon + 1);
  return part;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text, Syntax syntax) {
  Pattern out;
  out.text_ = text;
  out.pieces_.push_back({});
  if (text.find_first_of(kWildcards) != text.npos) {
    return fail(Code::InvalidArgument, "A text in the policy has control characters.");
  }
  const auto bad_variable = [text] {
    return fail(Code::InvalidArgument, "The variable in '" + std::string(text) +
                                           "' is written ${key} or ${key, 'default'}.");
  };
  while (!text.empty()) {
    if (syntax.variables && text.starts_with("${")) {
      const std::size_t end = text.find('}');
      if (end == text.npos) return bad_variable();
      std::string_view inside = text.substr(2, end - 2);
      text.remove_prefix(end + 1);
      if (inside == "*" || inside == "?" || inside == "$") {
        out.pieces_.back().glob += inside;
        continue;
      }
      Piece& piece = out.pieces_.emplace_back();
      if (const std::size_t comma = inside.find(','); comma != inside.npos) {
        const std::string_view otherwise = trimmed(inside.substr(comma + 1));
        if (otherwise.size() < 2 || otherwise.front() != '\'' || otherwise.back() != '\'') {
          return bad_variable();
        }
        piece.otherwise = otherwise.substr(1, otherwise.size() - 2);
        inside = inside.substr(0, comma);
      }
      piece.variable = to_lower(trimmed(inside));
      if (piece.variable.empty()) return bad_variable();
      out.pieces_.push_back({});
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (syntax.wildcards && c == '*') {
      out.pieces_.back().glob += kAnyRun;
    } else if (syntax.wildcards && c == '?') {
      out.pieces_.back().glob += kAnyOne;
    } else {
      out.pieces_.back().glob += c;
    }
  }
  return out;
}

std::optional<std::string> Pattern::resolve(const Context& context) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (!piece.variable.empty()) {
      if (const auto value = context.find_one(piece.variable)) {
        if (value->find_first_of(kWildcards) != value->npos) return std::nullopt;
        out += *value;
      } else if (piece.otherwise) {
        out += *piece.otherwise;
      } else {
        return std::nullopt;
      }
    }
    out += piece.glob;
  }
  return out;
}

bool Pattern::matches(std::string_view text, Case letter_case, const Context& context) const {
  if (pieces_.size() == 1) return glob_matches(pieces_.front().glob, text, letter_case);
  const auto glob = resolve(context);
  return glob && glob_matches(*glob, text, letter_case);
}

bool Pattern::matches_arn(std::string_view arn, const Context& context) const {
  const auto resolved = pieces_.size() == 1 ? std::nullopt : resolve(context);
  if (pieces_.size() != 1 && !resolved) return false;
  std::string_view glob = resolved ? std::string_view(*resolved) : pieces_.front().glob;
  if (glob == std::string_view(&kAnyRun, 1)) return true;
  for (std::size_t part = 0; part < kArnParts; ++part) {
    const bool is_last = part + 1 == kArnParts;
    if (!glob_matches(take_part(glob, is_last), take_part(arn, is_last), Case::Matters)) {
      return false;
    }
  }
  return true;
}

}  // namespace rialto::policy
