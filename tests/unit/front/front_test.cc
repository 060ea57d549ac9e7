// The front with a service and a port that only tell what reached them.
#include "front/front.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/events.h"
#include "json/read.h"
#include "json/write.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::front {
namespace {

// EventBridge's table with handlers of ours: every operation answers what `outcome` says.
class FakeService final : public api::Service {
 public:
  FakeService() : facts_(api::events::kFacts) {
    for (api::Operation operation : facts_.operations) {
      operation.run = &run;
      operation.output = nullptr;
      operations_.push_back(operation);
    }
    facts_.operations = operations_;
  }
  const api::ServiceFacts& facts() const override { return facts_; }

  Result<json::Value> outcome = json::Value();
  std::vector<std::pair<api::Caller, json::Value>> calls;

 private:
  static Task<Result<json::Value>> run(api::Service& service, api::Caller caller,
                                       json::Value input) {
    return static_cast<FakeService&>(service).answer(std::move(caller), std::move(input));
  }
  Task<Result<json::Value>> answer(api::Caller caller, json::Value input) {
    calls.emplace_back(std::move(caller), std::move(input));
    co_return outcome;
  }

  api::ServiceFacts facts_;
  std::vector<api::Operation> operations_;
};

class EmptyStream final : public http::BodyStream {
 public:
  Task<std::optional<std::string>> next() override { co_return std::nullopt; }
};

class FakePort final : public RialtoPort {
 public:
  Task<Result<std::size_t>> put_envelopes(api::Caller caller, std::string bus,
                                          std::vector<json::Value> envelopes) override {
    last_caller = std::move(caller);
    last_bus = std::move(bus);
    last_envelopes = std::move(envelopes);
    if (!outcome.ok()) co_return outcome.error();
    co_return last_envelopes.size();
  }
  Task<Result<json::Value>> explain(api::Caller caller, std::string bus,
                                    json::Value event) override {
    last_caller = std::move(caller);
    last_bus = std::move(bus);
    last_envelopes = {std::move(event)};
    if (!outcome.ok()) co_return outcome.error();
    co_return json::Value(json::Object{{"Matched", json::Array{}}});
  }
  Task<Result<json::Value>> start_replay(api::Caller caller, json::Value request) override {
    last_caller = std::move(caller);
    if (!outcome.ok()) co_return outcome.error();
    co_return request;
  }
  Result<json::Value> describe_replay(const api::Caller& caller, const std::string& name) override {
    last_caller = caller;
    if (!outcome.ok()) return outcome.error();
    return json::Value(json::Object{{"Name", name}});
  }

  Task<Result<>> backup(std::string directory) override {
    last_directory = std::move(directory);
    co_return outcome;
  }
  Task<Result<>> reset() override {
    ++resets;
    co_return outcome;
  }
  Result<TimePoint> advance_clock(std::chrono::seconds by) override {
    last_advance = by;
    if (!outcome.ok()) return outcome.error();
    return from_millis(1'768'478'400'123);
  }
  json::Value status() override { return json::Object{{"version", "x"}}; }
  std::string metrics() override { return "# HELP x y\n"; }
  Result<json::Value> trace(std::string event_id) override {
    if (!outcome.ok()) return outcome.error();
    return json::Value(json::Object{{"EventId", std::move(event_id)}});
  }
  Task<json::Value> targets(api::Caller caller) override {
    last_caller = std::move(caller);
    co_return json::Object{{"Targets", json::Array{}}};
  }
  Task<Result<std::shared_ptr<http::BodyStream>>> tail(
      api::Caller caller, std::string bus, std::optional<std::string> pattern) override {
    last_caller = std::move(caller);
    last_bus = std::move(bus);
    last_pattern = std::move(pattern);
    if (!outcome.ok()) co_return outcome.error();
    co_return std::make_shared<EmptyStream>();
  }

