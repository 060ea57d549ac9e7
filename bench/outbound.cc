// How many calls a second the outbound client makes of one URL: the sending half of a delivery over
// HTTP, alone.
//
//   bench_outbound URL [loops] [in flight] [seconds]
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "http/outbound.h"
#include "net/runtime.h"
#include "net/task_group.h"

namespace {

using rialto::Task;
namespace http = rialto::http;
namespace net = rialto::net;

struct Tally {
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> answered{0};
  std::atomic<std::uint64_t> failed{0};
};

Task<> call_again_and_again(http::Outbound* client, std::string url, Tally* tally) {
  const std::string body(1'024, 'x');
  while (!tally->is_over) {
    http::Call call{.method = "POST", .url = url, .body = body};
    call.headers = {{"Content-Type", "application/json"}, {"X-Event", "1"}};
    const auto answer = co_await client->send(std::move(call));
    ++(answer.ok() && answer->status == 200 ? tally->answered : tally->failed);
  }
}

std::size_t argument(int count, char** values, int at, std::size_t otherwise) {
  return at < count ? std::strtoul(values[at], nullptr, 10) : otherwise;
}

}  // namespace

int main(int count, char** values) {
  if (count < 2) return std::fprintf(stderr, "which URL?\n"), 2;
  const std::size_t loops = argument(count, values, 2, 1);
  const std::size_t in_flight = argument(count, values, 3, 256);
  const std::size_t seconds = argument(count, values, 4, 5);
  net::Runtime runtime(loops);
  http::OutboundOptions options;
  options.egress.is_dev = true;
  http::Outbound client(runtime, options);
  Tally tally;
  net::TaskGroup tasks;
  const rialto::Stopwatch watch;
  for (std::size_t i = 0; i < in_flight; ++i) {
    tasks.spawn(runtime.executor(i % loops), "bench.call",
                call_again_and_again(&client, values[1], &tally));
  }
  tasks.wait(std::chrono::seconds(seconds));
  tally.is_over = true;
  tasks.wait(std::chrono::seconds(60));
  const double took = std::chrono::duration<double>(watch.elapsed()).count();
  std::printf("%12.0f calls/s, %llu failed, %llu connections\n",
              static_cast<double>(tally.answered) / took,
              static_cast<unsigned long long>(tally.failed),
              static_cast<unsigned long long>(client.metrics().connections_opened));
  client.stop();
  return tally.failed == 0 ? 0 : 1;
}
