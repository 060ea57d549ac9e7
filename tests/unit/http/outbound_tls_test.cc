// The outbound client over TLS: whom it believes.
#include "outbound_fixture.h"
#include "support/tls_peer.h"

namespace rialto::http {
namespace {

class OutboundTls : public OutboundTest {
 protected:
  static test::ThrowAwayCa& ca() {
    static test::ThrowAwayCa made;
    return made;
  }
  static void SetUpTestSuite() {
    ca().issue("good", "IP:127.0.0.1,DNS:localhost");
    ca().issue("other", "DNS:other.test");
  }
  OutboundOptions trusting() const {
    OutboundOptions out = dev();
    out.ca_file = ca().file("ca.pem");
    return out;
  }
  void expect_untrusted(const test::TlsPeer& tls, const std::string& why) {
    expect_error({.method = "GET", .url = tls.url("/?token=secret")}, Code::Unavailable,
                 "CONNECTION_FAILURE", tls.origin() + " did not answer: " + why + ".");
    EXPECT_TRUE(tls.seen().empty());
  }
};

TEST_F(OutboundTls, CallsAServerOfATrustedCaAndKeepsTheConnection) {
  test::TlsPeer tls(ca(), "good");
  tls.when("/", respond(200, "secure"));
  tls.start();
  start(trusting());
  for (int i = 0; i < 3; ++i) {
    const auto answer = send({.method = "POST", .url = tls.url("/"), .body = "x"});
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->body, "secure");
  }
  EXPECT_EQ(tls.connections(), 1);
}

TEST_F(OutboundTls, RefusesAServerOfAnUnknownCa) {
  test::TlsPeer tls(ca(), "good");
  tls.start();
  start();
  expect_untrusted(tls, "SSL certificate problem: unable to get local issuer certificate");
}

TEST_F(OutboundTls, RefusesAServerOfAnotherName) {
  test::TlsPeer tls(ca(), "other");
  tls.start();
  start(trusting());
  expect_untrusted(tls,
                   "SSL: no alternative certificate subject name matches target host name "
                   "'127.0.0.1'");
}

TEST_F(OutboundTls, SaysThatTheCaFileCannotBeRead) {
  test::TlsPeer tls(ca(), "good");
  tls.start();
  OutboundOptions options = dev();
  options.ca_file = "/no/such/file";
  start(options);
  const auto answer = send({.method = "GET", .url = tls.url("/")});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::Unavailable);
  EXPECT_NE(answer.error().message.find("/no/such/file"), std::string::npos)
      << answer.error().message;
}

TEST_F(OutboundTls, SaysThatThePeerSpeaksNoTls) {
  peer_.start();
  client_ = std::make_unique<Outbound>(runtime_, trusting());
  const std::string url = "https://127.0.0.1:" + std::to_string(peer_.port());
  const auto answer = send({.method = "GET", .url = url + "/?token=secret"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, Code::Unavailable);
  EXPECT_TRUE(answer.error().message.starts_with(url + " did not answer: "))
      << answer.error().message;
}

}  // namespace
}  // namespace rialto::http
