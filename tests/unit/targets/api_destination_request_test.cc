// The request of an API destination, byte for byte (docs/spec/05 §4).
#include "targets/types/api_destination_request.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace rialto::targets {
namespace {

using Parameters = std::vector<model::ConnectionParameter>;

class RequestTest : public ::testing::Test {
 protected:
  RequestTest() {
    destination_.endpoint = "https://api.example/v1/hook";
    destination_.http_method = "POST";
  }

  Result<http::Call> make(std::string payload = R"({"id":"i","detail":{"n":1.0}})") {
    auto connection = std::make_shared<model::Connection>();
    connection->authorization = model::Authorization{.name = "u", .secret = "s"};
    connection->authorization->invocation_parameters = added_;
    const connection::Access access{connection, proof_, {}};
    const auto target = json::parse(R"({"HttpParameters":)" + http_parameters_ + "}");
    const auto event = json::parse(event_);
    EXPECT_TRUE(target.ok() && event.ok());
    return make_request({destination_, access, *target, *event, payload, trace_});
  }
  std::string url() {
    const auto call = make();
    return call.ok() ? call->url : call.error().message;
  }
  std::string header(std::string_view name) {
    const auto call = make();
    EXPECT_TRUE(call.ok());
    return call.ok() ? std::string(http::find_header(call->headers, name)) : "";
  }
  std::size_t count(std::string_view name) {
    const auto call = make();
    std::size_t out = 0;
    for (const auto& each : call->headers) out += http::is_same_name(each.name, name);
    return out;
  }
  static void expect_permanent(const Result<http::Call>& call, std::string_view reason) {
    ASSERT_FALSE(call.ok());
    EXPECT_EQ(call.error().reason, reason);
    EXPECT_FALSE(is_retryable(call.error().code));
  }

