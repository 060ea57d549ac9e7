#include "cli/bench/load.h"

#include "cli/api_client.h"
#include "cli/bench/stamp.h"
#include "json/read.h"
#include "json/write.h"
#include "net/task_group.h"

namespace rialto::cli {
namespace {

using std::chrono::duration_cast;

constexpr std::chrono::seconds kTimeout{30};
constexpr std::uint64_t kFailuresMax = 100;
constexpr std::chrono::seconds kPatience{5};

double to_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// When the call that is begun now is due; nothing when there is none any more.
std::optional<std::chrono::nanoseconds> begin_call(PutLoad& load) {
  const std::uint64_t number = load.begun;
  if (load.calls_max && number >= *load.calls_max) return std::nullopt;
  auto due = load.watch.elapsed();
  if (load.rate) {
    due = duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(static_cast<double>(number) / *load.rate));
  }
  if (due >= load.duration || load.failed > kFailuresMax) return std::nullopt;
  ++load.begun;
  return due;
}

Task<> put_on(PutLoad* load) {
  http::Client client(load->endpoint, kTimeout, load->connection.ca_file);
  while (const auto due = begin_call(*load)) {
    // Whole milliseconds, the least that a timer takes: calls come in ticks of one.
    const auto early = duration_cast<std::chrono::milliseconds>(*due - load->watch.elapsed());
    if (early.count() > 0) co_await net::sleep_for(early);
    http::Request copy = load->request;
    write_stamps(copy.body, load->watch);
    authorize(copy, load->connection);
    const auto response = co_await client.send(std::move(copy));
    const bool is_good =
        response.ok() && response->status == 200 &&
        (load->is_yardstick || response->body.find(R"("FailedEntryCount":0)") != std::string::npos);
    if (is_good) {
      load->micros.record(to_micros(load->watch.elapsed() - *due));
    } else {
      ++load->failed;
    }
  }
}

std::string delete_body(const std::string& queue_url, const json::Array& messages) {
  json::Array entries;
  for (const json::Value& message : messages) {
    const json::Value* handle = message.find("ReceiptHandle");
    if (handle == nullptr) continue;
    entries.push_back(
        json::Object{{"Id", std::to_string(entries.size())}, {"ReceiptHandle", *handle}});
  }
  return json::write(json::Object{{"QueueUrl", queue_url}, {"Entries", std::move(entries)}});
}

class Receiver {
 public:
  explicit Receiver(ReceiveLoad& load)
      : load_(load), client_(load.endpoint, kTimeout, load.connection.ca_file) {}

  Task<> go() {
    Stopwatch since_last;
    while (!is_done() && load_.failed <= kFailuresMax && since_last.elapsed() < kPatience) {
      if (co_await receive()) since_last = Stopwatch();
    }
  }

 private:
  bool is_done() const { return load_.expected && load_.messages >= *load_.expected; }

  // The answer's text; nothing when the call failed.
  Task<std::optional<std::string>> call(const char* target, std::string body) {
    const Stopwatch watch;
    auto request = make_request(target, std::move(body));
    authorize(request, load_.connection);
    auto response = co_await client_.send(std::move(request));
    if (!response.ok() || response->status != 200) {
      ++load_.failed;
      co_return std::nullopt;
    }
    load_.micros.record(to_micros(watch.elapsed()));
    co_return std::move(response->body);
  }

  // Whether any message came.
  Task<bool> receive() {
    const auto answer = co_await call(
        "AmazonSQS.ReceiveMessage",
        json::write(json::Object{
            {"QueueUrl", load_.queue_url}, {"MaxNumberOfMessages", 10}, {"WaitTimeSeconds", 1}}));
    if (!answer) co_return false;
    if (load_.stamps != nullptr) {
      read_stamps(*answer, kQuotedStamp, *load_.stamps, load_.end_to_end);
    }
    const auto parsed = json::parse(*answer);
    const json::Value* messages = parsed.ok() ? parsed->find("Messages") : nullptr;
    if (messages == nullptr || !messages->is_array() || messages->items().empty()) co_return false;
    const std::size_t count = messages->items().size();
    const auto deleted = co_await call("AmazonSQS.DeleteMessageBatch",
                                       delete_body(load_.queue_url, messages->items()));
    if (deleted) load_.messages += count;
    co_return true;
  }

  ReceiveLoad& load_;
  http::Client client_;
};

Task<> receive_on(ReceiveLoad* load) {
  Receiver receiver(*load);
  co_await receiver.go();
}

}  // namespace

Task<> run(PutLoad* load) {
  co_await net::run_together(load->connections, [load](std::size_t) { return put_on(load); });
  load->seconds = to_seconds(load->watch.elapsed());
}

Task<> run(ReceiveLoad* load) {
  const Stopwatch watch;
  co_await net::run_together(load->connections, [load](std::size_t) { return receive_on(load); });
  load->seconds = to_seconds(watch.elapsed());
}

}  // namespace rialto::cli
