#include "ruler/explain.h"

#include <algorithm>
#include <limits>

#include "ruler/match/evaluate.h"
#include "ruler/match/leaves.h"
#include "ruler/show/reason.h"

namespace rialto::ruler {
namespace {

class Explainer {
 public:
  Explainer(const Pattern& pattern, const json::Value& event)
      : pattern_(pattern), event_(event), evaluation_(pattern, event) {}

  Explanation run() {
    Explanation out;
    const std::optional<std::size_t> match = evaluation_.find_match();
    out.matched = match.has_value();
    const Pattern::Alternative& shown = pattern_.alternatives()[match ? *match : closest()];
    is_shown_.assign(pattern_.fields().size(), false);
    for (const std::size_t field : shown) is_shown_[field] = true;
    is_matched_ = out.matched;
    out.root = node(pattern_.tree(), true);
    out.root.passed = out.matched;
    if (!out.matched) out.reason = reason(shown);
    return out;
  }

 private:
  // The alternative of which the fewest fields fail.
  std::size_t closest() {
    std::size_t best = 0;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < pattern_.alternatives().size(); ++i) {
      const Pattern::Alternative& fields = pattern_.alternatives()[i];
      const auto failed = static_cast<std::size_t>(
          std::count_if(fields.begin(), fields.end(),
                        [&](std::size_t field) { return !evaluation_.passes_alone(field); }));
      if (failed >= fewest) continue;
      fewest = failed;
      best = i;
    }
    return best;
  }

  bool passes(std::size_t field) {
    return (is_matched_ && is_shown_[field]) || evaluation_.passes_alone(field);
  }

  // Whether the alternative shown goes through this part of the pattern.
  bool is_on_way(const Node& node) const {
    if (node.kind == Node::Kind::Field) return is_shown_[node.field];
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](const Node& child) { return is_on_way(child); });
  }

  // Depth of recursion: how deep `$or` is nested.
  ExplainedNode node(const Node& source, bool is_way) {
    if (source.kind == Node::Kind::Field) return field(source.field, is_way);
    ExplainedNode out;
    out.kind = source.kind;
    const bool is_any = source.kind == Node::Kind::Any;
    for (const Node& child : source.children) {
      out.children.push_back(node(child, is_way && (!is_any || is_on_way(child))));
    }
    const auto good = [](const ExplainedNode& child) {
      return child.passed || child.is_overridden;
    };
    out.passed = is_any ? std::any_of(out.children.begin(), out.children.end(), good)
                        : std::all_of(out.children.begin(), out.children.end(), good);
    return out;
  }

  ExplainedNode field(std::size_t index, bool is_way) {
    const Field& field = pattern_.fields()[index];
    ExplainedNode out;
    out.kind = Node::Kind::Field;
    out.path = field.path;
    for (const Matcher& matcher : field.any_of) out.matchers.push_back({matcher.source, false});
    visit_leaves(event_, field.path, [&](const json::Value& leaf, const Steps&) {
      if (++out.found_count <= kFoundMax) out.found.push_back(leaf);
      for (std::size_t i = 0; i < field.any_of.size(); ++i) {
        if (ruler::passes(field.any_of[i], leaf)) out.matchers[i].passed = true;
      }
      return true;
    });
    out.is_overridden = is_way && !is_shown_[index];
    out.passed = passes(index);
    const bool is_absent = out.found_count == 0;
    for (std::size_t i = 0; i < field.any_of.size(); ++i) {
      const bool wants_none = std::holds_alternative<IsAbsent>(field.any_of[i].test);
      if (wants_none) out.matchers[i].passed = is_absent;
    }
    if (out.passed || out.is_overridden) return out;
    out.reason = is_absent ? absence(field, event_) : failure(field, out.found, out.found_count);
    return out;
  }

  std::string reason(const Pattern::Alternative& shown) {
    if (!event_.is_object()) return "the event is no JSON object";
    std::vector<std::size_t> failed;
    std::copy_if(shown.begin(), shown.end(), std::back_inserter(failed),
                 [&](std::size_t index) { return !evaluation_.passes_alone(index); });
    // In the order of the text, which is that of the fields.
    if (!failed.empty()) return field(*std::min_element(failed.begin(), failed.end()), true).reason;
    std::string out = "each condition passes, but these not in one element of the same array: ";
    std::vector<std::string> paths;
    for (const std::size_t index : evaluation_.conflict(shown)) {
      paths.push_back(pattern_.fields()[index].path);
    }
    return out + join(paths, paths.size());
  }

  const Pattern& pattern_;
  const json::Value& event_;
  Evaluation evaluation_;
  std::vector<bool> is_shown_;
  bool is_matched_ = false;
};

}  // namespace

Explanation explain(const Pattern& pattern, const json::Value& event) {
  return Explainer(pattern, event).run();
}

}  // namespace rialto::ruler
