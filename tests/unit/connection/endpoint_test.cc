// Endpoints: what is one, and which may be called without TLS.
#include "connection/endpoint.h"

#include <gtest/gtest.h>

namespace rialto::connection {
namespace {

TEST(Endpoint, IsCutIntoItsParts) {
  const auto endpoint = Endpoint::parse("https://api.example.com:8443/v1/*/orders?a=b&c=?");
  ASSERT_TRUE(endpoint);
  EXPECT_TRUE(endpoint->is_https);
  EXPECT_EQ(endpoint->origin, "https://api.example.com:8443");
  EXPECT_EQ(endpoint->host, "api.example.com");
  EXPECT_EQ(endpoint->path, "/v1/*/orders");
  EXPECT_EQ(endpoint->query, "a=b&c=?");
  const auto bare = Endpoint::parse("HTTP://h?q");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->origin + "|" + bare->path + "|" + bare->query, "http://h||q");
}

TEST(Endpoint, IsNothingElse) {
  for (const char* url : {"", "https://", "https:///path", "ftp://h/", "h/path", "https://u:p@h/",
                          "https://h:/", "https://h:123456/", "https://h:80x/", "https://h/#f",
                          "https://h/a b", "https://h/\r\n", "https://[::1]/"}) {
    EXPECT_FALSE(Endpoint::parse(url)) << url;
  }
}

TEST(PlainHttp, IsForThoseWhoAllowIt) {
  EXPECT_TRUE(is_acceptable("https://h/", PlainHttp::Refused));
  EXPECT_FALSE(is_acceptable("http://127.0.0.1/", PlainHttp::Refused));
  EXPECT_TRUE(is_acceptable("http://127.0.0.1:9/", PlainHttp::OnLoopback));
  EXPECT_TRUE(is_acceptable("http://localhost:9/", PlainHttp::OnLoopback));
  EXPECT_FALSE(is_acceptable("http://127.evil.example/", PlainHttp::OnLoopback));
  EXPECT_FALSE(is_acceptable("http://h/", PlainHttp::OnLoopback));
  EXPECT_TRUE(is_acceptable("http://h/", PlainHttp::Anywhere));
  EXPECT_FALSE(is_acceptable("nonsense", PlainHttp::Anywhere));
}

}  // namespace
}  // namespace rialto::connection
