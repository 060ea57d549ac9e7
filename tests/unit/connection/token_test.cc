// The token request of the client credentials grant, and what is taken from its answer.
#include "connection/token.h"

#include <gtest/gtest.h>

namespace rialto::connection {
namespace {

model::Authorization authorization(std::string method = "POST") {
  return {.name = "id&1",
          .secret = "se cret",
          .endpoint = "https://auth.example/token",
          .http_method = std::move(method)};
}

TEST(TokenCall, CarriesTheGrantInItsBody) {
  const http::Call call = token_call(authorization());
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://auth.example/token");
  EXPECT_EQ(call.body, "grant_type=client_credentials&client_id=id%261&client_secret=se%20cret");
  EXPECT_EQ(http::find_header(call.headers, "content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(http::find_header(call.headers, "user-agent"), "Amazon/EventBridge/ApiDestinations");
  EXPECT_EQ(call.timeout, kTokenTimeout);
}

TEST(TokenCall, CarriesItInTheQueryOfAGet) {
  auto with = authorization("GET");
  with.endpoint += "?tenant=7";
  with.token_parameters = {.query = {{"q", "r"}}, .body = {{"scope", "a b"}}};
  const http::Call call = token_call(with);
  EXPECT_EQ(call.url,
            "https://auth.example/token?tenant=7&q=r&grant_type=client_credentials&client_id=id%261"
            "&client_secret=se%20cret&scope=a%20b");
  EXPECT_TRUE(call.body.empty());
}

TEST(TokenCall, LetsTheUsersParametersReplaceOurs) {
  auto with = authorization("PUT");
  with.token_parameters = {
      .headers = {{"Authorization", "Basic x"}, {"content-type", "a/b"}, {"Host", "evil"}},
      .body = {{"grant_type", "mine"}, {"audience", "z"}}};
  const http::Call call = token_call(with);
  EXPECT_EQ(call.body, "client_id=id%261&client_secret=se%20cret&grant_type=mine&audience=z");
  EXPECT_EQ(http::find_header(call.headers, "Authorization"), "Basic x");
  EXPECT_EQ(http::find_header(call.headers, "Content-Type"), "a/b");
  EXPECT_EQ(http::find_header(call.headers, "Host"), "");
}

TEST(Token, IsReadWithItsExpiry) {
  const TimePoint now = from_millis(1'000);
  const auto read = [now](std::string body) {
    return read_token({.status = 200, .headers = {}, .body = std::move(body)}, now);
  };
  const auto token = read(R"({"access_token":"t","token_type":"Bearer","expires_in":90})");
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->text, "t");
  EXPECT_EQ(token->expires_at, from_millis(91'000));
  EXPECT_EQ(read(R"({"access_token":"t","expires_in":"90"})")->expires_at, from_millis(91'000));
  EXPECT_EQ(read(R"({"access_token":"t","expires_in":-5})")->expires_at, now);
  EXPECT_TRUE(read(R"({"access_token":"t","expires_in":1e300})")->expires_at);
  EXPECT_FALSE(read(R"({"access_token":"t"})")->expires_at);
  for (const char* body : {"", "[]", "{}", R"({"access_token":""})", R"({"access_token":7})",
                           R"({"access_token":"a\r\nX: y"})", R"({"access_token":"a b"})"}) {
    const auto refused = read(body);
    ASSERT_FALSE(refused.ok()) << body;
    EXPECT_EQ(refused.error().message, "The authorization endpoint's answer has no access_token.");
  }
}

TEST(Token, ThatIsRefusedSaysNoMoreThanTheStatusAndTheRfcsWord) {
  const auto why = [](int status, std::string body) {
    return read_token({.status = status, .headers = {}, .body = std::move(body)}, {})
        .error()
        .message;
  };
  EXPECT_EQ(why(401, R"({"error":"invalid_client","error_description":"secret"})"),
            "The authorization endpoint answered with status 401 (invalid_client).");
  EXPECT_EQ(why(500, "secret"), "The authorization endpoint answered with status 500.");
  EXPECT_EQ(why(302, R"({"error":"secret","access_token":"t"})"),
            "The authorization endpoint answered with status 302.");
}

}  // namespace
}  // namespace rialto::connection