  Result<> outcome;
  api::Caller last_caller;
  std::string last_bus = "never";
  std::string last_directory;
  std::vector<json::Value> last_envelopes;
  std::optional<std::string> last_pattern;
  std::chrono::seconds last_advance{-1};
  int resets = 0;
};

class FrontTest : public ::testing::Test {
 protected:
  http::Response handle(http::Request request) {
    return test::run(runtime_.executor(0), front_->handle(std::move(request)));
  }
  void make(FrontOptions options) {
    front_ = std::make_unique<Front>(std::vector<api::Service*>{&service_}, port_, ids_, options);
  }
  // An awsJson request.
  static http::Request aws(const std::string& target, std::string body,
                           http::Headers more = {{"Host", "localhost"}}) {
    more.push_back({"X-Amz-Target", target});
    more.push_back({"Content-Type", "application/x-amz-json-1.1"});
    more.push_back({"Authorization",
                    "AWS4-HMAC-SHA256 Credential=111122223333/20260115/eu-west-1/events/"
                    "aws4_request, SignedHeaders=host, Signature=0"});
    return {"POST", "/", std::move(more), std::move(body)};
  }
  static http::Request rialto(std::string method, std::string target, std::string body = "") {
    return {std::move(method),
            std::move(target),
            {{"Host", "localhost:1591"}, {"X-Rialto-Request", "1"}},
            std::move(body)};
  }
  static std::string header(const http::Response& response, std::string_view name) {
    return std::string(http::find_header(response.headers, name));
  }

