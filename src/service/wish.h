// What a caller wants of a bus, for policies to judge.
#pragma once

#include <optional>
#include <string>

#include "policy/context.h"

namespace rialto::service {

struct Wish {
  std::string action;  // `events:PutRule`
  // What of the bus; nothing: the bus itself.
  std::optional<std::string> rule{};
  policy::Context context{};
};

}  // namespace rialto::service
