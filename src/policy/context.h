// What is known of a request besides who wants what of which resource: the context keys that
// conditions ask for (docs/spec/03 §2). Plain values.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rialto::policy {

// Few keys, so a list. Names are in small letters, as the case of keys says nothing.
class Context {
 public:
  using Values = std::vector<std::string>;

  // A key is put once. One without values is as if it were not there.
  void put(std::string_view key, Values values) {
    if (!values.empty()) keys_.emplace_back(key, std::move(values));
  }
  void put(std::string_view key, std::string value) { put(key, Values{std::move(value)}); }

  // nullptr when there is none.
  const Values* find(std::string_view key) const {
    const auto found = std::ranges::find(keys_, key, [](const auto& one) { return one.first; });
    return found == keys_.end() ? nullptr : &found->second;
  }
  std::optional<std::string_view> find_one(std::string_view key) const {
    const Values* values = find(key);
    if (values == nullptr || values->size() != 1) return std::nullopt;
    return values->front();
  }

 private:
  std::vector<std::pair<std::string, Values>> keys_;
};

}  // namespace rialto::policy
