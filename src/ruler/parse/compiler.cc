#include "ruler/parse/compiler.h"

#include <algorithm>

#include "ruler/parse/complexity.h"
#include "ruler/parse/matchers.h"
#include "ruler/parse/or_scan.h"

namespace rialto::ruler {
namespace {

// Our own bound on fields times alternatives, which AWS's pattern length never reaches.
constexpr std::size_t kPlacementsMax = 2'000'000;

// Our own bound on the bytes of all paths: below one long name many fields have long paths. AWS's
// pattern length does not allow for half of it.
constexpr std::size_t kPathBytesMax = 4'000'000;

constexpr std::string_view kTooLong = "The paths of the fields are too long in total";

// AWS's wording for this is not known.
constexpr std::string_view kTooManyCombinations =
    "The number of combinations of $or must not exceed 1000";

constexpr std::string_view kTooComplex =
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character "
    "sequences after a wildcard character";

}  // namespace

Result<Pattern> Compiler::compile() {
  RIALTO_TRY(const Token first, reader_.next());
  if (first != Token::StartObject) return reader_.fail_here("Filter is not an object");
  Drafts drafts;
  Node tree;
  RIALTO_TRY_VOID(read_object(drafts, false, tree, false));
  Pattern pattern = finish(drafts, std::move(tree));
  if (pattern.has_wildcard() && !has_simple_wildcards(pattern)) {
    return fail(Code::InvalidArgument, std::string(kTooComplex));
  }
  return pattern;
}

// Depth of recursion: that of the text, which the reader bounds.
Result<> Compiler::read_object(Drafts& drafts, bool has_parent, Node& all, bool is_in_or) {
  for (bool is_empty = true;; is_empty = false) {
    RIALTO_TRY(const Token token, reader_.next());
    if (token == Token::EndObject) {
      if (is_empty) return reader_.fail_here("Empty objects are not allowed");
      return {};
    }
    RIALTO_TRY(const std::string name, reader_.text());
    if (name == kOr && is_or_ahead()) {
      RIALTO_TRY_VOID(read_or(drafts, has_parent, all));
    } else if (is_in_or && is_reserved(name)) {
      return reader_.fail_here(name +
                               " is Ruler reserved fieldName which cannot be used inside $or.");
    } else {
      RIALTO_TRY_VOID(read_field(drafts, name, has_parent, all, is_in_or));
    }
  }
}

Result<> Compiler::read_field(Drafts& drafts, const std::string& name, bool has_parent, Node& all,
                              bool is_in_or) {
  RIALTO_TRY(const Token token, reader_.next());
  if (token != Token::StartObject && token != Token::StartArray) {
    return reader_.fail_here("\"" + name + "\" must be an object or an array");
  }
  const std::size_t parent_size = path_.size();
  if (has_parent) path_ += '.';
  path_ += name;
  if (token == Token::StartObject) {
    RIALTO_TRY_VOID(read_object(drafts, true, all, is_in_or));
  } else {
    RIALTO_TRY_VOID(read_matchers(drafts, all));
  }
  path_.resize(parent_size);
  return {};
}

// `$or` is the operator only where it could mean nothing else; otherwise it is a field of that name
// (docs/spec/01 §3.3), so the text ahead decides.
bool Compiler::is_or_ahead() {
  const std::size_t place = reader_.position();
  if (!or_answers_.contains(place)) scan_or(reader_, or_answers_);
  return or_answers_[place];
}

Result<> Compiler::read_or(Drafts& drafts, bool has_parent, Node& all) {
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
    RIALTO_TRY_VOID(read_object(branch, has_parent, any.children.emplace_back(), true));
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

Result<> Compiler::read_matchers(Drafts& drafts, Node& all) {
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
  path_bytes_ += path_.size();
  if (path_bytes_ > kPathBytesMax) return fail(Code::InvalidArgument, std::string(kTooLong));
  const auto number = static_cast<std::uint32_t>(paths_.size());
  const Placed placed{paths_.try_emplace(path_, number).first->second,
                      static_cast<std::uint32_t>(fields_.size())};
  for (Draft& draft : drafts) place(draft, placed);
  all.children.push_back(Node{Node::Kind::Field, fields_.size(), {}});
  field.path = path_;
  fields_.push_back(std::move(field));
  return {};
}

// The later field of a path takes the place of the earlier one.
void Compiler::place(Draft& draft, Placed placed) {
  const auto at =
      std::lower_bound(draft.begin(), draft.end(), placed,
                       [](const Placed& a, const Placed& b) { return a.path < b.path; });
  if (at != draft.end() && at->path == placed.path) {
    at->field = placed.field;
  } else {
    draft.insert(at, placed);
  }
}

Pattern Compiler::finish(const Drafts& drafts, Node tree) {
  auto data = std::make_shared<Pattern::Data>();
  data->text = text_;
  data->tree = std::move(tree);
  data->fields = std::move(fields_);
  std::vector<std::uint32_t> rank(paths_.size());  // by number, in the order of paths
  for (std::uint32_t next = 0; const auto& [path, number] : paths_) rank[number] = next++;
  std::vector<bool> is_used(data->fields.size());
  for (Draft draft : drafts) {
    std::sort(draft.begin(), draft.end(),
              [&](const Placed& a, const Placed& b) { return rank[a.path] < rank[b.path]; });
    Pattern::Alternative& alternative = data->alternatives.emplace_back();
    alternative.reserve(draft.size());
    for (const Placed& placed : draft) {
      alternative.push_back(placed.field);
      is_used[placed.field] = true;
    }
  }
  for (std::size_t i = 0; i < data->fields.size(); ++i) {
    if (!is_used[i]) continue;
    const Field& field = data->fields[i];
    if (field.may_be_absent) data->has_absence = true;
    if (std::any_of(field.any_of.begin(), field.any_of.end(), is_wildcard)) {
      data->has_wildcard = true;
    }
  }
  return Pattern(std::move(data));
}

}  // namespace rialto::ruler
