#include "cli/bench/scene.h"

#include "cli/bench/stamp.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::cli {
namespace {

constexpr const char* kName = "rialto-bench";
constexpr const char* kTarget = "bench";

// Of an API destination: above what any target takes.
constexpr int kNoRateLimit = 10'000'000;

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

Task<Result<Scene>> Scene::make(BenchOptions options, std::string sink_url) {
  RIALTO_CO_TRY(auto client, ApiClient::make(options.connection));
  Scene scene(std::move(options), std::move(client));
  RIALTO_CO_TRY(scene.account_, co_await scene.client_.find_account());
  switch (scene.options_.to) {
    case BenchTarget::Queue: RIALTO_CO_TRY_VOID(co_await scene.make_queue()); break;
    case BenchTarget::Http:
      RIALTO_CO_TRY_VOID(co_await scene.make_destination(std::move(sink_url)));
      break;
    case BenchTarget::Sqs: scene.target_ = {{"Arn", scene.arn("sqs", kName)}}; break;
    case BenchTarget::Kinesis:
      scene.target_ = {{"Arn", scene.arn("kinesis", std::string("stream/") + kName)},
                       {"RoleArn", scene.role_arn()}};
      break;
  }
  RIALTO_CO_TRY_VOID(co_await scene.make_rule());
  co_return scene;
}

std::string Scene::arn(const std::string& service, const std::string& resource) const {
  const Connection& connection = options_.connection;
  return "arn:aws:" + service + ":" + connection.region + ":" + account_ + ":" + resource;
}

std::string Scene::role_arn() const { return "arn:aws:iam::" + account_ + ":role/" + kName; }

Task<Result<>> Scene::make_queue() {
  const Connection& connection = options_.connection;
  queue_url_ = connection.endpoint + "/" + account_ + "/" + kName;
  json::Value queue{json::Object{{"QueueName", kName}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.CreateQueue", queue));
  RIALTO_CO_TRY(const auto left, co_await messages());
  if (left > 0) {
    json::Value remove{json::Object{{"QueueUrl", queue_url_}}};
    RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.DeleteQueue", std::move(remove)));
    RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.CreateQueue", std::move(queue)));
  }
  target_ = {{"Arn", arn("sqs", kName)}};
  co_return Result<>();
}

Task<Result<>> Scene::make_destination(std::string url) {
  json::Value parameters{json::Object{
      {"BasicAuthParameters", json::Object{{"Username", kName}, {"Password", kName}}}}};
  json::Value connection{json::Object{
      {"Name", kName}, {"AuthorizationType", "BASIC"}, {"AuthParameters", std::move(parameters)}}};
  RIALTO_CO_TRY(const auto connected,
                co_await client_.call("AWSEvents.CreateConnection", std::move(connection)));
  json::Value destination{json::Object{{"Name", kName},
                                       {"ConnectionArn", text_of(connected, "ConnectionArn")},
                                       {"InvocationEndpoint", std::move(url)},
                                       {"HttpMethod", "POST"},
                                       {"InvocationRateLimitPerSecond", kNoRateLimit}}};
  RIALTO_CO_TRY(const auto made,
                co_await client_.call("AWSEvents.CreateApiDestination", std::move(destination)));
  target_ = {{"Arn", text_of(made, "ApiDestinationArn")}, {"RoleArn", role_arn()}};
  co_return Result<>();
}

Task<Result<>> Scene::make_rule() {
  const std::string source = options_.is_unmatched ? std::string(kName) + "-other" : kName;
  json::Value rule{
      json::Object{{"Name", kName}, {"EventPattern", R"({"source":[")" + source + R"("]})"}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.PutRule", std::move(rule)));
  json::Value target{target_};
  target.add("Id", kTarget);
  json::Value put{json::Object{{"Rule", kName}, {"Targets", json::Array{std::move(target)}}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.PutTargets", std::move(put)));
  co_return Result<>();
}

Task<Result<>> Scene::remove() {
  json::Value targets{json::Object{{"Rule", kName}, {"Ids", json::Array{kTarget}}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.RemoveTargets", std::move(targets)));
  json::Value named{json::Object{{"Name", kName}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.DeleteRule", named));
  if (options_.to == BenchTarget::Http) {
    RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.DeleteApiDestination", named));
    RIALTO_CO_TRY_VOID(co_await client_.call("AWSEvents.DeleteConnection", std::move(named)));
  }
  if (options_.to != BenchTarget::Queue) co_return Result<>();
  json::Value queue{json::Object{{"QueueUrl", queue_url_}}};
  RIALTO_CO_TRY_VOID(co_await client_.call("AmazonSQS.DeleteQueue", std::move(queue)));
  co_return Result<>();
}

http::Request Scene::put_request() const {
  return make_request("AWSEvents.PutEvents", make_put_body(options_.entries, options_.entry_bytes));
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
