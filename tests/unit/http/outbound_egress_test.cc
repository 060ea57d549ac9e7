// The egress guard where it counts: at the connection.
#include "outbound_fixture.h"

namespace rialto::http {
namespace {

class OutboundEgress : public OutboundTest {
 protected:
  static EgressRule rule(std::string_view text) { return *EgressRule::parse(text); }
  std::string at(std::string_view host) const {
    return "http://" + std::string(host) + ":" + std::to_string(peer_.port()) + "/";
  }
  void expect_denied(const std::string& url, const std::string& message) {
    expect_error({.method = "GET", .url = url, .timeout = 2s}, Code::AccessDenied, "NO_PERMISSIONS",
                 message);
  }
};

TEST_F(OutboundEgress, DeniesThisMachineUnlessInDevMode) {
  peer_.when("/", respond(200));
  start({});
  expect_denied(at("127.0.0.1"),
                "'127.0.0.1' is not called: it is this machine itself. If it is meant, add "
                "'127.0.0.1' to egress_allow.");
  expect_denied(at("2130706433"),
                "'127.0.0.1' is not called: it is this machine itself. If it is meant, add "
                "'127.0.0.1' to egress_allow.");
  const auto by_name = send({.method = "GET", .url = at("localhost"), .timeout = 2s});
  ASSERT_FALSE(by_name.ok());
  EXPECT_EQ(by_name.error().code, Code::AccessDenied);
  EXPECT_NE(by_name.error().message.find("an address of 'localhost', is not called"),
            std::string::npos)
      << by_name.error().message;
  EXPECT_EQ(peer_.connections(), 0);
  EXPECT_EQ(count(Ending::Denied), 3U);
}

TEST_F(OutboundEgress, DeniesMetadataAddressesInDevModeToo) {
  start();
  for (const std::string host :
       {"169.254.169.254", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"}) {
    expect_denied("http://" + host + "/latest/meta-data?token=secret",
                  "'169.254.169.254'" +
                      std::string(host.starts_with('[')
                                      ? ", an address of '" + host.substr(1, host.size() - 2) + "',"
                                      : "") +
                      " is not called: it is link-local, where clouds keep their metadata. If it "
                      "is meant, add '169.254.169.254' to egress_allow.");
  }
}

TEST_F(OutboundEgress, AllowsWhatTheOperatorAllows) {
  peer_.when("/", respond(200));
  OutboundOptions options;
  options.egress.allow = {rule("localhost")};
  start(options);
  EXPECT_TRUE(send({.method = "GET", .url = at("localhost")}).ok());
  EXPECT_FALSE(send({.method = "GET", .url = at("127.0.0.1")}).ok());
}

TEST_F(OutboundEgress, TrustsTheOperatorsOwnEndpointsOnly) {
  peer_.when("/", respond(200));
  start({});
  Call call{.method = "GET", .url = at("127.0.0.1"), .is_trusted = true};
  EXPECT_TRUE(send(call).ok());
  EXPECT_EQ(peer_.open_connections(), 1);
  // There is a connection now that could be used again.
  expect_denied(at("127.0.0.1"),
                "'127.0.0.1' is not called: it is this machine itself. If it is meant, add "
                "'127.0.0.1' to egress_allow.");
  EXPECT_EQ(peer_.seen().size(), 1U);
  EXPECT_TRUE(send(call).ok());
}

TEST_F(OutboundEgress, JudgesNamesAndLiteralsWhenAProxyLooksUp) {
  peer_.when("http://example.test/x", respond(200, "by proxy"));
  OutboundOptions options = dev();
  options.proxy = peer_.origin();
  options.egress.deny = {rule("denied.test")};
  start(options);
  const auto answer = send({.method = "GET", .url = "http://example.test/x"});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "by proxy");
  expect_denied("http://denied.test/",
                "'denied.test' is not called: 'denied.test' in egress_deny.");
  expect_denied("http://169.254.169.254/",
                "'169.254.169.254' is not called: it is link-local, where clouds keep their "
                "metadata. If it is meant, add '169.254.169.254' to egress_allow.");
  test::HttpPeer direct;
  direct.when("/", respond(200, "direct"));
  direct.start();
  EXPECT_EQ(send({.method = "GET", .url = direct.url("/")})->body, "direct");
}

}  // namespace
}  // namespace rialto::http