  FakeService service_;
  FakePort port_;
  test::SeededIds ids_;
  std::unique_ptr<Front> front_ =
      std::make_unique<Front>(std::vector<api::Service*>{&service_}, port_, ids_, FrontOptions{});
  net::Runtime runtime_{1};
};

TEST_F(FrontTest, CallsTheOperationThatTheTargetNames) {
  const auto response = handle(aws("AWSEvents.DeleteRule", R"({"Name":"r"})"));
  EXPECT_EQ(response.status, 200) << response.body;
  ASSERT_EQ(service_.calls.size(), 1U);
  const auto& [caller, input] = service_.calls[0];
  EXPECT_EQ(json::write(input), R"({"Name":"r"})");
  EXPECT_EQ(caller.account, "111122223333");
  EXPECT_EQ(caller.region, "eu-west-1");
  EXPECT_EQ(caller.base_url, "http://localhost");
  EXPECT_EQ(caller.request_id, header(response, "x-amzn-RequestId"));
  EXPECT_EQ(caller.request_id.size(), 36U);
}

TEST_F(FrontTest, GivesEveryRequestAnIdOfItsOwn) {
  const auto first = handle(aws("AWSEvents.DeleteRule", R"({"Name":"r"})"));
  const auto second = handle(aws("AWSEvents.Nonsense", "{}"));
  EXPECT_FALSE(header(second, "x-amzn-RequestId").empty()) << "errors too";
  EXPECT_NE(header(first, "x-amzn-RequestId"), header(second, "x-amzn-RequestId"));
}

TEST_F(FrontTest, AnswersAHandlersErrorByItsNameOnTheWire) {
  service_.outcome = fail(Code::NotFound, "Event bus b does not exist.");
  const auto response = handle(aws("AWSEvents.DeleteRule", R"({"Name":"r"})"));
  EXPECT_EQ(response.status, 400);
  const auto body = json::parse(response.body);
  ASSERT_TRUE(body.ok()) << response.body;
  EXPECT_EQ(body->find("__type")->as_string(), "ResourceNotFoundException");
  EXPECT_EQ(body->find("message")->as_string(), "Event bus b does not exist.");
}

TEST_F(FrontTest, CallsNoHandlerForWhatItCannotRead) {
  EXPECT_EQ(handle(aws("AWSEvents.Nonsense", "{}")).status, 400);
  EXPECT_EQ(handle(aws("Other.DeleteRule", "{}")).status, 400);
  EXPECT_EQ(handle(aws("AWSEvents.DeleteRule", "{")).status, 400);
  EXPECT_EQ(handle(aws("AWSEvents.DeleteRule", "{}")).status, 400) << "Name is required";
  EXPECT_GE(handle({"GET", "/", {{"Host", "localhost"}}, ""}).status, 400);
  EXPECT_TRUE(service_.calls.empty());
}

TEST_F(FrontTest, AllowsBrowsersWhatAwsAllowsThem) {
  auto request = aws("AWSEvents.DeleteRule", R"({"Name":"r"})");
  request.headers.push_back({"Origin", "http://page"});
  for (const auto& response :
       {handle(request), handle(aws("AWSEvents.Nonsense", "{}", {{"Origin", "http://page"}}))}) {
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(header(response, "Access-Control-Expose-Headers"),
              "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
  }
  EXPECT_EQ(
      header(handle(aws("AWSEvents.DeleteRule", R"({"Name":"r"})")), "Access-Control-Allow-Origin"),
      "");
}

TEST_F(FrontTest, AnswersAPreflight) {
  const auto response =
      handle({"OPTIONS",
              "/",
              {{"Origin", "http://page"}, {"Access-Control-Request-Headers", "x-amz-target,a"}},
              ""});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "POST");
  EXPECT_EQ(header(response, "Access-Control-Allow-Headers"), "x-amz-target,a");
  EXPECT_EQ(header(response, "Access-Control-Max-Age"), "172800");
  EXPECT_TRUE(service_.calls.empty());
}

TEST_F(FrontTest, IsLiveAtOnceAndReadyWhenItIsToldSo) {
  EXPECT_EQ(handle({"GET", "/health/live", {}, ""}).status, 200);
  const auto starting = handle({"GET", "/health/ready", {}, ""});
  EXPECT_EQ(starting.status, 503);
  EXPECT_EQ(starting.body, R"({"status":"starting"})");
  front_->set_ready(true);
  EXPECT_EQ(handle({"GET", "/health/ready", {}, ""}).status, 200);
  front_->set_ready(false);
  EXPECT_EQ(handle({"GET", "/health/ready", {}, ""}).status, 503);
  EXPECT_EQ(handle({"GET", "/health/other", {}, ""}).status, 404);
}

// A page cannot set this header without asking first, and the preflight allows nothing here.
TEST_F(FrontTest, GuardsItsOwnEndpointsFromPagesInABrowser) {
  for (const char* path : {"/_rialto/status", "/_rialto/events", "/_rialto/reset", "/_rialto/clock",
                           "/_rialto/x", "/_rialto/trace", "/_rialto/tail"}) {
    for (const char* method : {"GET", "POST", "OPTIONS"}) {
      http::Request no_header = rialto(method, path);
      no_header.headers.pop_back();
      EXPECT_EQ(handle(no_header).status, 403) << method << path;
      http::Request rebound = rialto(method, path);
      rebound.headers[0].value = "evil.com";
      const auto response = handle(rebound);
      EXPECT_EQ(response.status, 403) << method << path;
      EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "");
      EXPECT_EQ(header(response, "Access-Control-Allow-Headers"), "");
    }
  }
  EXPECT_EQ(port_.resets, 0);
  EXPECT_EQ(port_.last_bus, "never");
}

TEST_F(FrontTest, TakesAnyHostWhenItListensBeyondTheMachine) {
  make({.takes_any_host = true, .gate = {}, .metrics_allow = {}});
  http::Request request = rialto("GET", "/_rialto/status");
  request.headers[0].value = "rialto.internal";
  EXPECT_EQ(handle(request).status, 200);
}

TEST_F(FrontTest, TellsItsStatus) {
  EXPECT_EQ(handle(rialto("GET", "/_rialto/status")).body, R"({"version":"x"})");
  EXPECT_EQ(handle(rialto("POST", "/_rialto/status")).status, 404);
  EXPECT_EQ(handle(rialto("GET", "/_rialto/none")).body,
            R"({"message":"There is no such endpoint: GET /_rialto/none."})");
}

