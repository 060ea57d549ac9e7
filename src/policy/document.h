// The policy of a bus as PutPermission and RemovePermission change it: one statement at a time
// (docs/spec/03 §2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace rialto::policy {

// What PutPermission says in the place of a whole policy.
struct Permission {
  struct Condition {
    std::string type;
    std::string key;
    std::string value;
  };
  std::string statement_id;
  std::string principal;  // an account, or `*`
  std::string action;
  std::optional<Condition> condition{};
};

// `policy`, if there is one, with the statement that gives the permission in the place of
// the one of its id, else at the end. `resource` is the bus's ARN. Error: Corruption, for a text
// that is no policy.
Result<std::string> with_permission(const std::optional<std::string>& policy,
                                    const Permission& permission, const std::string& resource);

// Without the statement of the id; nothing when it was the only one. Error: NotFound.
Result<std::optional<std::string>> without_statement(const std::optional<std::string>& policy,
                                                     std::string_view statement_id);

}  // namespace rialto::policy