  model::ApiDestination destination_;
  http::Header proof_{"Authorization", "Basic dTpz"};
  std::optional<model::ConnectionParameters> added_;
  std::string http_parameters_ = "{}";
  std::string event_ = R"({"id":"i","detail":{"s":"a/b c","n":1.50,"t":true,"o":{"k":[1]},)"
                       R"("up":"..","line":"a\r\nX: y","empty":""}})";
  std::string trace_;
};

TEST_F(RequestTest, IsThePayloadAndTheHeadersThatAreAlwaysSent) {
  const auto call = make();
  ASSERT_TRUE(call.ok());
  EXPECT_EQ(call->method, "POST");
  EXPECT_EQ(call->url, "https://api.example/v1/hook");
  EXPECT_EQ(call->body, R"({"id":"i","detail":{"n":1.0}})");
  EXPECT_EQ(call->timeout, std::chrono::milliseconds(5'000));
  EXPECT_EQ(call->answer_bytes_max, std::size_t{1} << 20);
  std::string headers;
  for (const auto& each : call->headers) headers += each.name + ": " + each.value + "\n";
  EXPECT_EQ(headers,
            "Content-Type: application/json; charset=utf-8\n"
            "Authorization: Basic dTpz\n"
            "User-Agent: Amazon/EventBridge/ApiDestinations\n"
            "Range: bytes=0-1048575\n"
            "Accept-Encoding: gzip,deflate\n");
}

TEST_F(RequestTest, FillsPathSegmentsFromLeftToRight) {
  destination_.endpoint = "https://api.example/*/x*y/*?q=*";
  http_parameters_ = R"({"PathParameterValues":["one two","$.detail.s","unused"]})";
  EXPECT_EQ(url(), "https://api.example/one%20two/x*y/a%2Fb%20c?q=*");
  http_parameters_ = R"({"PathParameterValues":["$.detail.n","$.detail.t"]})";
  EXPECT_EQ(url(), "https://api.example/1.50/x*y/true?q=*");
}

TEST_F(RequestTest, RefusesPathsThatCannotBeFilled) {
  destination_.endpoint = "https://api.example/*/*";
  for (const char* values : {"[]", R"(["a"])", R"(["a","$.detail.none"])", R"(["a","$.detail.up"])",
                             R"(["a","$.detail.empty"])", R"(["a","."])"}) {
    http_parameters_ = std::string(R"({"PathParameterValues":)") + values + "}";
    expect_permanent(make(), "INVALID_PARAMETER");
  }
}

TEST_F(RequestTest, GivesAnEndpointWithoutAPathOne) {
  destination_.endpoint = "https://api.example?a=b";
  EXPECT_EQ(url(), "https://api.example/?a=b");
}

TEST_F(RequestTest, MergesQueriesAndTheConnectionWins) {
  destination_.endpoint = "https://api.example/?own=1&a%20b=2&both=3&flag";
  http_parameters_ = R"({"QueryStringParameters":{"a b":"x&y","both":"4","t":"$.detail.s"}})";
  EXPECT_EQ(url(), "https://api.example/?own=1&flag&a%20b=x%26y&both=4&t=a%2Fb%20c");
  added_ = {.query = {{"both", "5"}, {"both", "6"}, {"key", "$.detail.s", true}}};
  EXPECT_EQ(url(),
            "https://api.example/?own=1&flag&a%20b=x%26y&t=a%2Fb%20c&both=5&both=6"
            "&key=%24.detail.s");
}

TEST_F(RequestTest, MergesHeadersAndTheProofWins) {
  http_parameters_ = R"({"HeaderParameters":{"X-One":"1","x-two":"2","authorization":"mine",)"
                     R"("X-Dynamic":"$.detail.o"}})";
  added_ = {.headers = {{"X-Two", "3", true}, {"CONTENT-TYPE", "text/plain"}}};
  EXPECT_EQ(header("X-One"), "1");
  EXPECT_EQ(header("X-Two"), "3");
  EXPECT_EQ(count("X-Two"), 1U);
  EXPECT_EQ(header("X-Dynamic"), R"({"k":[1]})");
  EXPECT_EQ(header("Content-Type"), "text/plain");
  EXPECT_EQ(header("Authorization"), "Basic dTpz");
  EXPECT_EQ(count("Authorization"), 1U);
}

TEST_F(RequestTest, TakesOutWhatUsersMayNotSet) {
  http_parameters_ =
      R"({"HeaderParameters":{"Host":"evil","content-length":"1","Via":"x","Warning":"x",)"
      R"("Transfer-Encoding":"chunked","User-Agent":"me","Range":"bytes=0-1","A-IM":"x"}})";
  added_ = {.headers = {{"Connection", "close"}, {"Expect", "100-continue"}, {"Cookie", "c"}}};
  for (const char* name : {"Host", "Content-Length", "Via", "Warning", "Transfer-Encoding", "A-IM",
                           "Connection", "Expect"}) {
    EXPECT_EQ(header(name), "") << name;
  }
  EXPECT_EQ(header("User-Agent"), "Amazon/EventBridge/ApiDestinations");
  EXPECT_EQ(header("Range"), "bytes=0-1048575");
  EXPECT_EQ(header("Cookie"), "c");
}

TEST_F(RequestTest, LetsNoEventWriteHeadersOfItsOwn) {
  http_parameters_ = R"({"HeaderParameters":{"X-Line":"$.detail.line"}})";
  expect_permanent(make(), "INVALID_PARAMETER");
}

TEST_F(RequestTest, SendsAnApiKeyOnlyWhereAHeaderCanBeCalledSo) {
  proof_ = {"X-Api-Key", "k"};
  EXPECT_EQ(header("x-api-key"), "k");
  for (const char* name : {"two words", "Host", "Content-Length"}) {
    proof_.name = name;
    expect_permanent(make(), "INVALID_PARAMETER");
  }
}

TEST_F(RequestTest, SaysWhichTraceItBelongsTo) {
  EXPECT_EQ(count("X-Amzn-Trace-Id"), 0U);
  trace_ = "Root=1-2-3";
  http_parameters_ = R"({"HeaderParameters":{"x-amzn-trace-id":"other"}})";
  EXPECT_EQ(header("X-Amzn-Trace-Id"), "Root=1-2-3");
  EXPECT_EQ(count("X-Amzn-Trace-Id"), 1U);
}

TEST_F(RequestTest, MergesBodyParametersIntoTheObjectAndTheConnectionWins) {
  added_ = {.body = {{"token", "s", true}, {"a", "over"}}};
  EXPECT_EQ(make(R"({"a":1,"n":1.50})")->body, R"({"a":"over","n":1.50,"token":"s"})");
  expect_permanent(make("[1]"), "INVALID_JSON");
  expect_permanent(make("not json"), "INVALID_JSON");
}

TEST_F(RequestTest, PutsBodyParametersIntoNoMoreThan64KiB) {
  const auto payload = [](std::size_t size) {
    return R"({"a":")" + std::string(size - 8, 'x') + R"("})";
  };
  EXPECT_TRUE(make(payload(100'000)).ok());
  added_ = {.body = {{"token", "s", true}}};
  EXPECT_TRUE(make(payload(65'536)).ok());
  expect_permanent(make(payload(65'537)), "INVALID_PARAMETER");
}

TEST_F(RequestTest, HasNoBodyForGetAndHead) {
  added_ = {.body = {{"token", "s", true}}};
  for (const char* method : {"GET", "HEAD"}) {
    destination_.http_method = method;
    EXPECT_EQ(make("[1]")->body, "") << method;
  }
  for (const char* method : {"PUT", "PATCH", "DELETE", "OPTIONS"}) {
    destination_.http_method = method;
    EXPECT_EQ(make("{}")->body, R"({"token":"s"})") << method;
  }
}

}  // namespace
}  // namespace rialto::targets
