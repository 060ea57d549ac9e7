#include "json/path.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rialto::json {

class Path::Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  // Takes one step off the text; false when it is none of ours.
  bool take_step(Step& out) {
    const char opener = rest_.front();
    rest_.remove_prefix(1);
    if (opener == '.') return take_name(out);
    return opener == '[' && take_bracket(out);
  }

  bool is_at_end() const { return rest_.empty(); }

 private:
  // Names may hold more than the letters, digits, `-`, `_` and `/` that the documentation promises:
  // an event's key of other characters is better found than not.
  bool take_name(Step& out) {
    const std::size_t length = std::min(rest_.find_first_of(".["), rest_.size());
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (name.empty()) return false;
    out = name == "*" ? Step{.kind = Kind::All, .name = {}}
                      : Step{.kind = Kind::Name, .name = std::string(name)};
    return true;
  }

  bool take_bracket(Step& out) {
    const std::size_t closing = rest_.find(']');
    if (closing == rest_.npos) return false;
    const std::string_view inside = rest_.substr(0, closing);
    rest_.remove_prefix(closing + 1);
    if (inside == "*") {
      out = Step{.kind = Kind::All, .name = {}};
      return true;
    }
    out = Step{.kind = Kind::Index, .name = {}};
    const char* const end = inside.data() + inside.size();
    const auto [stop, ec] = std::from_chars(inside.data(), end, out.index);
    return ec == std::errc() && stop == end;
  }

  std::string_view rest_;
};

Result<Path> Path::parse(std::string_view text) {
  if (!text.starts_with('$')) {
    return fail(Code::InvalidArgument, "A JSON path starts with '$'.");
  }
  if (text.find("['") != text.npos || text.find("[\"") != text.npos) {
    return fail(Code::InvalidArgument, "A JSON path names members by '.name', not in brackets.");
  }
  Path path;
  Reader reader(text.substr(1));
  while (!reader.is_at_end()) {
    Step step{.kind = Kind::All, .name = {}};
    if (!reader.take_step(step)) {
      path.is_supported_ = false;
      break;
    }
    path.is_plural_ = path.is_plural_ || step.kind == Kind::All;
    path.steps_.push_back(std::move(step));
  }
  return path;
}

const Value* Path::follow(const Step& step, const Value& from) {
  if (step.kind == Kind::Name) return from.find(step.name);
  if (!from.is_array() || step.index >= from.items().size()) return nullptr;
  return &from.items()[step.index];
}

void Path::follow_all(const Step& step, const Value& from, std::vector<const Value*>& out) {
  if (step.kind != Kind::All) {
    if (const Value* next = follow(step, from)) out.push_back(next);
  } else if (from.is_array()) {
    for (const Value& item : from.items()) out.push_back(&item);
  } else if (from.is_object()) {
    for (const Member& member : from.members()) out.push_back(&member.value);
  }
}

const Value* Path::find(const Value& root) const {
  if (!is_supported_ || is_plural_) return nullptr;
  const Value* at = &root;
  for (const Step& step : steps_) {
    at = follow(step, *at);
    if (!at) return nullptr;
  }
  return at;
}

const Value* Path::find(const Value& root, Value& made) const {
  if (!is_plural_) return find(root);
  if (!is_supported_) return nullptr;
  std::vector<const Value*> found{&root};
  bool is_past_all = false;
  for (const Step& step : steps_) {
    if (step.kind == Kind::All && !is_past_all) {
      // Up to here the path is a plain one, so that there is one value.
      if (!found.front()->is_array() && !found.front()->is_object()) return nullptr;
      is_past_all = true;
    }
    std::vector<const Value*> next;
    for (const Value* each : found) follow_all(step, *each, next);
    found = std::move(next);
    if (found.empty() && (!is_past_all || !kNoMatchIsEmptyArray)) return nullptr;
  }
  Array items;
  items.reserve(found.size());
  for (const Value* each : found) items.push_back(*each);
  made = Value(std::move(items));
  return &made;
}

}  // namespace rialto::json
