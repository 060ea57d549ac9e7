// `rialto bench put`: the load generator that stays in the product.
//
// Keep-alive connections on one event loop, one call in flight on each, for a fixed time; one rule
// matches and leads to a built-in queue. Bodies are made before the clock starts.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/clock.h"
#include "cli/api_client.h"
#include "cli/commands.h"
#include "json/read.h"
#include "json/write.h"
#include "net/task_group.h"

namespace rialto::cli {
namespace {

constexpr const char* kName = "rialto-bench";

struct Tally {
  std::vector<std::int64_t> micros;  // of each call that succeeded
  std::uint64_t failed = 0;
};

std::string make_body(const BenchOptions& options) {
  // What a small business event looks like, filled up to the size that was asked for.
  json::Value detail{json::Object{{"order", "5f2b1c9e-1d7a-4f0e-9c55-0f6a1f7d2a11"},
                                  {"customer", "c-20431"},
                                  {"state", "placed"},
                                  {"total", json::Number{"129.90"}},
                                  {"items", 3}}};
  const std::size_t given = json::write(detail).size() + 11;
  const std::size_t filler = options.entry_bytes > given ? options.entry_bytes - given : 0;
  detail.add("note", std::string(filler, 'x'));
  json::Array entries;
  for (std::size_t i = 0; i < options.entries; ++i) {
    entries.push_back(json::Object{
        {"Source", kName}, {"DetailType", "Order Placed"}, {"Detail", json::write(detail)}});
  }
  return json::write(json::Object{{"Entries", std::move(entries)}});
}

Task<Result<>> prepare(ApiClient* client, const BenchOptions* options) {
  const std::string queue_arn =
      "arn:aws:sqs:" + options->connection.region + ":" + options->connection.account + ":" + kName;
  json::Value queue{json::Object{{"QueueName", kName}}};
  RIALTO_CO_TRY_VOID(co_await client->call("AmazonSQS.CreateQueue", std::move(queue)));
  json::Value rule{json::Object{
      {"Name", kName}, {"EventPattern", std::string(R"({"source":[")") + kName + R"("]})"}}};
  RIALTO_CO_TRY_VOID(co_await client->call("AWSEvents.PutRule", std::move(rule)));
  json::Array targets{json::Object{{"Id", "queue"}, {"Arn", queue_arn}}};
  json::Value put{json::Object{{"Rule", kName}, {"Targets", std::move(targets)}}};
  RIALTO_CO_TRY_VOID(co_await client->call("AWSEvents.PutTargets", std::move(put)));
  co_return Result<>();
}

Task<Result<>> clean_up(ApiClient* client, const BenchOptions* options) {
  json::Value remove{json::Object{{"Rule", kName}, {"Ids", json::Array{"queue"}}}};
  RIALTO_CO_TRY_VOID(co_await client->call("AWSEvents.RemoveTargets", std::move(remove)));
  json::Value rule{json::Object{{"Name", kName}}};
  RIALTO_CO_TRY_VOID(co_await client->call("AWSEvents.DeleteRule", std::move(rule)));
  json::Value queue{json::Object{{"QueueUrl", options->connection.endpoint + "/" +
                                                  options->connection.account + "/" + kName}}};
  RIALTO_CO_TRY_VOID(co_await client->call("AmazonSQS.DeleteQueue", std::move(queue)));
  co_return Result<>();
}

Task<Result<double>> read_cpu_seconds(ApiClient* client) {
  RIALTO_CO_TRY(const auto status, co_await client->ask("GET", "/_rialto/status", ""));
  const json::Value* seconds = status.find("cpu_seconds");
  if (seconds == nullptr || !seconds->is_number()) {
    co_return fail(Code::Unavailable, "The server's status has no cpu_seconds.");
  }
  co_return std::stod(seconds->number_text());
}

Task<> send_until(http::Endpoint endpoint, http::Request request, const Stopwatch* watch,
                  std::chrono::nanoseconds end, bool is_yardstick, Tally* tally) {
  http::Client client(std::move(endpoint), std::chrono::seconds(30));
  while (watch->elapsed() < end) {
    const auto before = watch->elapsed();
    http::Request copy = request;
    const auto response = co_await client.send(std::move(copy));
    const auto took = watch->elapsed() - before;
    const bool is_good =
        response.ok() && response->status == 200 &&
        (is_yardstick || response->body.find(R"("FailedEntryCount":0)") != std::string::npos);
    if (is_good) {
      tally->micros.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    } else if (++tally->failed > 100) {
      co_return;  // the server is not well: no need to hammer it
    }
  }
}

struct Report {
  double seconds = 0;
  double server_cpu_seconds = 0;
  Tally tally;
};

std::int64_t percentile(std::vector<std::int64_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[at];
}

void print(const BenchOptions& options, Report report) {
  auto& micros = report.tally.micros;
  std::ranges::sort(micros);
  const double calls = static_cast<double>(micros.size());
  const double events = calls * static_cast<double>(options.entries);
  const double cpu_per_event = events > 0 ? report.server_cpu_seconds * 1e6 / events : 0;
  const char* const format =
      options.is_json
          ? R"({"events_per_second":%.0f,"calls_per_second":%.0f,"p50_us":%lld,"p99_us":%lld,)"
            R"("server_cpu_us_per_event":%.2f,"failed_calls":%llu})"
            "\n"
          : "%10.0f events/s\n%10.0f calls/s\n%10lld us p50\n%10lld us p99\n"
            "%10.2f us of server CPU per event\n%10llu failed calls\n";
  std::printf(format, events / report.seconds, calls / report.seconds,
              static_cast<long long>(percentile(micros, 0.50)),
              static_cast<long long>(percentile(micros, 0.99)), cpu_per_event,
              static_cast<unsigned long long>(report.tally.failed));
}

Task<> load(const BenchOptions* options, http::Endpoint endpoint, Report* report) {
  const http::Request request =
      make_request(options->connection, "AWSEvents.PutEvents", make_body(*options));
  const Stopwatch watch;
  co_await net::run_together(options->connections, [&](std::size_t) {
    return send_until(endpoint, request, &watch, options->duration, options->is_yardstick,
                      &report->tally);
  });
  report->seconds = std::chrono::duration<double>(watch.elapsed()).count();
}

Task<Result<>> bench(const BenchOptions* options) {
  RIALTO_CO_TRY(const auto endpoint, http::Endpoint::parse(options->connection.endpoint));
  RIALTO_CO_TRY(auto client, ApiClient::make(options->connection));
  Report report;
  if (options->is_yardstick) {
    co_await load(options, endpoint, &report);
    print(*options, std::move(report));
    co_return Result<>();
  }
  RIALTO_CO_TRY_VOID(co_await prepare(&client, options));
  RIALTO_CO_TRY(const double cpu_before, co_await read_cpu_seconds(&client));
  co_await load(options, endpoint, &report);
  RIALTO_CO_TRY(const double cpu_after, co_await read_cpu_seconds(&client));
  report.server_cpu_seconds = cpu_after - cpu_before;
  print(*options, std::move(report));
  co_return co_await clean_up(&client, options);
}

Task<int> bench_and_report(const BenchOptions* options) {
  const Result<> outcome = co_await bench(options);
  if (outcome.ok()) co_return 0;
  std::fprintf(stderr, "rialto bench: %s\n", outcome.error().message.c_str());
  co_return 2;
}

}  // namespace

int bench_put(const BenchOptions& options) { return run(bench_and_report(&options)); }

}  // namespace rialto::cli
