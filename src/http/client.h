// A client's connection to an HTTP/1.1 server, kept alive between requests. For our own commands
// (`rialto put`, `rialto bench`), which talk to one server; used by one task at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "net/task.h"

namespace rialto::http {

// http://host:port, as the commands take it. TLS is not spoken.
struct Endpoint {
  std::string host;  // a name or an address, without brackets
  std::string port;

  // Errors: InvalidArgument.
  static Result<Endpoint> parse(std::string_view url);
  // host:port, as the Host header takes it.
  std::string text() const;
};

class Client {
 public:
  Client(Endpoint endpoint, std::chrono::milliseconds timeout);
  ~Client();
  Client(Client&&) noexcept;

  // One request and its response; connects first when there is no connection. Errors: Unavailable
  // (no connection, or it broke: the outcome is unknown), Timeout.
  Task<Result<Response>> send(Request request);

 private:
  struct Connection;
  Task<Result<>> connect();

  Endpoint endpoint_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace rialto::http
