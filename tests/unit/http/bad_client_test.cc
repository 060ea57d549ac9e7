// The HTTP server against clients that do not behave: each costs its own connection only.
#include "fixture.h"

namespace rialto::http {
namespace {

class BadClient : public ServerTest {
 protected:
  // `request` is refused with `status` by the refusal's answer, and the connection ends.
  void expect_refused(std::string_view request, int status) {
    RawClient client(port_);
    client.send(request);
    const RawAnswer answer = client.read();
    EXPECT_EQ(answer.status, status) << request.substr(0, 60);
    EXPECT_EQ(answer.header("X-Refused"), std::to_string(status));
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(answer.body, "refused");
    client.send_no_more();
    EXPECT_TRUE(client.is_at_end());
    EXPECT_EQ(requests_, 0) << "it reaches no handler";
  }
  void expect_alive() {
    RawClient client(port_);
    ASSERT_TRUE(client.send(get("/alive")));
    EXPECT_EQ(client.read().body, "GET /alive ");
  }
};

TEST_F(BadClient, IsTold400WhenItSpeaksNoHttp) {
  start();
  expect_refused("hello\r\n\r\n", 400);
  expect_refused("GET / HTTP/9.9\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400);
  expect_refused("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", 400);
  expect_refused("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                 400);
  expect_refused(std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400);
  expect_alive();
}

TEST_F(BadClient, IsTold400WhenAChunkIsMalformed) {
  start();
  expect_refused("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400);
}

// Two lengths for one body is how requests are smuggled past a proxy.
TEST_F(BadClient, IsTold400WhenABodyHasALengthAndChunks) {
  start();
  expect_refused(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400);
}

TEST_F(BadClient, IsTold431WhenItsHeadersAreTooLong) {
  start({.header_bytes_max = 1'024});
  expect_refused(get("/", "X-Long: " + std::string(2'000, 'a') + "\r\n"), 431);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  expect_refused(get("/", many), 431);
  expect_refused("GET /" + std::string(3'000, 'a'), 431);
  expect_alive();
}

TEST_F(BadClient, IsTold413WhenItsBodyIsTooLong) {
  start({.body_bytes_max = 1'000});
  expect_refused(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + std::string(1'001, 'x'), 413);
  expect_refused("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                     std::string(1'001, 'x') + "\r\n0\r\n\r\n",
                 413);
  expect_alive();
}

TEST_F(BadClient, MaySendExactlyTheLimit) {
  start({.body_bytes_max = 1'000});
  RawClient client(port_);
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" +
                          std::string(1'000, 'x')));
  EXPECT_EQ(client.read().status, 200);
}

// The client learns before it sends: that is what `Expect` is for.
TEST_F(BadClient, IsTold413InsteadOfContinue) {
  start({.body_bytes_max = 1'000});
  expect_refused(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n"
      "Expect: 100-continue\r\n\r\n",
      413);
}

// The answer must reach a client that is still sending a body nobody wants.
TEST_F(BadClient, GetsItsAnswerThoughItGoesOnSending) {
  start({.body_bytes_max = 1'000});
  RawClient client(port_);
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n"));
  EXPECT_TRUE(client.send(std::string(8'000'000, 'x')));
  EXPECT_EQ(client.read().status, 413);
}

TEST_F(BadClient, IsTold408WhenItDoesNotFinishItsHeaders) {
  start({.read_timeout = 20ms});
  RawClient client(port_);
  ASSERT_TRUE(client.send("GET / HT"));
  EXPECT_EQ(client.read().status, 408);
}

TEST_F(BadClient, IsTold408WhenItDoesNotFinishItsBody) {
  start({.read_timeout = 20ms});
  RawClient client(port_);
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"));
  EXPECT_EQ(client.read().status, 408);
  EXPECT_EQ(requests_, 0);
}

TEST_F(BadClient, IsClosedWithoutAWordWhenItIsIdle) {
  start({.idle_timeout = 20ms});
  RawClient client(port_);
  EXPECT_TRUE(client.is_at_end());
}

TEST_F(BadClient, MayHangUpAtAnyPoint) {
  start();
  const std::string whole = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t size = 0; size < whole.size(); size += 4) {
    RawClient client(port_);
    ASSERT_TRUE(client.send(std::string_view(whole).substr(0, size)));
  }
  expect_alive();
}

TEST_F(BadClient, IsTold503WhenAllBodiesTogetherAreTooMuch) {
  start({.body_bytes_max = 1'000, .all_bodies_bytes_max = 1'500});
  RawClient first(port_);
  const std::string head = "POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n";
  ASSERT_TRUE(first.send(head + std::string(1'000, 'x')));
  await_requests(1);
  RawClient second(port_);
  ASSERT_TRUE(second.send(head));
  EXPECT_EQ(second.read().status, 503);
  open_gate();
  EXPECT_EQ(first.read().status, 200);
  RawClient third(port_);
  ASSERT_TRUE(third.send(head + std::string(1'000, 'x')));
  EXPECT_EQ(third.read().status, 200) << "what was taken is given back";
}

// Every way out gives the share back: a leak would refuse everybody in the end.
TEST_F(BadClient, LeavesNothingOfTheBudgetTaken) {
  start({.body_bytes_max = 1'000, .all_bodies_bytes_max = 1'000});
  for (int i = 0; i < 10; ++i) {
    RawClient broken(port_);
    ASSERT_TRUE(
        broken.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n!\r\n"));
    EXPECT_EQ(broken.read().status, 400);
  }
  RawClient good(port_);
  ASSERT_TRUE(good.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" +
                        std::string(1'000, 'x')));
  EXPECT_EQ(good.read().status, 200);
}

TEST_F(BadClient, IsClosedBeyondTheLimitOfConnections) {
  start({.connections_max = 2});
  RawClient first(port_);
  RawClient second(port_);
  for (RawClient* each : {&first, &second}) {
    ASSERT_TRUE(each->send(get("/")));
    EXPECT_EQ(each->read().status, 200);
  }
  RawClient third(port_);
  EXPECT_TRUE(third.is_at_end());
  ASSERT_TRUE(first.send(get("/")));
  EXPECT_EQ(first.read().status, 200);
}

}  // namespace
}  // namespace rialto::http
