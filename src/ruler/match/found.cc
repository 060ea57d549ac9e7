#include "ruler/match/found.h"

#include "json/read.h"

namespace rialto::ruler {
void Found::begin(std::size_t path_limit) {
  if (++epoch_ == 0) {
    fields_.clear();
    epoch_ = 1;
  }
  if (fields_.size() < path_limit) {
    fields_.resize(path_limit);
    seen_in_.resize(path_limit);
  }
  leaves_.resize(1);
  elements_.resize(1);
  touched_.clear();
  unescaped_.clear();
  arrays_ = 0;
  element_ = 0;
  has_aliases_ = false;
}

namespace {

class DocumentWalk {
 public:
  DocumentWalk(const PathTree& paths, Found& found) : paths_(paths), found_(found) {}

  void object(const json::Object& members, PathId path, std::size_t depth) {
    if (depth > json::kDepthMax) return;
    for (const json::Member& member : members) {
      PathId child = path;
      std::string_view rest = member.key;
      while (child != kNoPath) {
        const std::size_t dot = rest.find('.');
        child = paths_.find_child(child, rest.substr(0, dot));
        if (dot == rest.npos) break;
        found_.set_has_aliases();
        rest.remove_prefix(dot + 1);
      }
      if (child != kNoPath) value(member.value, child, depth);
    }
  }

 private:
  void value(const json::Value& value, PathId path, std::size_t depth) {
    switch (value.kind()) {
      case json::Kind::Object: return object(value.members(), path, depth + 1);
      case json::Kind::Array: return array(value.items(), path, depth + 1);
      case json::Kind::String: return leaf(path, Leaf::Kind::String, value.as_string());
      case json::Kind::Number: return leaf(path, Leaf::Kind::Number, value.number_text());
      case json::Kind::Bool:
        return leaf(path, value.as_bool() ? Leaf::Kind::True : Leaf::Kind::False, {});
      case json::Kind::Null: return leaf(path, Leaf::Kind::Null, {});
    }
  }

  void array(const json::Array& items, PathId path, std::size_t depth) {
    if (depth > json::kDepthMax) return;
    const std::uint32_t array = found_.open_array();
    const std::uint32_t path_depth = paths_.get(path).depth;
    std::uint32_t index = 0;
    for (const json::Value& item : items) {
      const bool is_element = item.is_object() || item.is_array();
      if (is_element) found_.open_element(array, index, path_depth);
      value(item, path, depth);
      if (is_element) found_.close_element();
      ++index;
    }
  }

  void leaf(PathId path, Leaf::Kind kind, std::string_view text) {
    if (paths_.get(path).is_field) found_.add(path, kind, text.data(), text.size());
  }

  const PathTree& paths_;
  Found& found_;
};

}  // namespace

void find_leaves(const json::Value& event, const PathTree& paths, Found& found) {
  if (event.is_object()) DocumentWalk(paths, found).object(event.members(), kRoot, 0);
}

}  // namespace rialto::ruler
