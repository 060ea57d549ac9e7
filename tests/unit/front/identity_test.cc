// Whose a request is, and which hosts are this machine.
#include "front/identity.h"

#include <gtest/gtest.h>

#include "front/host.h"

namespace rialto::front {
namespace {

aws::Request request(std::map<std::string, std::string> headers, std::string_view query = "") {
  aws::Request out;
  out.query = query;
  out.header = [headers = std::make_shared<std::map<std::string, std::string>>(std::move(headers))](
                   std::string_view name) -> std::string_view {
    const auto found = headers->find(std::string(name));
    return found == headers->end() ? std::string_view() : found->second;
  };
  return out;
}
aws::Request signed_by(const std::string& key, const std::string& region = "eu-west-1") {
  return request({{"authorization", "AWS4-HMAC-SHA256 Credential=" + key + "/20260115/" + region +
                                        "/events/aws4_request, SignedHeaders=host, Signature=0"}});
}

TEST(Identity, OfNobodyIsTheDevAccountInTheDefaultRegion) {
  const api::Caller caller =
      identify(request({}), {.default_region = "ap-south-1", .accounts = {}});
  EXPECT_EQ(caller.account, "000000000000");
  EXPECT_EQ(caller.region, "ap-south-1");
  EXPECT_EQ(caller.access_key, "");
  EXPECT_EQ(caller.base_url, "http://127.0.0.1");
}

TEST(Identity, OfAKeyOfTwelveDigitsIsThatAccount) {
  const api::Caller caller = identify(signed_by("111122223333"), {});
  EXPECT_EQ(caller.account, "111122223333");
  EXPECT_EQ(caller.region, "eu-west-1");
  EXPECT_EQ(caller.access_key, "111122223333");
}

TEST(Identity, OfAnyOtherKeyIsTheDevAccount) {
  for (const char* key : {"AKIAEXAMPLE", "11112222333", "1111222233334", "11112222333x"}) {
    EXPECT_EQ(identify(signed_by(key), {}).account, "000000000000") << key;
  }
}

TEST(Identity, OfAKeyThatIsListedIsTheAccountBesideIt) {
  const IdentityOptions options{
      .default_region = "us-east-1",
      .accounts = {{"AKIAEXAMPLE", "444455556666"}, {"111122223333", "777788889999"}}};
  EXPECT_EQ(identify(signed_by("AKIAEXAMPLE"), options).account, "444455556666");
  EXPECT_EQ(identify(signed_by("111122223333"), options).account, "777788889999");
}

// Regions become parts of stored keys.
TEST(Identity, TakesNoRegionThatCannotBeOne) {
  for (const std::string& region : {std::string("US EAST"), std::string("a\0b", 3), std::string(""),
                                    std::string(65, 'a'), std::string("..%2f")}) {
    EXPECT_EQ(identify(signed_by("111122223333", region), {}).region, "us-east-1") << region;
  }
}

TEST(Identity, ComesFromAPresignedUrlToo) {
  const api::Caller caller = identify(
      request({}, "X-Amz-Credential=111122223333%2F20260115%2Feu-west-1%2Fsqs%2Faws4_request"), {});
  EXPECT_EQ(caller.account, "111122223333");
  EXPECT_EQ(caller.region, "eu-west-1");
}

TEST(Identity, KeepsTheHostAndTheTraceOfTheRequest) {
  const api::Caller caller =
      identify(request({{"host", "localhost:1591"}, {"x-amzn-trace-id", "Root=1"}}), {});
  EXPECT_EQ(caller.base_url, "http://localhost:1591");
  EXPECT_EQ(caller.trace_header, "Root=1");
}

TEST(LoopbackHost, IsThisMachineByItsText) {
  for (const char* host : {"localhost", "localhost:1591", "a.localhost", "127.0.0.1",
                           "127.0.0.1:1591", "127.8.9.10", "[::1]", "[::1]:1591"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
}

// A page that rebinds a name to 127.0.0.1 sends that name.
TEST(LoopbackHost, IsNoOtherName) {
  for (const char* host :
       {"", "evil.com", "localhost.evil.com", "127.0.0.1.evil.com", "evillocalhost", "127.evil",
        "10.0.0.1", "[::2]", "[::1].evil.com", "[::1]evil", "0.0.0.0", "[::1"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

}  // namespace
}  // namespace rialto::front
