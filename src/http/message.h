// An HTTP request and response as plain values: what the rest of Rialto sees of HTTP.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/task.h"

namespace rialto::http {

struct Header {
  std::string name;  // as sent; compared without regard to case
  std::string value;
};
using Headers = std::vector<Header>;

// The first value of the header, or an empty text.
std::string_view find_header(const Headers& headers, std::string_view name);

// Whether two header names are the same: ASCII letters without regard to case.
bool is_same_name(std::string_view a, std::string_view b);

struct Request {
  std::string method;
  std::string target;  // path and query as sent, still encoded
  Headers headers;
  std::string body;
  std::string peer{};      // the address that it came from; empty for one that we send
  bool is_secure = false;  // came by TLS

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const {
    const std::size_t mark = target.find('?');
    return mark == target.npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  }
};

// A body that comes piece by piece, as it comes to be. It goes when its client does, which is
// noticed when a piece cannot be sent: so there must be one every now and then.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next piece, not empty; nothing at the end. On the thread of the connection.
  virtual Task<std::optional<std::string>> next() = 0;
};

// Content-Length, Transfer-Encoding, Date and Connection are the server's to add.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<BodyStream> stream = nullptr;  // in place of `body`; ends the connection
};

}  // namespace rialto::http
