// Writing HTTP/1.1 heads. Private to http.
#pragma once

#include <string>

#include "http/message.h"

namespace rialto::http {

// The status line and headers of `response`, with Date, Content-Length and Connection, up to and
// including the empty line.
std::string format_head(const Response& response, bool is_kept);

// The request line and headers of `request` to `host`.
std::string format_head(const Request& request, const std::string& host);

}  // namespace rialto::http
