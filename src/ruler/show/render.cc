// An explanation as text and as JSON. Recursion in both: how deep `$or` is nested.
#include "json/write.h"
#include "ruler/explain.h"
#include "ruler/show/reason.h"

namespace rialto::ruler {
namespace {

std::string found_text(const ExplainedNode& field) {
  if (field.found_count == 0) return "nothing";
  std::vector<std::string> texts;
  for (const json::Value& value : field.found) texts.push_back(short_text(value));
  return join(texts, field.found_count);
}

void append_lines(std::string& out, const ExplainedNode& node, std::size_t indent) {
  out.append(indent, ' ');
  if (node.is_overridden) {
    out += "- " + node.path + " is given again later, which counts\n";
    return;
  }
  out += node.passed ? "✓ " : "✗ ";
  if (node.kind == Node::Kind::Field) {
    std::vector<std::string> wanted;
    for (const ExplainedMatcher& matcher : node.matchers) wanted.push_back(matcher.source);
    out += node.path + " [" + join(wanted, wanted.size()) + "] found " + found_text(node) + "\n";
    return;
  }
  out += node.kind == Node::Kind::Any ? "any of\n" : "all of\n";
  for (const ExplainedNode& child : node.children) append_lines(out, child, indent + 2);
}

json::Value to_json(const ExplainedNode& node) {
  json::Value out(json::Object{});
  if (node.kind != Node::Kind::Field) {
    json::Array children;
    for (const ExplainedNode& child : node.children) children.push_back(to_json(child));
    out.add("passed", node.passed);
    out.add(node.kind == Node::Kind::Any ? "any" : "all", std::move(children));
    return out;
  }
  json::Array matchers;
  for (const ExplainedMatcher& matcher : node.matchers) {
    json::Value each(json::Object{});
    each.add("matcher", matcher.source);
    each.add("passed", matcher.passed);
    matchers.push_back(std::move(each));
  }
  out.add("passed", node.passed);
  out.add("path", node.path);
  out.add("matchers", std::move(matchers));
  out.add("found", json::Array(node.found));
  out.add("foundCount", static_cast<std::int64_t>(node.found_count));
  if (node.is_overridden) out.add("overridden", true);
  if (!node.reason.empty()) out.add("reason", node.reason);
  return out;
}

}  // namespace

std::string to_text(const Explanation& explanation) {
  std::string out =
      explanation.matched ? "✓ the event matches\n" : "✗ no match: " + explanation.reason + "\n";
  for (const ExplainedNode& child : explanation.root.children) append_lines(out, child, 2);
  return out;
}

json::Value to_json(const Explanation& explanation) {
  json::Value out(json::Object{});
  out.add("matched", explanation.matched);
  if (!explanation.matched) out.add("reason", explanation.reason);
  out.add("pattern", to_json(explanation.root));
  return out;
}

}  // namespace rialto::ruler
