// What the stored JSON documents of resources have in common. For sources of model.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace rialto::model {

// A document with its version, which is 1 for all there are.
json::Value new_document();

void add_optional(json::Value& document, std::string name, const std::optional<std::string>& text);
json::Value encode_tags(const std::map<std::string, std::string>& tags);

// Corruption, of a stored `what`.
Error unreadable(std::string_view what);

// Reads the members of one stored document; the first that is missing or of another kind makes
// `is_ok` false. The document must outlive it.
class Fields {
 public:
  explicit Fields(const json::Value& document);

  std::string text(std::string_view name);
  std::optional<std::string> optional_text(std::string_view name) const;
  std::int64_t integer(std::string_view name);
  std::optional<std::int64_t> optional_integer(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name);
  std::map<std::string, std::string> tags();

  bool is_ok() const { return is_ok_; }

 private:
  const json::Value& document_;
  bool is_ok_ = true;
};

}  // namespace rialto::model
