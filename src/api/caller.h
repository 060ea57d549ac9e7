// Who is asking, and how: known and permitted by the time a handler sees it. Passed by value, since
// handlers are coroutines.
#pragma once

#include <memory>
#include <string>

#include "policy/policy.h"

namespace rialto::api {

struct Caller {
  std::string account{};     // 12 digits
  std::string region{};      // of the credential's scope
  std::string access_key{};  // empty for an anonymous caller
  std::string user{};        // of the account; empty: its root
  // The access key's own; nullptr: it may do whatever its account may.
  std::shared_ptr<const policy::Policies> policies{};
  std::string request_id{};    // a UUID, as sent in x-amzn-RequestId
  std::string base_url{};      // `scheme://host[:port]` as the caller wrote it, for queue URLs
  std::string peer{};          // the address that the request came from
  bool is_secure = false;      // whether it came by TLS
  std::string trace_header{};  // X-Amzn-Trace-Id; empty when there is none
};

}  // namespace rialto::api
