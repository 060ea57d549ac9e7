// Who is asking, and how: known and permitted by the time a handler sees it. Passed by value, since
// handlers are coroutines.
#pragma once

#include <string>

namespace rialto::api {

struct Caller {
  std::string account{};       // 12 digits
  std::string region{};        // of the credential's scope
  std::string access_key{};    // empty for an anonymous caller
  std::string request_id{};    // a UUID, as sent in x-amzn-RequestId
  std::string base_url{};      // `scheme://host[:port]` as the caller wrote it, for queue URLs
  std::string trace_header{};  // X-Amzn-Trace-Id; empty when there is none
};

}  // namespace rialto::api
