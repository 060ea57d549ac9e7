#include "aws/query.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "json/number.h"

namespace rialto::aws {
namespace {

// `SendMessageBatchRequestEntry.1.MessageAttribute.2.Value.StringListValue.1` has 7.
constexpr std::size_t kSegmentsMax = 16;

// The fields as a tree, by the dots in their names.
struct Node {
  const std::string* text = nullptr;
  std::map<std::string_view, Node> children;

  const Node* find(std::string_view name) const {
    const auto found = children.find(name);
    return found == children.end() ? nullptr : &found->second;
  }
};

Node make_tree(const Form& form) {
  Node root;
  for (const auto& [key, value] : form) {
    std::string_view rest = key;
    if (static_cast<std::size_t>(std::ranges::count(rest, '.')) >= kSegmentsMax) continue;
    Node* node = &root;
    while (true) {
      const std::size_t dot = rest.find('.');
      node = &node->children[rest.substr(0, dot)];
      if (dot == std::string_view::npos) break;
      rest.remove_prefix(dot + 1);
    }
    node->text = &value;
  }
  return root;
}

// The numbered children, in the order of their numbers; without any, the node itself stands for the
// only item, unless it is an empty field, which is an empty list.
std::vector<const Node*> items_of(const Node& node, std::string_view wrapper) {
  if (const Node* wrapped = node.find(wrapper)) return items_of(*wrapped, "");
  std::map<std::uint32_t, const Node*> numbered;
  for (const auto& [name, child] : node.children) {
    std::uint32_t number = 0;
    const char* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) numbered.emplace(number, &child);
  }
  std::vector<const Node*> items;
  items.reserve(numbered.size());
  for (const auto& [number, child] : numbered) items.push_back(child);
  const bool is_single = !node.children.empty() || (node.text != nullptr && !node.text->empty());
  if (items.empty() && is_single) items.push_back(&node);
  return items;
}

Error not_valid(const std::string& text, const std::string& name, const char* reason) {
  return fail(Code::InvalidArgument,
              "Value " + text + " for parameter " + name + " is invalid. Reason: " + reason);
}

Result<json::Value> scalar(const api::Shape& shape, const Node& node, const std::string& name) {
  if (node.text == nullptr) return json::Value();
  const std::string& text = *node.text;
  switch (shape.kind) {
    case api::Kind::Integer:
    case api::Kind::Long:
      if (!json::is_number(text) || !json::to_int64(text)) {
        return not_valid(text, name, "Must be an integer.");
      }
      return json::Value(json::Number{text});
    case api::Kind::Boolean:
      if (text == "true" || text == "1") return json::Value(true);
      if (text == "false" || text == "0") return json::Value(false);
      return not_valid(text, name, "Must be true or false.");
    case api::Kind::String:
    case api::Kind::Timestamp:
    case api::Kind::Blob:
    case api::Kind::List:
    case api::Kind::Map:
    case api::Kind::Structure: break;
  }
  return json::Value(text);
}

const Node* first_of(const Node& node, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Node* found = name.empty() ? nullptr : node.find(name);
    if (found != nullptr) return found;
  }
  return nullptr;
}

Result<json::Value> convert(const api::Shape& shape, const Node& node, const std::string& name);

Result<json::Value> convert_map(const api::Shape& shape, const Node& node,
                                const std::string& name) {
  json::Object members;
  for (const Node* entry : items_of(node, "entry")) {
    const Node* key = first_of(*entry, {shape.query_key, "key"});
    const Node* value = first_of(*entry, {"Value", "value"});
    if (key == nullptr || key->text == nullptr) continue;
    json::Value converted;
    if (value != nullptr) {
      RIALTO_TRY(converted, convert(*shape.element, *value, name + "." + *key->text));
    }
    // As in JSON, the last of a repeated key wins.
    const auto same = std::ranges::find(members, *key->text, &json::Member::key);
    if (same != members.end()) {
      same->value = std::move(converted);
    } else {
      members.push_back({*key->text, std::move(converted)});
    }
  }
  return json::Value(std::move(members));
}

Result<json::Value> convert_structure(const api::Shape& shape, const Node& node,
                                      const std::string& prefix) {
  json::Object members;
  for (const api::Member& member : shape.members) {
    if (member.shape == nullptr) continue;
    const Node* found =
        first_of(node, {member.shape->query, member.shape->query_also, member.name});
    if (found == nullptr) continue;
    const std::string name = prefix + std::string(member.name);
    RIALTO_TRY(json::Value value, convert(*member.shape, *found, name));
    members.push_back({std::string(member.name), std::move(value)});
  }
  return json::Value(std::move(members));
}

// Recursion follows the shape, which is finite.
Result<json::Value> convert(const api::Shape& shape, const Node& node, const std::string& name) {
  switch (shape.kind) {
    case api::Kind::List: {
      json::Array items;
      for (const Node* item : items_of(node, "member")) {
        const std::string at = name + "." + std::to_string(items.size() + 1);
        RIALTO_TRY(json::Value value, convert(*shape.element, *item, at));
        items.push_back(std::move(value));
      }
      return json::Value(std::move(items));
    }
    case api::Kind::Map: return convert_map(shape, node, name);
    case api::Kind::Structure: return convert_structure(shape, node, name + ".");
    case api::Kind::String:
    case api::Kind::Integer:
    case api::Kind::Long:
    case api::Kind::Boolean:
    case api::Kind::Timestamp:
    case api::Kind::Blob: break;
  }
  return scalar(shape, node, name);
}

}  // namespace

Result<json::Value> from_form(const api::Shape& shape, const Form& form) {
  return convert_structure(shape, make_tree(form), "");
}

}  // namespace rialto::aws
