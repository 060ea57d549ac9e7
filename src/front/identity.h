// Whose a request is: account and Region, from the credentials it claims (docs/spec/09 §6, §7).
// Signatures are not verified in this version; that is why Rialto listens on loopback only unless
// it is told otherwise. Pure.
#pragma once

#include <map>
#include <string>

#include "api/caller.h"
#include "aws/request.h"

namespace rialto::front {

struct IdentityOptions {
  std::string default_region = "us-east-1";
  std::map<std::string, std::string> accounts;  // by access key
};

// A key of 12 digits is its own account; of other keys that `accounts` does not name, and of
// requests without credentials, this is the account.
inline constexpr std::string_view kDevAccount = "000000000000";

api::Caller identify(const aws::Request& request, const IdentityOptions& options);

}  // namespace rialto::front
