// `rialto bench`: the load generator that stays in the product. One rule matches every event and
// leads to a built-in queue, or to a target that the command plays.
#include <csignal>
#include <cstdio>

#include "cli/api_client.h"
#include "cli/bench/load.h"
#include "cli/bench/report.h"
#include "cli/bench/scene.h"
#include "cli/bench/sink.h"
#include "cli/commands.h"
#include "net/task_group.h"

namespace rialto::cli {
namespace {

PutLoad make_put_load(const BenchOptions& options, http::Endpoint endpoint, http::Request request) {
  PutLoad load{.endpoint = std::move(endpoint),
               .connection = options.connection,
               .request = std::move(request)};
  load.connections = options.connections;
  load.duration = options.duration;
  load.is_yardstick = options.is_yardstick;
  if (options.rate) load.rate = *options.rate / static_cast<double>(options.entries);
  return load;
}

Figures put_figures(const BenchOptions& options, const PutLoad& load, double cpu_seconds) {
  const auto calls = static_cast<double>(load.micros.count());
  const double events = calls * static_cast<double>(options.entries);
  Figures out{{"events_per_second", "events/s", events / load.seconds},
              {"calls_per_second", "calls/s", calls / load.seconds}};
  add_latencies(out, "", " of a call", load.micros);
  out.push_back({"server_cpu_us_per_event", "us of server CPU per event",
                 events > 0 ? cpu_seconds * 1e6 / events : 0, 2});
  out.push_back({"failed_calls", "failed calls", static_cast<double>(load.failed)});
  return out;
}

void print(const Figures& figures, const BenchOptions& options) {
  std::fputs(show(figures, options.format).c_str(), stdout);
}

Task<Result<>> measure_put(BenchOptions options) {
  RIALTO_CO_TRY(auto endpoint, http::Endpoint::parse(options.connection.endpoint));
  if (options.is_yardstick) {
    auto load = make_put_load(
        options, std::move(endpoint),
        make_request("AWSEvents.PutEvents", make_put_body(options.entries, options.entry_bytes)));
    co_await run(&load);
    print(put_figures(options, load, 0), options);
    co_return Result<>();
  }
  RIALTO_CO_TRY(auto scene, co_await Scene::make(options));
  RIALTO_CO_TRY(const double before, co_await scene.cpu_seconds());
  auto load = make_put_load(options, std::move(endpoint), scene.put_request());
  co_await run(&load);
  RIALTO_CO_TRY(const double after, co_await scene.cpu_seconds());
  print(put_figures(options, load, after - before), options);
  co_return co_await scene.remove();
}

ReceiveLoad make_receive_load(const BenchOptions& options, http::Endpoint endpoint,
                              const Scene& scene) {
  ReceiveLoad load{.endpoint = std::move(endpoint),
                   .connection = options.connection,
                   .queue_url = scene.queue_url()};
  load.connections = options.consumers;
  return load;
}

// As many calls as `messages` need, as fast as they are answered.
PutLoad make_filling(const BenchOptions& options, http::Endpoint endpoint, const Scene& scene) {
  auto load = make_put_load(options, std::move(endpoint), scene.put_request());
  load.duration = std::chrono::hours(1);
  load.rate.reset();
  load.calls_max = (options.messages + options.entries - 1) / options.entries;
  return load;
}

// Until `sink` has seen `expected` events, or nothing came for a while.
Task<Sink::Seen> wait_for(Sink* sink, std::uint64_t expected) {
  constexpr std::chrono::seconds kPatience{5};
  Stopwatch since_last;
  Sink::Seen seen = sink->seen();
  while (seen.events < expected && since_last.elapsed() < kPatience) {
    co_await net::sleep_for(std::chrono::milliseconds(1));
    auto now = sink->seen();
    if (now.events > seen.events) since_last = Stopwatch();
    seen = std::move(now);
  }
  co_return seen;
}

// Events for a target that the command plays; `is_filling`: as many as `messages` says.
Task<Result<>> measure_sink(BenchOptions options, bool is_filling) {
  RIALTO_CO_TRY(const auto endpoint, http::Endpoint::parse(options.connection.endpoint));
  RIALTO_CO_TRY(const auto sink, Sink::open(options.port));
  RIALTO_CO_TRY(auto scene, co_await Scene::make(options, sink->url()));
  RIALTO_CO_TRY(const double before, co_await scene.cpu_seconds());
  auto put = is_filling ? make_filling(options, endpoint, scene)
                        : make_put_load(options, endpoint, scene.put_request());
  sink->read_stamps(put.watch);
  co_await run(&put);
  const std::uint64_t accepted = put.micros.count() * options.entries;
  const auto seen = co_await wait_for(sink.get(), accepted);
  const double seconds = std::chrono::duration<double>(put.watch.elapsed()).count();
  RIALTO_CO_TRY(const double after, co_await scene.cpu_seconds());
  const auto delivered = static_cast<double>(seen.events);
  Figures out{{"events_per_second", "events/s put and delivered", delivered / seconds},
              {"events", "events delivered", delivered},
              {"missing", "missing", static_cast<double>(accepted) - delivered}};
  add_latencies(out, "put_", " of putting, from when it was due", put.micros);
  if (seen.micros.count() > 0) {
    add_latencies(out, "e2e_", " from sending to the target", seen.micros);
  }
  out.push_back({"server_cpu_us_per_event", "us of server CPU per event",
                 delivered > 0 ? (after - before) * 1e6 / delivered : 0, 2});
  out.push_back({"failed_calls", "failed calls", static_cast<double>(put.failed)});
  print(out, options);
  co_return co_await scene.remove();
}

Task<Result<>> measure_deliver(BenchOptions options) {
  RIALTO_CO_TRY(const auto endpoint, http::Endpoint::parse(options.connection.endpoint));
  RIALTO_CO_TRY(auto scene, co_await Scene::make(options));
  auto fill = make_filling(options, endpoint, scene);
  co_await run(&fill);
  auto load = make_receive_load(options, endpoint, scene);
  load.expected = fill.micros.count() * options.entries;
  RIALTO_CO_TRY(const double before, co_await scene.cpu_seconds());
  co_await run(&load);
  RIALTO_CO_TRY(const double after, co_await scene.cpu_seconds());
  const auto messages = static_cast<double>(load.messages);
  Figures out{{"messages_per_second", "messages/s, received and deleted", messages / load.seconds},
              {"messages", "messages", messages},
              {"missing", "missing", static_cast<double>(*load.expected) - messages}};
  add_latencies(out, "", " of a call", load.micros);
  out.push_back({"server_cpu_us_per_message", "us of server CPU per message",
                 messages > 0 ? (after - before) * 1e6 / messages : 0, 2});
  out.push_back({"failed_calls", "failed calls", static_cast<double>(load.failed + fill.failed)});
  print(out, options);
  co_return co_await scene.remove();
}

Task<> put_and_tell(PutLoad* put, ReceiveLoad* receive, std::size_t entries) {
  co_await run(put);
  receive->expected = put->micros.count() * entries;
}

Task<Result<>> measure_end_to_end(BenchOptions options) {
  RIALTO_CO_TRY(const auto endpoint, http::Endpoint::parse(options.connection.endpoint));
  RIALTO_CO_TRY(auto scene, co_await Scene::make(options));
  auto put = make_put_load(options, endpoint, scene.put_request());
  auto receive = make_receive_load(options, endpoint, scene);
  receive.stamps = &put.watch;
  co_await net::run_together(2, [&](std::size_t which) {
    return which == 0 ? put_and_tell(&put, &receive, options.entries) : run(&receive);
  });
  const auto messages = static_cast<double>(receive.messages);
  const auto accepted = static_cast<double>(put.micros.count() * options.entries);
  Figures out{{"events_per_second", "events/s put", accepted / put.seconds},
              {"messages", "messages received and deleted", messages},
              {"missing", "missing", accepted - messages}};
  add_latencies(out, "put_", " of putting, from when it was due", put.micros);
  add_latencies(out, "e2e_", " from sending to receiving", receive.end_to_end);
  out.push_back({"failed_calls", "failed calls", static_cast<double>(put.failed + receive.failed)});
  print(out, options);
  co_return co_await scene.remove();
}

Task<int> report(Task<Result<>> measurement) {
  const Result<> outcome = co_await std::move(measurement);
  if (outcome.ok()) co_return 0;
  std::fprintf(stderr, "rialto bench: %s\n", outcome.error().message.c_str());
  co_return 2;
}

}  // namespace

int bench_put(const BenchOptions& options) { return run(report(measure_put(options))); }
int bench_deliver(const BenchOptions& options) {
  return run(report(options.to != BenchTarget::Queue ? measure_sink(options, true)
                                                     : measure_deliver(options)));
}
int bench_end_to_end(const BenchOptions& options) {
  return run(report(options.to != BenchTarget::Queue ? measure_sink(options, false)
                                                     : measure_end_to_end(options)));
}

int bench_sink(std::uint16_t port) {
  // Before there are other threads, which would take the signals.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto sink = Sink::open(port);
  if (!sink.ok()) {
    std::fprintf(stderr, "rialto bench: %s\n", sink.error().message.c_str());
    return 2;
  }
  std::printf("%s\n", (*sink)->url().c_str());
  std::fflush(stdout);
  int which = 0;
  sigwait(&ends, &which);
  const auto seen = (*sink)->seen();
  std::printf("%llu events in %.3f s\n", static_cast<unsigned long long>(seen.events),
              seen.seconds);
  return 0;
}

}  // namespace rialto::cli
