// Writing HTTP/1.1 heads. Private to http.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace rialto::http {

// The status line and headers of `response`, with Date, Content-Length and Connection, up to and
// including the empty line.
std::string format_head(const Response& response, bool is_kept);

// The request line and headers of `request` to `host`.
std::string format_head(const Request& request, const std::string& host);

// One chunk of a chunked body (RFC 9112 §7.1). Requires `piece` not to be empty.
std::string format_chunk(std::string_view piece);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace rialto::http
