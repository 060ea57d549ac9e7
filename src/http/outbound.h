// The one client for calling other servers: targets, connections, token endpoints. Libcurl's multi
// interface on our loops: connections are kept and used again, HTTP/2 is spoken over TLS where it
// is offered, certificates are checked, no redirect is followed, and every address is judged by the
// egress guard as a connection is made to it, and again as one is used again.
//
// Nothing of the environment counts: no proxy but the one set here, no .netrc, no cookies. Headers
// go as they were given; Host, Content-Length, and what the protocol needs, are all that is added.
// An answer's body comes as it was sent, but for its chunks.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/egress.h"
#include "http/sender.h"
#include "net/runtime.h"
#include "net/task.h"

namespace rialto::http {

struct OutboundOptions {
  EgressOptions egress;
  // http, https, socks4, socks5 or socks5h://host:port; empty: none. Then the names of hosts are
  // the proxy's to look up, and the guard sees no address but those in URLs. This machine is called
  // without it.
  std::string proxy;
  std::string ca_file;  // PEM: who is trusted, in place of the system's; empty: the system's
  std::chrono::milliseconds connect_timeout{3'000};  // less than AWS's 5 s for all of a call
  // Of one loop. A target's deliveries are on one, 256 at a time.
  std::size_t calls_per_host_max = 256;
  std::size_t calls_max = 4'096;
  std::size_t connections_kept_max = 1'024;
};

// Whether the text is a proxy's URL, as `OutboundOptions` takes it.
bool is_proxy(const std::string& url);
// The URL as people may see it.
std::string hide_password(const std::string& url);

// How a call can end.
enum class Ending : std::uint8_t {
  Status2xx,
  Status3xx,
  Status4xx,
  Status5xx,
  Timeout,
  Unavailable,
  Denied,
  Invalid,
  Cancelled,
};
inline constexpr std::array<std::string_view, 9> kEndings = {
    "2xx", "3xx", "4xx", "5xx", "timeout", "unavailable", "denied", "invalid", "cancelled"};

struct OutboundMetrics {
  std::array<std::atomic<std::uint64_t>, kEndings.size()> calls{};  // by Ending
  std::atomic<std::uint64_t> connections_opened{0};
  std::atomic<std::uint64_t> connections_reused{0};  // calls that needed no new one
  std::atomic<std::uint64_t> under_way{0};
};

class Outbound final : public Sender {
 public:
  // For calls from the loops of `runtime`, which must outlive it.
  Outbound(const net::Runtime& runtime, OutboundOptions options);
  // Stops.
  ~Outbound() override;

  // On a loop of the runtime. A call that is cancelled ends with Code::Cancelled, and its
  // connection with it. See http::Sender.
  Task<Result<Response>> send(Call call) override;

  // Ends every call, and those that come later, with Cancelled; closes all connections. Blocks; not
  // from a loop, and while the loops run.
  void stop();

  const OutboundMetrics& metrics() const;

 private:
  class Loop;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rialto::http
