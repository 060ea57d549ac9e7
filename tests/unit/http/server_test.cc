// The HTTP server against clients that behave.
#include "http/server.h"

#include <thread>

#include "fixture.h"

namespace rialto::http {
namespace {

TEST_F(ServerTest, KeepsTheConnectionForTheNextRequest) {
  start();
  RawClient client(port_);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(get("/a?b=" + std::to_string(i))));
    const RawAnswer answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a?b=" + std::to_string(i) + " ");
    EXPECT_EQ(answer.header("Connection"), "keep-alive");
    EXPECT_TRUE(answer.header("Date").ends_with(" GMT"));
  }
}

TEST_F(ServerTest, ClosesWhenAskedTo) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send(get("/", "Connection: close\r\n")));
  const RawAnswer answer = client.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.is_at_end());
}

TEST_F(ServerTest, ClosesAfterARequestOfHttp10) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.is_at_end());
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawClient client(port_);
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab";
  }
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.read().body, "POST /" + std::to_string(i) + " ab");
}

TEST_F(ServerTest, ReadsBodiesInChunks) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(
      client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "5\r\nhello\r\n6;ext=1\r\n world\r\n"));
  ASSERT_TRUE(client.send("0\r\nTrailer: x\r\n\r\n"));
  EXPECT_EQ(client.read().body, "POST / hello world");
  ASSERT_TRUE(client.send(get("/next")));
  EXPECT_EQ(client.read().body, "GET /next ") << "and the connection goes on";
}

TEST_F(ServerTest, ReadsARequestThatComesByteByByte) {
  start();
  RawClient client(port_);
  for (const char c :
       std::string("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")) {
    ASSERT_TRUE(client.send(std::string_view(&c, 1)));
  }
  EXPECT_EQ(client.read().body, "POST /slow abc");
}

TEST_F(ServerTest, SaysContinueBeforeItReadsABodyThatWaitsForIt) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.read(false).status, 100);
  EXPECT_EQ(requests_, 0);
  ASSERT_TRUE(client.send("body"));
  EXPECT_EQ(client.read().body, "POST / body");
}

TEST_F(ServerTest, AnswersHeadWithoutTheBodyAndWithItsLength) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" + get("/y")));
  EXPECT_EQ(client.read(false).header("Content-Length"), "8");
  EXPECT_EQ(client.read().body, "GET /y ") << "nothing of the first answer's body came";
}

TEST_F(ServerTest, SendsNoLengthWith204) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send(get("/nothing")));
  const RawAnswer answer = client.read();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.head.find("Content-Length"), std::string::npos);
}

TEST_F(ServerTest, LetsNoLineBreakIntoAHeaderOfItsOwn) {
  start();
  RawClient client(port_);
  // A folded header holds no line break once it is read; so neither does what we answer.
  ASSERT_TRUE(client.send(get("/", "X-Send: a\r\n X-Evil: 1\r\n")));
  const RawAnswer answer = client.read();
  EXPECT_EQ(answer.head.find("\r\nX-Evil"), std::string::npos);
}

// `nc`, and some SDKs: the request is whole, the sending half is shut.
TEST_F(ServerTest, AnswersAClientThatHasShutItsSendingHalf) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send(get("/wait")));
  client.send_no_more();
  await_requests(1);
  open_gate();
  EXPECT_EQ(client.read().body, "GET /wait ");
  EXPECT_TRUE(client.is_at_end());
}

TEST_F(ServerTest, ServesManyConnectionsSideBySide) {
  start();
  RawClient slow(port_);
  ASSERT_TRUE(slow.send(get("/wait")));
  await_requests(1);
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([this, &good] {
      RawClient client(port_);
      for (int j = 0; j < 25; ++j) {
        client.send(get("/fast"));
        if (client.read().body == "GET /fast ") ++good;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(good, 200);
  open_gate();
  EXPECT_EQ(slow.read().status, 200);
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start();
  Server second(runtime_, {}, {}, {});
  const auto taken = second.listen("127.0.0.1", port_);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, Code::Unavailable);
  EXPECT_EQ(taken.error().message,
            "Cannot listen on 127.0.0.1:" + std::to_string(port_) + ": Address already in use.");
  const auto no_address = second.listen("somewhere", 0);
  ASSERT_FALSE(no_address.ok());
  EXPECT_EQ(no_address.error().code, Code::InvalidArgument);
  EXPECT_TRUE(no_address.error().message.ends_with("Give an IP address such as 127.0.0.1."));
}

TEST_F(ServerTest, StopLetsARunningRequestEndAndSaysClose) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send(get("/wait")));
  await_requests(1);
  std::thread stopper([this] { server_->stop(10s); });
  // Nobody can connect any more once the stop has begun.
  while (RawClient(port_).is_connected()) std::this_thread::yield();
  open_gate();
  const RawAnswer answer = client.read();
  stopper.join();
  EXPECT_EQ(answer.body, "GET /wait ");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(cancelled_, 0);
}

TEST_F(ServerTest, StopEndsIdleConnectionsAtOnce) {
  start();
  RawClient fresh(port_);
  RawClient used(port_);
  ASSERT_TRUE(used.send(get("/")));
  EXPECT_EQ(used.read().status, 200);
  const auto begin = std::chrono::steady_clock::now();
  server_->stop(30s);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_TRUE(used.is_at_end());
  EXPECT_TRUE(fresh.is_at_end());
}

TEST_F(ServerTest, StopCancelsWhatTakesLongerThanTheGrace) {
  start();
  RawClient client(port_);
  ASSERT_TRUE(client.send(get("/wait")));
  await_requests(1);
  server_->stop(1ms);
  EXPECT_EQ(cancelled_, 1);
  EXPECT_EQ(client.read().header("Connection"), "close");
}

TEST_F(ServerTest, StopIsSafeWhileClientsKeepComing) {
  for (int round = 0; round < 20; ++round) {
    start();
    std::atomic<bool> is_over{false};
    std::vector<std::thread> clients;
    for (int i = 0; i < 2; ++i) {
      clients.emplace_back([this, &is_over] {
        while (!is_over) {
          RawClient client(port_);
          if (client.send(get("/"))) client.read();
        }
      });
    }
    await_requests(round + 1);
    server_->stop(10s);
    server_.reset();  // nothing of it may be on a loop any more
    is_over = true;
    for (auto& client : clients) client.join();
  }
}

}  // namespace
}  // namespace rialto::http
