#include "model/stored_json.h"

#include "json/number.h"

namespace rialto::model {
namespace {

constexpr std::int64_t kVersion = 1;

}  // namespace

json::Value new_document() { return json::Value(json::Object{{"version", kVersion}}); }

void add_optional(json::Value& document, std::string name, const std::optional<std::string>& text) {
  if (text) document.add(std::move(name), *text);
}

json::Value encode_tags(const std::map<std::string, std::string>& tags) {
  json::Object out;
  for (const auto& [key, value] : tags) out.push_back({key, value});
  return json::Value(std::move(out));
}

Error unreadable(std::string_view what) {
  return fail(Code::Corruption, "A stored " + std::string(what) + " cannot be read.");
}

Fields::Fields(const json::Value& document) : document_(document) {
  if (integer("version") != kVersion) is_ok_ = false;
}

std::string Fields::text(std::string_view name) {
  if (auto found = optional_text(name)) return *std::move(found);
  is_ok_ = false;
  return {};
}

std::optional<std::string> Fields::optional_text(std::string_view name) const {
  const json::Value* member = document_.find(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->as_string();
}

std::int64_t Fields::integer(std::string_view name) {
  if (const auto found = optional_integer(name)) return *found;
  is_ok_ = false;
  return 0;
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name) const {
  const json::Value* member = document_.find(name);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  return json::to_int64(member->number_text());
}

std::vector<std::string> Fields::texts(std::string_view name) {
  std::vector<std::string> out;
  const json::Value* member = document_.find(name);
  if (member == nullptr || !member->is_array()) {
    is_ok_ = false;
    return out;
  }
  for (const json::Value& item : member->items()) {
    if (item.is_string()) out.push_back(item.as_string());
  }
  return out;
}

std::map<std::string, std::string> Fields::tags() {
  std::map<std::string, std::string> out;
  const json::Value* member = document_.find("tags");
  if (member == nullptr || !member->is_object()) {
    is_ok_ = false;
    return out;
  }
  for (const json::Member& tag : member->members()) {
    if (tag.value.is_string()) out[tag.key] = tag.value.as_string();
  }
  return out;
}

}  // namespace rialto::model
