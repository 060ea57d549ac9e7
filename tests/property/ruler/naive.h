// A second opinion on matching, by brute force and with nothing in common with src/ruler but the
// compiled pattern and the single matchers: list all leaves, then try every choice of leaves.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "ruler/pattern.h"

namespace rialto::ruler::naive {

using Membership = std::map<int, std::size_t>;  // number of an array -> element

struct Leaf {
  std::string path;
  const json::Value* value;
  Membership membership;
};

class Flattener {
 public:
  void object(const json::Value& value, const std::string& path, bool is_root) {
    for (const json::Member& member : value.members()) {
      any(member.value, is_root ? member.key : path + "." + member.key);
    }
  }

  std::vector<Leaf> leaves;

 private:
  void any(const json::Value& value, const std::string& path) {
    if (value.is_object()) return object(value, path, false);
    if (!value.is_array()) return leaves.push_back({path, &value, membership_});
    const int number = count_++;
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const json::Value& item = value.items()[i];
      if (item.is_object() || item.is_array()) membership_[number] = i;
      any(item, path);
      membership_.erase(number);
    }
  }

  int count_ = 0;
  Membership membership_;
};

inline std::optional<Membership> join(const Membership& left, const Membership& right) {
  Membership out = left;
  for (const auto& [array, index] : right) {
    const auto [found, is_new] = out.emplace(array, index);
    if (!is_new && found->second != index) return std::nullopt;
  }
  return out;
}

inline bool satisfy(const Pattern& pattern, const Pattern::Alternative& fields, std::size_t from,
                    const std::vector<Leaf>& leaves, const Membership& so_far) {
  if (from == fields.size()) return true;
  const Field& field = pattern.fields()[fields[from]];
  bool is_absent = true;
  for (const Leaf& leaf : leaves) {
    if (leaf.path != field.path) continue;
    const std::optional<Membership> joined = join(so_far, leaf.membership);
    if (!joined) continue;
    is_absent = false;
    for (const Matcher& matcher : field.any_of) {
      if (passes(matcher, *leaf.value) && satisfy(pattern, fields, from + 1, leaves, *joined)) {
        return true;
      }
    }
  }
  return is_absent && field.may_be_absent && satisfy(pattern, fields, from + 1, leaves, so_far);
}

inline bool matches(const Pattern& pattern, const json::Value& event) {
  Flattener flattener;
  flattener.object(event, "", true);
  for (const Pattern::Alternative& fields : pattern.alternatives()) {
    if (satisfy(pattern, fields, 0, flattener.leaves, {})) return true;
  }
  return false;
}

}  // namespace rialto::ruler::naive
