// Calls in numbers: putting events, and receiving and deleting what they led to. Each load runs on
// the caller's event loop, on keep-alive connections with one call in flight each.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/bench/histogram.h"
#include "cli/commands.h"
#include "http/client.h"
#include "net/task.h"

namespace rialto::cli {

struct PutLoad {
  http::Endpoint endpoint;
  Connection connection;
  http::Request request;
  std::size_t connections = 1;
  std::chrono::nanoseconds duration{0};
  std::optional<std::uint64_t> calls_max{};
  // Calls a second that become due whether or not earlier ones are answered; a call's latency then
  // counts from the moment it was due. Absent: each connection sends as soon as it is answered.
  std::optional<double> rate{};
  bool is_yardstick = false;  // any answer with status 200 will do

  // Goes from when the load is made, which is to be just before it runs; what stamps are read from.
  Stopwatch watch{};
  std::uint64_t begun = 0;
  std::uint64_t failed = 0;
  double seconds = 0;
  Histogram micros{};  // of the calls that succeeded
};

// Until the time is over, or calls_max are made; gives up after 100 failures.
Task<> run(PutLoad* load);

struct ReceiveLoad {
  http::Endpoint endpoint;
  Connection connection;
  std::string queue_url;
  std::size_t connections = 1;
  const Stopwatch* stamps = nullptr;  // of the load that put the events; none: they are not read
  // How many messages will come, once it is known.
  std::optional<std::uint64_t> expected{};

  std::uint64_t messages = 0;  // received and deleted
  std::uint64_t failed = 0;
  double seconds = 0;
  Histogram micros{};      // of the calls that succeeded, receives and deletes
  Histogram end_to_end{};  // from putting to receiving
};

// Until all that is expected was received, or nothing came for five seconds.
Task<> run(ReceiveLoad* load);

}  // namespace rialto::cli
