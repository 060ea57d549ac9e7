// The outbound client against a peer that follows a script.
#include "http/outbound.h"

#include "outbound_fixture.h"

namespace rialto::http {
namespace {

TEST_F(OutboundTest, SendsWhatItIsGivenAndNothingOfItsOwn) {
  peer_.when("/a/../b", respond(201, "made", {{"X-Two", " a b "}, {"x-two", "c"}, {"Empty", ""}}));
  start();
  Call call = post("/a/../b?x=%2F&y", "{\"a\":1}");
  call.headers = {{"X-One", "1"}, {"Empty", ""}, {"Content-Type", "application/json"}};
  const auto answer = send(call);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "made");
  ASSERT_EQ(answer->headers.size(), 4U);
  EXPECT_EQ(answer->headers[0].name, "X-Two");
  EXPECT_EQ(answer->headers[0].value, "a b");
  EXPECT_EQ(answer->headers[1].value, "c");
  EXPECT_EQ(answer->headers[2].value, "");

  const auto seen = peer_.seen().at(0);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/a/../b?x=%2F&y");
  EXPECT_EQ(seen.body, "{\"a\":1}");
  std::string names;
  for (const Header& header : seen.headers) names += header.name + "=" + header.value + "\n";
  EXPECT_EQ(names, "Host=127.0.0.1:" + std::to_string(peer_.port()) +
                       "\nX-One=1\nEmpty=\nContent-Type=application/json\nContent-Length=7\n");
}

TEST_F(OutboundTest, LetsTheCallerSetHostAndLength) {
  peer_.when("/", respond(200));
  start();
  Call call = post("/", "abc");
  call.headers = {{"Host", "example.com"},
                  {"Content-Length", "3"},
                  {"Accept", "*/*"},
                  {"User-Agent", "me"},
                  {"Expect", "100-continue"}};
  ASSERT_TRUE(send(call).ok());
  const auto seen = peer_.seen().at(0);
  EXPECT_EQ(seen.headers.size(), 4U);
  EXPECT_EQ(seen.header("Host"), "example.com");
  EXPECT_EQ(seen.header("User-Agent"), "me");
}

TEST_F(OutboundTest, SendsABodyWithAnyMethodAndALengthWhereOneIsExpected) {
  peer_.when("/", respond(200, "ok"));
  start();
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"}) {
    Call call{.method = method, .url = peer_.url("/"), .body = "b"};
    const auto answer = send(call);
    ASSERT_TRUE(answer.ok()) << method << answer.error().message;
    EXPECT_EQ(answer->body, "ok");
    EXPECT_EQ(peer_.seen().back().method, method);
    EXPECT_EQ(peer_.seen().back().body, "b");
    call.body.clear();
    ASSERT_TRUE(send(call).ok());
    EXPECT_EQ(peer_.seen().back().body, "");
    const bool has_length = method.starts_with("P");
    EXPECT_EQ(peer_.seen().back().header("Content-Length"), has_length ? "0" : "") << method;
  }
  EXPECT_EQ(peer_.connections(), 1);
}

