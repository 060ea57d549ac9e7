#include "aws/xml.h"

namespace rialto::aws {
namespace {

void append_element(std::string& out, std::string_view name, const api::Shape& shape,
                    const json::Value& value);

void append_content(std::string& out, const api::Shape& shape, const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::Null: break;
    case json::Kind::Bool: out += value.as_bool() ? "true" : "false"; break;
    case json::Kind::Number: out += value.number_text(); break;
    case json::Kind::String: append_escaped(out, value.as_string()); break;
    case json::Kind::Array:
    case json::Kind::Object: append_xml(out, shape, value); break;
  }
}

void open(std::string& out, std::string_view name) { out.append("<").append(name).append(">"); }
void close(std::string& out, std::string_view name) { out.append("</").append(name).append(">"); }

// One <Name> per item, straight under the structure: the query protocol's flattened form.
void append_items(std::string& out, std::string_view name, const api::Shape& shape,
                  const json::Value& value) {
  for (const json::Value& item : value.items()) {
    append_element(out, name, *shape.element, item);
  }
}

void append_entries(std::string& out, std::string_view name, const api::Shape& shape,
                    const json::Value& value) {
  const std::string_view key_name = shape.query_key.empty() ? "key" : shape.query_key;
  const std::string_view value_name = shape.query_key.empty() ? "value" : "Value";
  for (const json::Member& entry : value.members()) {
    open(out, name);
    open(out, key_name);
    append_escaped(out, entry.key);
    close(out, key_name);
    append_element(out, value_name, *shape.element, entry.value);
    close(out, name);
  }
}

void append_element(std::string& out, std::string_view name, const api::Shape& shape,
                    const json::Value& value) {
  if (value.is_null()) return;
  if (shape.kind == api::Kind::List && value.is_array()) {
    append_items(out, shape.query.empty() ? name : shape.query, shape, value);
  } else if (shape.kind == api::Kind::Map && value.is_object()) {
    append_entries(out, shape.query.empty() ? name : shape.query, shape, value);
  } else {
    open(out, name);
    append_content(out, shape, value);
    close(out, name);
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\r': out += "&#xD;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') {
          out += "\uFFFD";
        } else {
          out += c;
        }
    }
  }
}

void append_xml(std::string& out, const api::Shape& shape, const json::Value& value) {
  if (shape.kind != api::Kind::Structure || !value.is_object()) return;
  for (const api::Member& member : shape.members) {
    const json::Value* found = member.shape == nullptr ? nullptr : value.find(member.name);
    if (found != nullptr) append_element(out, member.name, *member.shape, *found);
  }
}

}  // namespace rialto::aws
