#include "ruler/parse/compiler.h"

#include <algorithm>
#include <set>

#include "ruler/parse/complexity.h"
#include "ruler/parse/matchers.h"

namespace rialto::ruler {
namespace {

// Our own bound on fields times alternatives, which AWS's pattern length never reaches.
constexpr std::size_t kPlacementsMax = 2'000'000;

constexpr std::string_view kOr = "$or";

// AWS's wording for this is not known.
constexpr std::string_view kTooManyCombinations =
    "The number of combinations of $or must not exceed 1000";

constexpr std::string_view kTooComplex =
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
    "sequences after a wildcard character";

bool is_reserved(std::string_view name) {
  constexpr std::string_view kReserved[] = {"exactly",
                                            "equals-ignore-case",
                                            "prefix",
                                            "suffix",
                                            "anything-but",
                                            "exists",
                                            "wildcard",
                                            "numeric",
                                            "cidr",
                                            "=",
                                            "<",
                                            "<=",
                                            ">",
                                            ">=",
                                            "regex",
                                            "not-wildcard",
                                            "date-after",
                                            "not-equals-ignore-case",
                                            "date-before",
                                            "date-on-or-after",
                                            "date-on-or-before",
                                            "in-date-range",
                                            "ip-address-in-range",
                                            "ip-address-not-in-range"};
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

// The members of the object that the reader has just opened are read to its end. Whether none of
// them has a reserved name; an error of syntax is left for the real reading to find.
Result<bool> has_free_names_only(Reader& reader) {
  bool is_free = true;
  for (std::size_t depth = 1; depth > 0;) {
    RIALTO_TRY(const Token token, reader.next());
    if (token == Token::StartObject || token == Token::StartArray) ++depth;
    if (token == Token::EndObject || token == Token::EndArray) --depth;
    if (token != Token::FieldName || depth != 1) continue;
    RIALTO_TRY(const std::string name, reader.text());
    if (is_reserved(name)) is_free = false;
  }
  return is_free;
}

Result<bool> is_array_of_branches(Reader& reader) {
  RIALTO_TRY(Token token, reader.next());
  if (token != Token::StartArray) return false;
  for (std::size_t branches = 0;; ++branches) {
    RIALTO_TRY(token, reader.next());
    if (token == Token::EndArray) return branches >= 2;
    if (token != Token::StartObject) return false;
    RIALTO_TRY(const bool is_free, has_free_names_only(reader));
    if (!is_free) return false;
  }
}

}  // namespace

Result<Pattern> Compiler::compile() {
  RIALTO_TRY(const Token first, reader_.next());
  if (first != Token::StartObject) return reader_.fail_here("Filter is not an object");
  Drafts drafts;
  Node tree;
  RIALTO_TRY_VOID(read_object(drafts, nullptr, tree, false));
  Pattern pattern = finish(drafts, std::move(tree));
  if (pattern.has_wildcard() && !has_simple_wildcards(pattern)) {
    return fail(Code::InvalidArgument, std::string(kTooComplex));
  }
  return pattern;
}

// Depth of recursion: that of the text, which the reader bounds.
Result<> Compiler::read_object(Drafts& drafts, const std::string* parent, Node& all,
                               bool is_in_or) {
  for (bool is_empty = true;; is_empty = false) {
    RIALTO_TRY(const Token token, reader_.next());
    if (token == Token::EndObject) {
      if (is_empty) return reader_.fail_here("Empty objects are not allowed");
      return {};
    }
    RIALTO_TRY(std::string name, reader_.text());
    if (name == kOr && is_or_ahead()) {
      RIALTO_TRY_VOID(read_or(drafts, parent, all));
    } else if (is_in_or && is_reserved(name)) {
      return reader_.fail_here(name +
                               " is Ruler reserved fieldName which cannot be used inside $or.");
    } else {
      RIALTO_TRY_VOID(read_field(drafts, parent, std::move(name), all, is_in_or));
    }
  }
}

Result<> Compiler::read_field(Drafts& drafts, const std::string* parent, std::string name,
                              Node& all, bool is_in_or) {
  RIALTO_TRY(const Token token, reader_.next());
  if (token != Token::StartObject && token != Token::StartArray) {
    return reader_.fail_here("\"" + name + "\" must be an object or an array");
  }
  std::string path = parent == nullptr ? std::move(name) : *parent + "." + name;
  if (token == Token::StartObject) return read_object(drafts, &path, all, is_in_or);
  return read_matchers(drafts, std::move(path), all);
}

// `$or` is the operator only where it could mean nothing else; otherwise it is a field of that name
// (docs/spec/01 §3.3), so the text ahead decides.
bool Compiler::is_or_ahead() const {
  Reader ahead = reader_;
  const Result<bool> answer = is_array_of_branches(ahead);
  return !answer.ok() || *answer;
}

Result<> Compiler::read_or(Drafts& drafts, const std::string* parent, Node& all) {
  Drafts before = std::move(drafts);
  drafts.clear();
  if (before.empty()) before.emplace_back();
  std::size_t weight = 0;
  for (const Draft& draft : before) weight += draft.size() + 1;
  Node any{Node::Kind::Any, 0, {}};
  RIALTO_TRY(Token token, reader_.next());
  while (true) {
    RIALTO_TRY(token, reader_.next());
    if (token != Token::StartObject) break;
    RIALTO_TRY_VOID(count_placements(weight));
    Drafts branch = before;
    RIALTO_TRY_VOID(read_object(branch, parent, any.children.emplace_back(), true));
    if (drafts.size() + branch.size() > kCombinationsMax) {
      return fail(Code::InvalidArgument, std::string(kTooManyCombinations));
    }
    std::move(branch.begin(), branch.end(), std::back_inserter(drafts));
  }
  all.children.push_back(std::move(any));
  return {};
}

Result<> Compiler::count_placements(std::size_t count) {
  placements_ += count;
  if (placements_ <= kPlacementsMax) return {};
  return fail(Code::InvalidArgument, std::string(kTooManyCombinations));
}

Result<> Compiler::read_matchers(Drafts& drafts, std::string path, Node& all) {
  Field field;
  while (true) {
    RIALTO_TRY(const Token token, reader_.next());
    if (token == Token::EndArray) break;
    RIALTO_TRY(Matcher matcher, read_matcher(reader_, token, text_));
    if (std::holds_alternative<IsAbsent>(matcher.test)) field.may_be_absent = true;
    field.any_of.push_back(std::move(matcher));
  }
  if (field.any_of.empty()) return reader_.fail_here("Empty arrays are not allowed");
  if (drafts.empty()) drafts.emplace_back();
  RIALTO_TRY_VOID(count_placements(drafts.size()));
  const std::string_view key = *paths_.insert(path).first;
  for (Draft& draft : drafts) draft[key] = fields_.size();
  all.children.push_back(Node{Node::Kind::Field, fields_.size(), {}});
  field.path = std::move(path);
  fields_.push_back(std::move(field));
  return {};
}

Pattern Compiler::finish(const Drafts& drafts, Node tree) {
  auto data = std::make_shared<Pattern::Data>();
  data->text = text_;
  data->tree = std::move(tree);
  data->fields = std::move(fields_);
  std::set<std::size_t> used;
  for (const Draft& draft : drafts) {
    Pattern::Alternative& alternative = data->alternatives.emplace_back();
    for (const auto& [path, index] : draft) {
      alternative.push_back(index);
      used.insert(index);
    }
  }
  for (const std::size_t index : used) {
    const Field& field = data->fields[index];
    if (field.may_be_absent) data->has_absence = true;
    if (std::any_of(field.any_of.begin(), field.any_of.end(), is_wildcard)) {
      data->has_wildcard = true;
    }
  }
  return Pattern(std::move(data));
}

}  // namespace rialto::ruler
