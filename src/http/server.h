// The HTTP/1.1 server: keep-alive, pipelining, chunked bodies, `Expect: 100-continue`.
//
// A bad client costs only its own connection: malformed requests, oversized headers and bodies and
// slow senders get the status HTTP has for them and the connection ends; the server lives on.
// Memory is bounded: by the number of connections, the size of one body, and the bytes of all
// bodies together.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "net/runtime.h"
#include "net/task.h"

namespace rialto::http {

struct ServerOptions {
  std::size_t header_bytes_max = 32U << 10;
  // Larger bodies are answered by `too_large` (docs/spec/09 §5: 10 MB on the transport).
  std::size_t body_bytes_max = 10U << 20;
  std::size_t all_bodies_bytes_max = 512U << 20;
  std::size_t connections_max = 10'000;
  std::size_t connections_per_address_max = 0;  // 0: as many as in all
  std::chrono::milliseconds idle_timeout{75'000};
  // For the headers, and again for the body, of one request.
  std::chrono::milliseconds read_timeout{30'000};
  std::chrono::milliseconds write_timeout{30'000};
};

// PEM files.
struct TlsFiles {
  std::string certificate;  // and those that lead from it to a CA
  std::string key;
  std::string client_ca;  // who must have signed the certificates of clients; empty: they need none
};

// Called on the thread of the connection. Must outlive the server.
using Handler = std::function<Task<Response>(Request)>;

// What is answered when no request reaches the handler. The server fills in the status.
using Refusal = std::function<Response(int status)>;

class Server {
 public:
  Server(net::Runtime& runtime, ServerOptions options, Handler handler, Refusal refusal);
  // Requires that `stop` was called, or that `listen` never succeeded.
  ~Server();

  // Starts to accept. Port 0 takes a free one. Answers the port. Errors: Unavailable.
  Result<std::uint16_t> listen(const std::string& address, std::uint16_t port);

  // From now on new connections speak TLS with these, and no other way; those that there are stay
  // as they are. Error: InvalidArgument, and then nothing has changed. Any thread.
  Result<> use_tls(const TlsFiles& files);

  // Accepts nothing more, closes idle connections, lets running requests end for `grace` at most,
  // then cancels the rest. Blocks; not from a loop.
  void stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rialto::http