TEST_F(FrontTest, EmptiesOnlyAServerForDevelopment) {
  EXPECT_EQ(handle(rialto("POST", "/_rialto/reset")).status, 200);
  EXPECT_EQ(port_.resets, 1);
  EXPECT_EQ(handle(rialto("GET", "/_rialto/reset")).status, 404);
  port_.outcome = fail(Code::Unavailable, "The store failed.");
  EXPECT_EQ(handle(rialto("POST", "/_rialto/reset")).status, 503);
  make({.is_dev = false, .gate = {}, .metrics_allow = {}});
  EXPECT_EQ(handle(rialto("POST", "/_rialto/reset")).status, 403);
  EXPECT_EQ(port_.resets, 2);
}

TEST_F(FrontTest, MovesTheClockOfADevelopersServerOnly) {
  const auto move = [this](std::string body) {
    return handle(rialto("POST", "/_rialto/clock", std::move(body)));
  };
  EXPECT_EQ(move(R"({"advance_seconds":90})").body, R"({"Now":"2026-01-15T12:00:00.123Z"})");
  EXPECT_EQ(port_.last_advance, std::chrono::seconds(90));
  port_.last_advance = std::chrono::seconds(-1);
  for (const char* body :
       {"", "{}", "90", "{\"advance_seconds\":-1}", "{\"advance_seconds\":\"1\"}",
        "{\"advance_seconds\":1.5}", "{\"advance_seconds\":1e30}"}) {
    EXPECT_EQ(move(body).status, 400) << body;
  }
  port_.outcome = fail(Code::InvalidArgument, "Too far.");
  EXPECT_EQ(move(R"({"advance_seconds":1})").body, R"({"message":"Too far."})");
  port_.last_advance = std::chrono::seconds(-1);
  EXPECT_EQ(handle(rialto("GET", "/_rialto/clock")).status, 404);
  make({.is_dev = false, .gate = {}, .metrics_allow = {}});
  EXPECT_EQ(move(R"({"advance_seconds":1})").status, 403);
  EXPECT_EQ(port_.last_advance, std::chrono::seconds(-1));
}

TEST_F(FrontTest, BacksUpToAnAbsolutePathOnly) {
  const auto ask = [this](std::string body) {
    auto request = rialto("POST", "/_rialto/backup");
    request.body = std::move(body);
    return handle(std::move(request)).status;
  };
  EXPECT_EQ(ask(R"({"Directory":"/backups/today"})"), 200);
  EXPECT_EQ(port_.last_directory, "/backups/today");
  port_.last_directory.clear();
  for (const char* body : {"", "{}", R"({"Directory":7})", R"({"Directory":"today"})"}) {
    EXPECT_EQ(ask(body), 400) << body;
  }
  EXPECT_EQ(port_.last_directory, "");
  port_.outcome = fail(Code::AlreadyExists, "There is something.");
  EXPECT_EQ(ask(R"({"Directory":"/backups/today"})"), 400);
}

TEST_F(FrontTest, BeginsAReplayAndTellsOfOne) {
  const auto begun = handle(rialto("POST", "/_rialto/replay?account=111122223333&region=eu-west-1",
                                   R"({"Archive":"a"})"));
  EXPECT_EQ(begun.status, 200);
  EXPECT_EQ(begun.body, R"({"Archive":"a"})");
  EXPECT_EQ(port_.last_caller.account, "111122223333");
  const auto told = handle(rialto("GET", "/_rialto/replay?name=again", ""));
  EXPECT_EQ(told.body, R"({"Name":"again"})");
  EXPECT_EQ(handle(rialto("POST", "/_rialto/replay", "{")).status, 400);
  port_.outcome = fail(Code::NotFound, "Replay again does not exist.");
  EXPECT_EQ(handle(rialto("GET", "/_rialto/replay?name=again", "")).status, 404);
}

