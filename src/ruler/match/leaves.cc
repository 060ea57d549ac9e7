#include "ruler/match/leaves.h"

#include "json/read.h"

namespace rialto::ruler {
namespace {

class Walk {
 public:
  explicit Walk(const Visit& visit) : visit_(visit) {}

  // `path` is what is left of it below the object. Returns false when the walk is over.
  bool object(const json::Object& members, std::string_view path, std::size_t depth) {
    for (const json::Member& member : members) {
      if (!path.starts_with(member.key)) continue;
      const std::string_view rest = path.substr(member.key.size());
      if (rest.empty()) {
        if (!values(member.value, depth)) return false;
      } else if (rest.front() == '.' && !below(member.value, rest.substr(1), depth)) {
        return false;
      }
    }
    return true;
  }

 private:
  // The scalars at the path's end.
  bool values(const json::Value& value, std::size_t depth) {
    if (value.is_object()) return true;
    if (!value.is_array()) return visit_(value, steps_);
    return each(value.items(), depth,
                [&](const json::Value& item) { return values(item, depth + 1); });
  }

  // What the path's rest names below `value`.
  bool below(const json::Value& value, std::string_view path, std::size_t depth) {
    if (value.is_object())
      return depth >= json::kDepthMax || object(value.members(), path, depth + 1);
    if (!value.is_array()) return true;
    return each(value.items(), depth,
                [&](const json::Value& item) { return below(item, path, depth + 1); });
  }

  // Scalars of one array do not exclude each other; so only objects and arrays make a step.
  template <class Each>
  bool each(const json::Array& items, std::size_t depth, const Each& go) {
    if (depth >= json::kDepthMax) return true;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool is_step = items[i].is_object() || items[i].is_array();
      if (is_step) steps_.push_back(Step{&items, i});
      const bool goes_on = go(items[i]);
      if (is_step) steps_.pop_back();
      if (!goes_on) return false;
    }
    return true;
  }

  const Visit& visit_;
  Steps steps_;
};

}  // namespace

void visit_leaves(const json::Value& event, std::string_view path, const Visit& visit) {
  if (event.is_object()) Walk(visit).object(event.members(), path, 0);
}

}  // namespace rialto::ruler
