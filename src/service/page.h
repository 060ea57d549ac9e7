// Pages of a list that is sorted by name (docs/spec/03 §7). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rialto::service {

// The model's bound on Limit, and what is taken when it is absent (unverified at AWS).
inline constexpr std::int64_t kPageMax = 100;

// What a page continues: which list, with which parameters. A token is good for the same only.
struct PageRequest {
  std::string_view list;    // the operation
  std::string_view filter;  // its other parameters, in any unambiguous text
  std::optional<std::string> token;
  std::optional<std::int64_t> limit;
};

class Page {
 public:
  // Error: InvalidArgument for a token that is not one of this list.
  static Result<Page> open(const PageRequest& request);

  // Whether `name` belongs on this page; to be asked in order. False past the end too, and then
  // `next_token` is there.
  bool takes(std::string_view name);

  // Absent on the last page.
  const std::optional<std::string>& next_token() const { return next_token_; }

 private:
  std::string seal_;   // binds tokens to the list and its parameters
  std::string after_;  // the last name of the page before
  std::int64_t left_ = 0;
  std::string last_;
  std::optional<std::string> next_token_;
};

}  // namespace rialto::service