TEST_F(FrontTest, TakesOneEnvelopeAnArrayOrOneALine) {
  struct Case {
    const char* body;
    std::size_t count;
  };
  for (const Case& one :
       {Case{R"({"a":1})", 1}, Case{"{\n \"a\": 1\n}\n", 1}, Case{R"([{"a":1},{"a":2}])", 2},
        Case{"[]", 0}, Case{"", 0}, Case{"{\"a\":1}\n{\"a\":2}", 2},
        Case{"{\"a\":1}\r\n\r\n  \n{\"a\":2}\n\n", 2}}) {
    const auto response = handle(rialto("POST", "/_rialto/events", one.body));
    EXPECT_EQ(response.status, 200) << one.body;
    EXPECT_EQ(response.body, "{\"Accepted\":" + std::to_string(one.count) + "}") << one.body;
    EXPECT_EQ(port_.last_envelopes.size(), one.count);
  }
}

TEST_F(FrontTest, SaysInWhichLineAnEnvelopeIsNoJson) {
  const auto response = handle(rialto("POST", "/_rialto/events", "{}\n\n{]\n"));
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("Line 3: "), std::string::npos) << response.body;
  EXPECT_EQ(port_.last_bus, "never") << "all of them or none";
}

TEST_F(FrontTest, PutsEnvelopesOnTheBusThatTheQueryNames) {
  handle(rialto("POST", "/_rialto/events", "{}"));
  EXPECT_EQ(port_.last_bus, "");
  EXPECT_EQ(port_.last_caller.account, "000000000000");
  handle(
      rialto("POST", "/_rialto/events?bus=arn%3Aaws&account=111122223333&region=eu-west-1", "{}"));
  EXPECT_EQ(port_.last_bus, "arn:aws");
  EXPECT_EQ(port_.last_caller.account, "111122223333");
  EXPECT_EQ(port_.last_caller.region, "eu-west-1");
}

TEST_F(FrontTest, RefusesAccountsAndRegionsThatAreNone) {
  for (const char* query : {"account=1", "region=", "region=EU", "account=11112222333%00"}) {
    const auto response = handle(rialto("POST", "/_rialto/events?" + std::string(query), "{}"));
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_EQ(port_.last_bus, "never");
  }
}

