#include "cli/bench/scene.h"

#include "json/read.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

constexpr const char* kName = "rialto-bench";

}  // namespace

std::string make_put_body(std::size_t entries, std::size_t entry_bytes) {
  // What a small business event looks like, filled up to the size that was asked for.
  json::Value detail{json::Object{{"order", "5f2b1c9e-1d7a-4f0e-9c55-0f6a1f7d2a11"},
                                  {"customer", "c-20431"},
                                  {"sent", std::string(kStampSize, '0')},
                                  {"state", "placed"},
                                  {"total", json::Number{"129.90"}},
                                  {"items", 3}}};
  const std::size_t given = json::write(detail).size() + 11;
  const std::size_t filler = entry_bytes > given ? entry_bytes - given : 0;
  detail.add("note", std::string(filler, 'x'));
  json::Array list;
  for (std::size_t i = 0; i < entries; ++i) {
    list.push_back(json::Object{
        {"Source", kName}, {"DetailType", "Order Placed"}, {"Detail", json::write(detail)}});
  }
  return json::write(json::Object{{"Entries", std::move(list)}});
}

Task<Result<Scene>> Scene::make(BenchOptions options) {
  RIALTO_CO_TRY(auto client, ApiClient::make(options.connection));
  Scene scene(std::move(options), std::move(client));
  RIALTO_CO_TRY_VOID(co_await scene.prepare());
  co_return scene;
}

Task<Result<>> Scene::prepare() {
  const Connection& connection = options_.connection;
  const std::string arn =
      "arn:aws:sqs:" + connection.region + ":" + connection.account + ":" + kName;
  queue_url_ = connection.endpoint + "/" + connection.account + "/" + kName;
  json::Value queue{json::Object{{"QueueName", kName}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.CreateQueue", queue));
  RIALTO_CO_TRY(const auto left, co_await messages());
  if (left > 0) {
    json::Value remove{json::Object{{"QueueUrl", queue_url_}}};
    RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.DeleteQueue", std::move(remove)));
    RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.CreateQueue", std::move(queue)));
  }
  const std::string source = options_.is_unmatched ? std::string(kName) + "-other" : kName;
  json::Value rule{
      json::Object{{"Name", kName}, {"EventPattern", R"({"source":[")" + source + R"("]})"}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.PutRule", std::move(rule)));
  json::Array targets{json::Object{{"Id", "queue"}, {"Arn", arn}}};
  json::Value put{json::Object{{"Rule", kName}, {"Targets", std::move(targets)}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.PutTargets", std::move(put)));
  co_return Result<>();
}

Task<Result<>> Scene::remove() {
  json::Value targets{json::Object{{"Rule", kName}, {"Ids", json::Array{"queue"}}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.RemoveTargets", std::move(targets)));
  json::Value rule{json::Object{{"Name", kName}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.DeleteRule", std::move(rule)));
  json::Value queue{json::Object{{"QueueUrl", queue_url_}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.DeleteQueue", std::move(queue)));
  co_return Result<>();
}

http::Request Scene::put_request() const {
  return make_request(options_.connection, "AWSEvents.PutEvents",
                      make_put_body(options_.entries, options_.entry_bytes));
}

Task<Result<double>> Scene::cpu_seconds() {
  RIALTO_CO_TRY(const auto status, co_await client_.ask("GET", "/_rialto/status", ""));
  const json::Value* seconds = status.find("cpu_seconds");
  if (seconds == nullptr || !seconds->is_number()) {
    co_return fail(Code::Unavailable, "The server's status has no cpu_seconds.");
  }
  co_return std::stod(seconds->number_text());
}

Task<Result<std::int64_t>> Scene::messages() {
  json::Value input{json::Object{{"QueueUrl", queue_url_},
                                 {"AttributeNames", json::Array{"ApproximateNumberOfMessages"}}}};
  RIALTO_CO_TRY(const auto answer,
                co_await client_.call("AmazonSQS.GetQueueAttributes", std::move(input)));
  const json::Value* attributes = answer.find("Attributes");
  const json::Value* count =
      attributes == nullptr ? nullptr : attributes->find("ApproximateNumberOfMessages");
  if (count == nullptr || !count->is_string()) {
    co_return fail(Code::Unavailable, "The queue does not tell how many messages it has.");
  }
  co_return std::stoll(count->as_string());
}

}  // namespace rialto::cli
