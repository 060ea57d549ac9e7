// A client's connection to an HTTP/1.1 server, kept alive between requests. For our own commands
// (`rialto put`, `rialto bench`), which talk to one server; used by one task at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"
#include "net/task.h"

namespace rialto::http {

// http://host:port or https://host:port, as the commands take it.
struct Endpoint {
  std::string host;  // a name or an address, without brackets
  std::string port;
  bool is_secure = false;  // TLS

  // Errors: InvalidArgument.
  static Result<Endpoint> parse(std::string_view url);
  // host:port, as the Host header takes it.
  std::string text() const;
};

class Client {
 public:
  // `ca_file`: PEM, whom to believe that a server is who it says; empty: whom the system believes.
  Client(Endpoint endpoint, std::chrono::milliseconds timeout, std::string ca_file = {});
  ~Client();
  Client(Client&&) noexcept;

  // One request and its response; connects first when there is no connection. Errors: Unavailable
  // (no connection, or it broke: the outcome is unknown), Timeout.
  Task<Result<Response>> send(Request request);

  // The same, for an answer that comes piece by piece: with the status 200 its body goes to `take`
  // as it arrives, until that answers false or the body ends; other answers' bodies are answered.
  // The time-out is between two pieces.
  using Take = std::function<bool(std::string_view piece)>;
  Task<Result<Response>> stream(Request request, Take take);

 private:
  struct Connection;
  Task<Result<>> connect();
  Task<Result<>> shake_hands();
  Task<Result<>> write(Request request);
  Error give_up(bool is_late, const std::string& why);

  Endpoint endpoint_;
  std::chrono::milliseconds timeout_;
  std::string ca_file_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace rialto::http