TEST_F(FrontTest, AnswersThePortsErrorsByTheirKind) {
  port_.outcome = fail(Code::NotFound, "Event bus b does not exist.");
  const auto response = handle(rialto("POST", "/_rialto/events?bus=b", "{}"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, R"({"message":"Event bus b does not exist."})");
  port_.outcome = fail(Code::Throttled, "Rate exceeded");
  EXPECT_EQ(handle(rialto("POST", "/_rialto/events", "{}")).status, 429);
}

TEST_F(FrontTest, SaysWhyNoRequestReachedAHandler) {
  struct Case {
    int status;
    const char* type;
    const char* message;
  };
  for (const Case& one :
       {Case{413, "RequestEntityTooLargeException", "The request body is larger than 10 MB."},
        Case{400, "BadRequest", "The request could not be read as HTTP/1.1."},
        Case{408, "RequestTimeout", "The request did not arrive in time."},
        Case{431, "BadRequest", "The request line and headers are too large."},
        Case{503, "ServiceUnavailable", "The server is reading too many requests; try again."}}) {
    const auto response = front_->refuse(one.status);
    const auto body = json::parse(response.body);
    ASSERT_TRUE(body.ok());
    EXPECT_EQ(body->find("__type")->as_string(), one.type) << one.status;
    EXPECT_EQ(body->find("message")->as_string(), one.message) << one.status;
    EXPECT_FALSE(header(response, "x-amzn-RequestId").empty());
  }
}

TEST_F(FrontTest, TheMetricsNeedNoHeaderOfOurs) {
  const auto response = handle({"GET", "/metrics", {{"Host", "127.0.0.1:1591"}}, ""});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(response.body, "# HELP x y\n");
  EXPECT_EQ(handle({"GET", "/metrics", {{"Host", "evil.example"}}, ""}).status, 403);
  FrontOptions open;
  open.takes_any_host = true;
  make(open);
  EXPECT_EQ(handle({"GET", "/metrics", {{"Host", "evil.example"}}, ""}).status, 200);
}

TEST_F(FrontTest, TheMetricsAreForThisMachineWhereSignaturesAreChecked) {
  const access::KeyRing keys(std::chrono::seconds(300));
  const SystemClock clock;
  make({.gate = {.keys = &keys, .clock = &clock},
        .metrics_allow = {http::EgressRule::parse("10.1.0.0/16").value()}});
  const auto from = [this](const std::string& peer) {
    http::Request request{"GET", "/metrics", {{"Host", "rialto.example"}}, ""};
    request.peer = peer;
    return handle(std::move(request)).status;
  };
  for (const char* peer : {"127.0.0.1", "::1", "10.1.2.3"}) EXPECT_EQ(from(peer), 200) << peer;
  for (const char* peer : {"10.2.0.1", "192.168.0.1", "fe80::1", "", "127.evil"}) {
    EXPECT_EQ(from(peer), 403) << peer;
  }
}

TEST_F(FrontTest, CountsCallsByOperationAndOutcome) {
  const auto& metrics = front_->metrics();
  const auto find = [&metrics](std::string_view name) -> const OperationMetrics& {
    return *std::ranges::find(metrics.operations(), name, &OperationMetrics::operation);
  };
  const std::string body = R"({"Name":"r"})";
  handle(aws("AWSEvents.DeleteRule", body));
  service_.outcome = fail(Code::NotFound, "No.");
  handle(aws("AWSEvents.DeleteRule", body));
  service_.outcome = fail(Code::Unavailable, "No.");
  handle(aws("AWSEvents.DeleteRule", body));
  handle(aws("AWSEvents.Nonsense", "{}"));
  const OperationMetrics& counted = find("DeleteRule");
  EXPECT_EQ(counted.service, "events");
  EXPECT_EQ(counted.succeeded, 1U);
  EXPECT_EQ(counted.refused, 1U);
  EXPECT_EQ(counted.failed, 1U);
  EXPECT_EQ(counted.request_bytes, 3 * body.size());
  EXPECT_EQ(counted.duration.read().count, 3U);
  EXPECT_EQ(find("PutRule").succeeded, 0U);
  EXPECT_EQ(metrics.unknown, 1U);
}

TEST_F(FrontTest, AsksForTheTraceOfAnEvent) {
  EXPECT_EQ(handle(rialto("GET", "/_rialto/trace?id=a%20b")).body, R"({"EventId":"a b"})");
  EXPECT_EQ(handle(rialto("GET", "/_rialto/trace")).status, 400);
  port_.outcome = fail(Code::NotFound, "Nothing.");
  EXPECT_EQ(handle(rialto("GET", "/_rialto/trace?id=a")).status, 404);
}

TEST_F(FrontTest, OpensTheTailOfABus) {
  const auto response = handle(rialto(
      "GET", "/_rialto/tail?bus=b&account=111122223333&region=eu-west-1&pattern=%7B%22a%22%7D"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Content-Type"), "application/x-ndjson");
  EXPECT_NE(response.stream, nullptr);
  EXPECT_EQ(port_.last_bus, "b");
  EXPECT_EQ(port_.last_caller.account, "111122223333");
  EXPECT_EQ(port_.last_pattern, R"({"a"})");
  handle(rialto("GET", "/_rialto/tail"));
  EXPECT_EQ(port_.last_pattern, std::nullopt);
  port_.outcome = fail(Code::NotFound, "No.");
  EXPECT_EQ(handle(rialto("GET", "/_rialto/tail?bus=b")).status, 404);
}

}  // namespace
}  // namespace rialto::front
