#include "cli/bench/sink.h"

#include "cli/bench/stamp.h"

namespace rialto::cli {
namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) {
    ++out;
  }
  return out;
}

template <class Make>
std::string list(std::size_t size, Make make) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += (i == 0 ? "" : ",") + make(i);
  return out;
}

}  // namespace

Sink::Sink()
    : server_(
          runtime_, http::ServerOptions{},
          [this](http::Request request) { return take(std::move(request)); },
          [](int) { return http::Response{}; }) {}

Sink::~Sink() {
  server_.stop(std::chrono::seconds(1));
  runtime_.stop();
}

Result<std::unique_ptr<Sink>> Sink::open(std::uint16_t port) {
  std::unique_ptr<Sink> sink(new Sink());
  RIALTO_TRY(sink->port_, sink->server_.listen("127.0.0.1", port));
  return sink;
}

std::string Sink::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

void Sink::read_stamps(const Stopwatch& watch) {
  const std::lock_guard guard(mutex_);
  watch_ = watch;
}

Sink::Seen Sink::seen() const {
  const std::lock_guard guard(mutex_);
  return seen_;
}

Task<http::Response> Sink::take(http::Request request) {
  const std::string_view operation = http::find_header(request.headers, "X-Amz-Target");
  std::size_t events = 1;
  http::Response response{.status = 200, .headers = {}, .body = "{}"};
  if (operation == "AmazonSQS.SendMessageBatch") {
    events = count(request.body, R"("MessageBody":)");
    response.body =
        R"({"Successful":[)" +
        list(events, [](std::size_t i) { return R"({"Id":")" + std::to_string(i) + R"("})"; }) +
        "]}";
  } else if (operation == "Kinesis_20131202.PutRecords") {
    events = count(request.body, R"("PartitionKey":)");
    response.body =
        R"({"FailedRecordCount":0,"Records":[)" +
        list(events,
             [](std::size_t) { return std::string(R"({"SequenceNumber":"1","ShardId":"s"})"); }) +
        "]}";
  }
  const std::lock_guard guard(mutex_);
  if (seen_.events == 0) since_first_ = Stopwatch();
  seen_.events += events;
  seen_.seconds = std::chrono::duration<double>(since_first_.elapsed()).count();
  const std::string_view stamp = operation.starts_with("AmazonSQS.") ? kQuotedStamp : kEventStamp;
  cli::read_stamps(request.body, stamp, watch_, seen_.micros);
  co_return response;
}

}  // namespace rialto::cli
