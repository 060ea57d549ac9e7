// What is to be said of the target types there are: for `rialto targets` and docs/targets.md.
#pragma once

#include <string_view>
#include <vector>

namespace rialto::targets {

struct TypeFacts {
  std::string_view name;
  std::string_view arn_form;
  std::string_view call;
  std::string_view service;  // whose endpoint is called; empty: it is no AWS service
};

// Each type once, in the order of the registry.
std::vector<TypeFacts> type_facts();

}  // namespace rialto::targets
