// Which addresses may be called.
#include "http/egress.h"

#include <gtest/gtest.h>

namespace rialto::http {
namespace {

std::vector<EgressRule> rules(const std::vector<std::string>& texts) {
  std::vector<EgressRule> out;
  for (const std::string& text : texts) out.push_back(*EgressRule::parse(text));
  return out;
}

bool allows(const Egress& egress, const std::string& address, const std::string& host = "h") {
  return egress.judge(host, IpAddress::parse(address)).ok();
}

TEST(Egress, JudgesByDefault) {
  struct Case {
    const char* address;
    bool in_production;
    bool in_dev;
  };
  const Egress production{{}};
  const Egress dev{{.is_dev = true}};
  for (const Case& one : {
           Case{"8.8.8.8", true, true},
           Case{"10.1.2.3", true, true},
           Case{"172.16.0.1", true, true},
           Case{"192.168.1.1", true, true},
           Case{"fd00::1", true, true},
           Case{"2001:db8::1", true, true},
           Case{"127.0.0.1", false, true},
           Case{"127.255.255.255", false, true},
           Case{"::1", false, true},
           Case{"::ffff:127.0.0.1", false, true},
           Case{"64:ff9b::7f00:1", false, true},
           Case{"126.255.255.255", true, true},
           Case{"128.0.0.0", true, true},
           Case{"169.254.169.254", false, false},
           Case{"169.254.170.2", false, false},
           Case{"169.253.255.255", true, true},
           Case{"169.255.0.0", true, true},
           Case{"::ffff:169.254.169.254", false, false},
           Case{"::ffff:a9fe:a9fe", false, false},
           Case{"64:ff9b::a9fe:a9fe", false, false},
           Case{"64:ff9b::808:808", true, true},
           Case{"fd00:ec2::254", false, false},
           Case{"fd00:ec2::253", true, true},
           Case{"fd20:ce::254", false, false},
           Case{"fe80::1", false, false},
           Case{"febf::1", false, false},
           Case{"fec0::1", true, true},
           Case{"0.0.0.0", false, false},
           Case{"0.1.2.3", false, false},
           Case{"::", false, false},
           Case{"224.0.0.1", false, false},
           Case{"239.255.255.255", false, false},
           Case{"240.0.0.1", true, true},
           Case{"255.255.255.255", false, false},
           Case{"ff02::1", false, false},
       }) {
    EXPECT_EQ(allows(production, one.address), one.in_production) << one.address;
    EXPECT_EQ(allows(dev, one.address), one.in_dev) << one.address;
  }
}

TEST(Egress, LetsAllowWinOverTheDefaultsAndDenyOverAll) {
  const Egress egress{{.allow = rules({"169.254.0.0/16", "meta.test", "::1", "127.0.0.0/8"}),
                       .deny = rules({"169.254.169.254", "10.0.0.0/8", "evil.test", "fd00::/8",
                                      "::ffff:127.1.0.0/112"})}};
  EXPECT_TRUE(allows(egress, "169.254.1.1"));
  EXPECT_FALSE(allows(egress, "169.254.169.254"));
  EXPECT_FALSE(allows(egress, "169.254.169.254", "meta.test"));
  EXPECT_TRUE(allows(egress, "fe80::1", "meta.test"));
  EXPECT_TRUE(allows(egress, "fe80::1", "META.test."));
  EXPECT_FALSE(allows(egress, "fe80::1", "a.meta.test"));
  EXPECT_FALSE(allows(egress, "10.200.0.1"));
  EXPECT_FALSE(allows(egress, "::ffff:10.200.0.1"));
  EXPECT_TRUE(allows(egress, "11.0.0.1"));
  EXPECT_FALSE(allows(egress, "8.8.8.8", "evil.test"));
  EXPECT_FALSE(allows(egress, "fdff::1"));
  EXPECT_TRUE(allows(egress, "::1"));
  EXPECT_TRUE(allows(egress, "127.0.0.1"));
  EXPECT_FALSE(allows(egress, "127.1.0.1"));
  EXPECT_FALSE(egress.judge("evil.test", std::nullopt).ok());
  EXPECT_TRUE(egress.judge("good.test", std::nullopt).ok());
}

TEST(Egress, NamesTheAddressAndTheOption) {
  const Egress egress{{.deny = rules({"10.0.0.0/8"})}};
  const auto by_default = egress.judge("meta.test", IpAddress::parse("fe80::1"));
  ASSERT_FALSE(by_default.ok());
  EXPECT_EQ(by_default.error().code, Code::AccessDenied);
  EXPECT_EQ(by_default.error().reason, "NO_PERMISSIONS");
  EXPECT_EQ(
      by_default.error().message,
      "'fe80::1', an address of 'meta.test', is not called: it is link-local. If it is meant, "
      "add 'fe80::1' to egress_allow.");
  EXPECT_EQ(egress.judge("10.0.0.1", IpAddress::parse("10.0.0.1")).error().message,
            "'10.0.0.1' is not called: '10.0.0.0/8' in egress_deny.");
}

TEST(Egress, ReadsRules) {
  for (const char* text :
       {"10.0.0.0/8", "10.1.2.3/8", "10.0.0.0/0", "1.2.3.4/32", "::/0", "::1", "fd00::/8",
        "2001:db8::1/128", "::ffff:10.0.0.0/104", "example.com", "a", "a_b-c.d1", "example.com."}) {
    EXPECT_TRUE(EgressRule::parse(text).ok()) << text;
  }
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0",
                           "256.0.0.1", "::/129", "::ffff:10.0.0.0/8", "http://a", "a/8", "a b",
                           "*.example.com", "a:80", "[::1]"}) {
    EXPECT_FALSE(EgressRule::parse(text).ok()) << text;
  }
  EXPECT_EQ(EgressRule::parse("a:80").error().message,
            "'a:80' is no network, no address and no name of a host");
}

}  // namespace
}  // namespace rialto::http
