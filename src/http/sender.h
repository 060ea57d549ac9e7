// Calls other servers: one request, one answer. What targets and connections see of HTTP; a test
// gives them one of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "net/task.h"

namespace rialto::http {

struct Call {
  std::string method;
  std::string url;  // absolute, http or https; path and query encoded already
  // Host and Content-Length are the sender's to add, if they are not here.
  Headers headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout{30'000};  // for all of it, from looking up the name on
  std::size_t answer_bytes_max = std::size_t{1} << 20;  // what is beyond that is not read
  // Whether the operator named this endpoint in the configuration: the egress guard lets it pass.
  // Never true for a URL that came through the API, or that an answer named.
  bool is_trusted = false;
};

// Safe to call from any loop.
class Sender {
 public:
  virtual ~Sender() = default;
  // Any answer is a success, whatever its status; no redirect is followed. Errors: Timeout;
  // Unavailable when there is no connection, or it broke; AccessDenied for an address that the
  // operator does not let us call; InvalidArgument for a URL that is none and for a name that no
  // server of names knows. Their `reason` is an ERROR_CODE of docs/spec/02 §5. No message has a
  // query or a header in it: secrets may be there.
  virtual Task<Result<Response>> send(Call call) = 0;
};

}  // namespace rialto::http
