// The client against our own server, and message values.
#include "http/client.h"

#include "fixture.h"

namespace rialto::http {
namespace {

class ClientTest : public ServerTest {
 protected:
  Client client() const { return Client({"127.0.0.1", std::to_string(port_)}, 10s); }
  Result<Response> send(Client& with, Request request) {
    return test::run(runtime_.executor(1), with.send(std::move(request)));
  }
};

TEST_F(ClientTest, SendsSeveralRequestsOverOneConnection) {
  start({.connections_max = 1});
  Client client = this->client();
  for (int i = 0; i < 3; ++i) {
    const auto response = send(client, {"POST", "/x", {{"X-Send", "seen"}}, "body"});
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "POST /x body");
    EXPECT_EQ(find_header(response->headers, "x-seen"), "seen");
  }
}

TEST_F(ClientTest, ConnectsAgainAfterTheServerSaidClose) {
  start();
  Client client = this->client();
  ASSERT_TRUE(send(client, {"GET", "/", {{"Connection", "close"}}, ""}).ok());
  EXPECT_TRUE(send(client, {"GET", "/", {}, ""}).ok());
}

TEST_F(ClientTest, SaysThatNobodyListens) {
  start();
  const std::uint16_t port = port_;
  server_->stop(1s);
  Client client({"127.0.0.1", std::to_string(port)}, 10s);
  const auto response = send(client, {"GET", "/", {}, ""});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::Unavailable);
  EXPECT_EQ(response.error().message,
            "Cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused.");
}

TEST_F(ClientTest, SaysThatTheAnswerTookTooLong) {
  start();
  Client client({"127.0.0.1", std::to_string(port_)}, 20ms);
  const auto response = send(client, {"GET", "/wait", {}, ""});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::Timeout);
}

std::string numbers(int count) {
  std::string out;
  for (int i = 1; i <= count; ++i) out += std::to_string(i) + "\n";
  return out;
}

TEST_F(ClientTest, TakesAStreamAsItComes) {
  start();
  Client client = this->client();
  std::string body;
  const auto take = [&body](std::string_view piece) {
    body += piece;
    return true;
  };
  const auto response =
      test::run(runtime_.executor(1), client.stream({"GET", "/stream", {}, ""}, take));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(body, numbers(20));
  EXPECT_TRUE(send(client, {"GET", "/", {}, ""}).ok()) << "over a new connection";
}

TEST_F(ClientTest, LeavesAStreamThatIsWantedNoMore) {
  start();
  Client client = this->client();
  int pieces = 0;
  const auto take = [&pieces](std::string_view) { return ++pieces < 1; };
  EXPECT_TRUE(
      test::run(runtime_.executor(1), client.stream({"GET", "/stream", {}, ""}, take)).ok());
  EXPECT_EQ(pieces, 1);
}

TEST_F(ClientTest, AnswersTheWholeBodyOfARefusal) {
  start();
  Client client = this->client();
  const auto take = [](std::string_view) { return true; };
  const auto response =
      test::run(runtime_.executor(1), client.stream({"GET", "/nothing", {}, ""}, take));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 204);
}

TEST(Endpoint, IsHostAndPortOfAUrl) {
  const auto endpoint = Endpoint::parse("http://127.0.0.1:1591/path");
  ASSERT_TRUE(endpoint.ok());
  EXPECT_EQ(endpoint->host, "127.0.0.1");
  EXPECT_EQ(endpoint->port, "1591");
  EXPECT_FALSE(endpoint->is_secure);
  EXPECT_EQ(Endpoint::parse("http://host")->port, "80");
  const auto secure = Endpoint::parse("https://host");
  ASSERT_TRUE(secure.ok());
  EXPECT_TRUE(secure->is_secure);
  EXPECT_EQ(secure->port, "443");
  EXPECT_EQ(endpoint->text(), "127.0.0.1:1591");
}

// What is resolved has no brackets; what is written into Host has.
TEST(Endpoint, TakesAnAddressOfVersion6) {
  for (const char* url : {"http://[::1]:1591", "http://[::1]"}) {
    const auto endpoint = Endpoint::parse(url);
    ASSERT_TRUE(endpoint.ok());
    EXPECT_EQ(endpoint->host, "::1") << url;
  }
  EXPECT_EQ(Endpoint::parse("http://[::1]:1591")->text(), "[::1]:1591");
}

TEST(Endpoint, RefusesWhatIsNoUrl) {
  for (const char* url : {"127.0.0.1:1591", "ftp://host", "", "http://", "http://:80",
                          "http://host:", "http://[::1"}) {
    const auto endpoint = Endpoint::parse(url);
    ASSERT_FALSE(endpoint.ok()) << url;
    EXPECT_EQ(endpoint.error().code, Code::InvalidArgument);
    EXPECT_EQ(endpoint.error().message,
              "'" + std::string(url) + "' is not an address such as http://127.0.0.1:1591.");
  }
}

TEST(Message, FindsTheFirstHeaderOfANameInAnyCase) {
  const Headers headers{{"Content-Type", "a"}, {"content-type", "b"}};
  EXPECT_EQ(find_header(headers, "CONTENT-TYPE"), "a");
  EXPECT_EQ(find_header(headers, "Content-Typ"), "");
}

TEST(Message, PartsATargetAtTheFirstQuestionMark) {
  const Request request{"GET", "/a/b?c=d?e", {}, ""};
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.query(), "c=d?e");
  const Request plain{"GET", "/a", {}, ""};
  EXPECT_EQ(plain.path(), "/a");
  EXPECT_EQ(plain.query(), "");
}

}  // namespace
}  // namespace rialto::http
