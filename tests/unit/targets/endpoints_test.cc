// Where services are, as an operator says it.
#include "targets/endpoints.h"

#include <gtest/gtest.h>

namespace rialto::targets {
namespace {

constexpr const char* kAccount = "111122223333";

Endpoints parsed(std::string_view text) {
  auto endpoints = Endpoints::parse(text);
  EXPECT_TRUE(endpoints.ok()) << (endpoints.ok() ? "" : endpoints.error().message);
  return std::move(endpoints).value();
}

TEST(Endpoints, PrefersTheFinerLine) {
  const auto endpoints = parsed(
      "lambda=http://a:1,lambda@eu-west-1=http://b:1/base/,lambda@111122223333=http://c:1,"
      "lambda@111122223333/eu-west-1=aws,default=https://d");
  EXPECT_EQ(endpoints.find("lambda", "1", "us-east-1")->url, "http://a:1");
  EXPECT_EQ(endpoints.find("lambda", "1", "eu-west-1")->url, "http://b:1/base");
  EXPECT_EQ(endpoints.find("lambda", kAccount, "us-east-1")->url, "http://c:1");
  EXPECT_TRUE(endpoints.find("lambda", kAccount, "eu-west-1")->is_aws);
  EXPECT_EQ(endpoints.find("sns", "1", "us-east-1")->url, "https://d");
}

TEST(Endpoints, FindNothingThatNoLineNames) {
  EXPECT_FALSE(Endpoints().find("lambda", "1", "r"));
  EXPECT_FALSE(parsed("sns=http://a").find("lambda", "1", "r"));
  EXPECT_FALSE(parsed("sns@eu-west-1=http://a").find("sns", "1", "us-east-1"));
  EXPECT_FALSE(parsed("default=http://a").find("sqs", "1", "r")) << "queues are built in";
}

TEST(Endpoints, AreWrittenAsTheyAreRead) {
  const std::string text = "default=aws,lambda=http://a:1,lambda@eu-west-1=https://b";
  EXPECT_EQ(parsed(text).text(), text);
  EXPECT_EQ(parsed("").text(), "");
}

TEST(Endpoints, RefuseWhatIsNone) {
  for (const char* text : {"lambda", "lamda=http://a", "lambda=", "lambda=a:1", "lambda=ftp://a",
                           "lambda=http://", "lambda=http://a?b", "lambda=http://u@a",
                           "lambda@12=/x=http://a", "lambda@Eu=http://a", "lambda@1/eu=http://a"}) {
    const auto endpoints = Endpoints::parse(text);
    ASSERT_FALSE(endpoints.ok()) << text;
    EXPECT_TRUE(endpoints.error().message.starts_with("it takes ")) << endpoints.error().message;
  }
}

TEST(Endpoints, AreNamedInWhatIsMissing) {
  EXPECT_EQ(no_endpoint("lambda").message,
            "No endpoint of lambda is configured. Add `[targets.lambda]` with a line `endpoint = "
            "\"http://HOST:PORT\"` to the configuration file, or `endpoint = \"aws\"` for AWS's "
            "own.");
}

TEST(Endpoints, KnowAwsHosts) {
  EXPECT_EQ(aws_host("sns", "us-east-1"), "sns.us-east-1.amazonaws.com");
  EXPECT_EQ(aws_host("sagemaker", "us-east-1"), "api.sagemaker.us-east-1.amazonaws.com");
  EXPECT_EQ(aws_host("sqs", "cn-north-1"), "sqs.cn-north-1.amazonaws.com.cn");
}

}  // namespace
}  // namespace rialto::targets
