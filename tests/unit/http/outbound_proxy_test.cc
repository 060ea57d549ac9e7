// The outbound client behind a proxy: what the proxy gets to see, and what goes past it.
#include "outbound_fixture.h"
#include "support/tls_peer.h"
#include "support/tunnel_peer.h"

namespace rialto::http {
namespace {

constexpr std::string_view kOutside = "outside.test";  // a name that only the proxy can look up

class OutboundProxy : public OutboundTest {
 protected:
  static std::string at(std::string_view scheme, const test::HttpPeer& proxy,
                        std::string_view user = "") {
    return std::string(scheme) + "://" + std::string(user) +
           "127.0.0.1:" + std::to_string(proxy.port());
  }
  static OutboundOptions through(std::string proxy) {
    OutboundOptions out = dev();
    out.proxy = std::move(proxy);
    return out;
  }
};

TEST_F(OutboundProxy, AsksTheProxyForWhatIsNotEncrypted) {
  peer_.when("http://outside.test/a", respond(200, "by proxy"));
  start(through(at("http", peer_, "me:pass@")));
  const auto answer = send({.method = "POST",
                            .url = "http://outside.test/a?b=c",
                            .headers = {{"X-Mine", "1"}},
                            .body = "x"});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "by proxy");
  ASSERT_EQ(peer_.seen().size(), 1U);
  const test::SeenRequest seen = peer_.seen().front();
  EXPECT_EQ(seen.target, "http://outside.test/a?b=c");
  EXPECT_EQ(seen.header("Host"), kOutside);
  EXPECT_EQ(seen.header("X-Mine"), "1");
  EXPECT_EQ(seen.header("Proxy-Authorization"), "Basic bWU6cGFzcw==");
}

TEST_F(OutboundProxy, CallsThisMachineWithoutIt) {
  test::HttpPeer proxy;
  proxy.start();
  peer_.when("/here", respond(200, "direct"));
  start(through(at("http", proxy)));
  const auto answer = send(get("/here"));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "direct");
  EXPECT_TRUE(proxy.seen().empty());
}

TEST_F(OutboundProxy, SaysThatTheProxyIsNotThere) {
  test::HttpPeer proxy;
  const std::string gone = at("http", proxy, "me:pass@");
  proxy.stop();
  start(through(gone));
  const auto answer = send({.method = "GET", .url = "http://outside.test/?token=secret"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::Unavailable);
  EXPECT_TRUE(answer.error().message.starts_with("http://outside.test:80 did not answer: "))
      << answer.error().message;
  EXPECT_EQ(answer.error().message.find("pass"), std::string::npos) << answer.error().message;
}

TEST_F(OutboundProxy, StillRefusesNamesThatARuleDenies) {
  OutboundOptions options = through(at("http", peer_));
  options.egress.deny = {EgressRule::parse("outside.test").value()};
  start(options);
  const auto answer = send({.method = "GET", .url = "http://outside.test/"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::AccessDenied);
  EXPECT_TRUE(peer_.seen().empty());
}

// Over TLS the proxy sees who is called, and nothing of the call.
class OutboundTunnel : public OutboundProxy {
 protected:
  OutboundTunnel() : tls_(ca(), "outside") {
    tls_.when("/a", respond(200, "through the tunnel"));
    tls_.start();
  }
  static test::ThrowAwayCa& ca() {
    static test::ThrowAwayCa made;
    return made;
  }
  static void SetUpTestSuite() { ca().issue("outside", "DNS:outside.test"); }

  void start_through(std::string proxy) {
    OutboundOptions options = through(std::move(proxy));
    options.ca_file = ca().file("ca.pem");
    start(options);
  }
  void expect_calls_on_one_connection() {
    for (int i = 0; i < 3; ++i) {
      const auto answer = send({.method = "GET",
                                .url = "https://outside.test/a",
                                .headers = {{"Authorization", "Bearer mine"}}});
      ASSERT_TRUE(answer.ok()) << answer.error().message;
      EXPECT_EQ(answer->body, "through the tunnel");
    }
    ASSERT_EQ(tls_.seen().size(), 3U);
    EXPECT_EQ(tls_.seen().front().header("Authorization"), "Bearer mine");
    EXPECT_EQ(tls_.seen().front().header("Proxy-Authorization"), "");
    EXPECT_EQ(tls_.connections(), 1);
  }

  test::TlsPeer tls_;
};

TEST_F(OutboundTunnel, IsMadeByConnect) {
  test::TunnelPeer proxy(test::TunnelPeer::Speaks::Http, tls_);
  proxy.start();
  start_through(at("http", proxy, "me:pass@"));
  expect_calls_on_one_connection();
  ASSERT_EQ(proxy.asked().size(), 1U);
  const std::string asked = proxy.asked().front();
  EXPECT_TRUE(asked.starts_with("CONNECT outside.test:443 HTTP/1.1\r\n")) << asked;
  EXPECT_NE(asked.find("Proxy-Authorization: Basic bWU6cGFzcw==\r\n"), asked.npos) << asked;
  EXPECT_EQ(asked.find("mine"), asked.npos) << asked;
}

TEST_F(OutboundTunnel, IsMadeBySocks) {
  test::TunnelPeer proxy(test::TunnelPeer::Speaks::Socks5, tls_);
  proxy.start();
  start_through(at("socks5h", proxy));
  expect_calls_on_one_connection();
  EXPECT_EQ(proxy.asked(), std::vector<std::string>{"outside.test:443"});
}

TEST_F(OutboundTunnel, IsNotMadeByAProxyThatRefuses) {
  test::HttpPeer proxy;
  proxy.when("outside.test:443", respond(407, "who are you?"));
  proxy.start();
  start_through(at("http", proxy));
  const auto answer = send({.method = "GET", .url = "https://outside.test/?token=secret"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::Unavailable);
  EXPECT_EQ(answer.error().message,
            "https://outside.test:443 did not answer: The proxy refused with status 407.");
}

TEST(HidePassword, OfAProxy) {
  EXPECT_EQ(hide_password("http://me:p%40ss@10.0.0.1:3128"), "http://me:***@10.0.0.1:3128/");
  EXPECT_EQ(hide_password("socks5h://10.0.0.1:1080"), "socks5h://10.0.0.1:1080");
  EXPECT_EQ(hide_password("http://me@10.0.0.1:3128"), "http://me@10.0.0.1:3128");
  EXPECT_EQ(hide_password(""), "");
}

}  // namespace
}  // namespace rialto::http
