#include "cli/match/pattern_line.h"

#include <algorithm>
#include <vector>

#include "json/read.h"

namespace rialto::cli {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Raw JSON text of one member of an object.
struct RawMember {
  std::string_view key;
  std::string_view value;

  bool is(std::string_view name) const {
    if (key.find('\\') == key.npos) return key.substr(1, key.size() - 2) == name;
    const auto text = json::parse(key);
    return text.ok() && text->is_string() && text->as_string() == name;
  }
  bool is_scalar() const { return !value.starts_with('{') && !value.starts_with('['); }
};

// Finds the members of an object without judging their values: those of a malformed pattern must
// come to its compiler as they are.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // False where the text is not shaped like an object; `members` has those before.
  bool scan(std::vector<RawMember>& members) {
    skip_blanks();
    if (!take('{')) return false;
    skip_blanks();
    if (take('}')) return true;
    do {
      skip_blanks();
      RawMember member;
      if (next() != '"' || !take_value(member.key)) return false;
      skip_blanks();
      if (!take(':')) return false;
      skip_blanks();
      if (!take_value(member.value)) return false;
      members.push_back(member);
      skip_blanks();
    } while (take(','));
    return take('}');
  }

  // What follows the object.
  std::string_view rest() {
    skip_blanks();
    return text_.substr(at_);
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }

  bool skip_string() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    at_ = text_.size();
    return false;
  }

  // Up to the bracket that closes the one which is next; of which kind each is does not matter.
  bool skip_nest() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!skip_string()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

  bool take_value(std::string_view& value) {
    const std::size_t start = at_;
    bool is_whole = true;
    if (next() == '"') {
      is_whole = skip_string();
    } else if (next() == '{' || next() == '[') {
      is_whole = skip_nest();
    } else {
      at_ = std::min(text_.find_first_of(",:{}[]\" \t\r\n", at_), text_.size());
    }
    value = text_.substr(start, at_ - start);
    return is_whole && !value.empty();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<PatternLine> read_with_id(const RawMember& id, const RawMember& pattern) {
  PatternLine out;
  RIALTO_TRY(out.id, json::parse(id.value));
  if (!out.id->is_number() && !out.id->is_string()) {
    return fail(Code::InvalidArgument, "An id is a number or a string.");
  }
  out.pattern = pattern.value;
  if (pattern.value.starts_with('"')) {
    RIALTO_TRY(json::Value text, json::parse(pattern.value));
    out.pattern = std::move(text.as_string());
  }
  return out;
}

}  // namespace

Result<PatternLine> read_pattern_line(std::string_view line) {
  std::vector<RawMember> members;
  Scanner scanner(line);
  const bool is_whole = scanner.scan(members);
  if (is_whole && !scanner.rest().empty()) {
    return fail(Code::InvalidArgument, "There is text after the end of the pattern.");
  }
  const auto has_key = [](std::string_view name) {
    return [name](const RawMember& member) { return member.is(name); };
  };
  const auto id = std::ranges::find_if(members, has_key("id"));
  if (id != members.end() && id->is_scalar()) {
    const auto pattern = std::ranges::find_if(members, has_key("pattern"));
    if (is_whole && members.size() == 2 && pattern != members.end()) {
      return read_with_id(*id, *pattern);
    }
    if (!is_whole) {
      RIALTO_TRY_VOID(json::parse(line));
    }
    return fail(Code::InvalidArgument,
                "A line with an id has the keys id and pattern, each once, and no others.");
  }
  return PatternLine{std::nullopt, std::string(line)};
}

}  // namespace rialto::cli