TEST_F(OutboundTest, SendsALargeBodyWhole) {
  peer_.when("/", respond(200, std::string(900'000, 'y')));
  start();
  const std::string body(5'000'000, 'x');
  const auto answer = send(post("/", body));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body.size(), 900'000U);
  EXPECT_EQ(peer_.seen().at(0).body, body);
  EXPECT_EQ(peer_.seen().at(0).header("Expect"), "");
}

TEST_F(OutboundTest, WaitsForNoBodyOfHead) {
  peer_.when("/", send_raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", Step::Kind::Send));
  start();
  for (const std::string body : {"", "body"}) {
    const auto answer = send({.method = "HEAD", .url = peer_.url("/"), .body = body});
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(find_header(answer->headers, "Content-Length"), "1000");
    EXPECT_EQ(peer_.seen().back().body, body);
  }
}

TEST_F(OutboundTest, UsesAConnectionAgain) {
  peer_.when("/", respond(200, "one"));
  start();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(send(post("/", "x")).ok());
  EXPECT_EQ(peer_.connections(), 1);
  EXPECT_EQ(client_->metrics().connections_opened, 1U);
  EXPECT_EQ(client_->metrics().connections_reused, 19U);
  EXPECT_EQ(count(Ending::Status2xx), 20U);
  EXPECT_EQ(client_->metrics().under_way, 0U);
}

TEST_F(OutboundTest, ConnectsAgainWhenAKeptConnectionWasClosed) {
  peer_.when("/", {{Step::Kind::Send, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
                   {Step::Kind::Close}});
  start();
  for (int i = 0; i < 5; ++i) {
    const auto answer = send(post("/", "x"));
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->body, "ok");
    peer_.await_open(0);
  }
  EXPECT_EQ(peer_.connections(), 5);
}

TEST_F(OutboundTest, FollowsNoRedirect) {
  peer_.when("/", respond(302, "", {{"Location", peer_.url("/other")}}));
  start();
  const auto answer = send(get("/"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(find_header(answer->headers, "location"), peer_.url("/other"));
  EXPECT_EQ(peer_.seen().size(), 1U);
  EXPECT_EQ(count(Ending::Status3xx), 1U);
}

TEST_F(OutboundTest, TakesAnyStatusForAnAnswer) {
  for (const int status : {204, 304, 400, 401, 404, 429, 500, 503, 599}) {
    peer_.when("/" + std::to_string(status),
               {{Step::Kind::Send,
                 test::head_of(status, {{"Retry-After", "7"}, {"Content-Length", "0"}})}});
  }
  start();
  for (const int status : {204, 304, 400, 401, 404, 429, 500, 503, 599}) {
    const auto answer = send(get("/" + std::to_string(status)));
    ASSERT_TRUE(answer.ok()) << status << answer.error().message;
    EXPECT_EQ(answer->status, status);
    EXPECT_EQ(find_header(answer->headers, "Retry-After"), "7");
  }
  EXPECT_EQ(count(Ending::Status4xx), 4U);
  EXPECT_EQ(count(Ending::Status5xx), 3U);
}

TEST_F(OutboundTest, ReadsChunksAndLeavesOutTheirTrailer) {
  auto script = test::respond_in_chunks({"one ", "two ", std::string(20'000, 'x')});
  script.back().text = "0\r\nX-Trailer: late\r\n\r\n";
  peer_.when("/", script);
  start();
  for (int i = 0; i < 2; ++i) {
    const auto answer = send(get("/"));
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->body, "one two " + std::string(20'000, 'x'));
    EXPECT_EQ(find_header(answer->headers, "X-Trailer"), "");
  }
  EXPECT_EQ(peer_.connections(), 1);
}

TEST_F(OutboundTest, PassesOverInformationalAnswers) {
  peer_.when("/", send_raw("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: b\r\n\r\ny",
                           Step::Kind::Send));
  start();
  const auto answer = send(get("/"));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(find_header(answer->headers, "Link"), "");
  EXPECT_EQ(find_header(answer->headers, "A"), "b");
}

TEST_F(OutboundTest, LeavesABodyEncodedAsItCame) {
  peer_.when("/", respond(200, "\x1f\x8b not really", {{"Content-Encoding", "gzip"}}));
  start();
  const auto answer = send(get("/"));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "\x1f\x8b not really");
}

TEST_F(OutboundTest, ReadsNoMoreThanIsWanted) {
  peer_.when("/endless", {{Step::Kind::Send, "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
                          {Step::Kind::Repeat, std::string(1'000, 'z')}});
  peer_.when("/exact", respond(200, std::string(5'000, 'e')));
  start();
  Call call = get("/endless");
  call.answer_bytes_max = 5'000;
  const auto answer = send(call);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, std::string(5'000, 'z'));
  EXPECT_EQ(find_header(answer->headers, "A"), "b");
  peer_.await_open(0);
  call.url = peer_.url("/exact");
  EXPECT_EQ(send(call)->body.size(), 5'000U);
  call.answer_bytes_max = 0;
  EXPECT_EQ(send(call)->body, "");
}

TEST_F(OutboundTest, UsesTheEnvironmentForNothing) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("all_proxy", "http://127.0.0.1:1", 1);
  peer_.when("/", respond(200));
  start();
  EXPECT_TRUE(send(get("/")).ok());
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
}

TEST_F(OutboundTest, ServesCallsFromEveryLoop) {
  peer_.when("/", respond(200, "ok"));
  start();
  for (const std::size_t loop : {0U, 1U, 0U, 1U}) EXPECT_TRUE(send(get("/"), loop).ok());
  EXPECT_EQ(peer_.connections(), 2) << "each loop has its own";
}

TEST_F(OutboundTest, MakesManyCallsOverAFewConnections) {
  constexpr std::size_t kCalls = 2'000;
  peer_.when("/", respond(200, std::string(1'000, 'x')));
  OutboundOptions options = dev();
  options.calls_per_host_max = 50;
  start(options);
  std::vector<std::future<Result<Response>>> answers;
  for (std::size_t i = 0; i < kCalls; ++i) {
    answers.push_back(begin(post("/", std::to_string(i)), i % 2));
  }
  for (auto& each : answers) {
    const auto answer = each.get();
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    ASSERT_EQ(answer->body.size(), 1'000U);
  }
  EXPECT_EQ(peer_.seen().size(), kCalls);
  EXPECT_LE(peer_.most_connections(), 100);
  EXPECT_EQ(peer_.connections(), peer_.most_connections()) << "all are kept";
  EXPECT_EQ(count(Ending::Status2xx), kCalls);
}

}  // namespace
}  // namespace rialto::http
