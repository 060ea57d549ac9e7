#include "aws/credential.h"

#include "support.h"

namespace rialto::aws {
namespace {

TEST(Credential, IsReadFromTheHeader) {
  for (const char* separator : {", ", ","}) {
    const Sent sent{
        .headers = {
            {"authorization", std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/"
                                          "us-east-1/events/aws4_request") +
                                  separator + "SignedHeaders=host" + separator + "Signature=ab"}}};
    const auto credential = find_credential(sent.request());
    ASSERT_TRUE(credential.has_value());
    EXPECT_EQ(credential->access_key, "AKIDEXAMPLE");
    EXPECT_EQ(credential->date, "20260115");
    EXPECT_EQ(credential->region, "us-east-1");
    EXPECT_EQ(credential->service, "events");
  }
}

TEST(Credential, IsReadFromAPresignedQuery) {
  const Sent sent{.query =
                      "Action=ListQueues&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                      "AKID%2F20260115%2Feu-north-1%2Fsqs%2Faws4_request&X-Amz-Expires=300"};
  const auto credential = find_credential(sent.request());
  ASSERT_TRUE(credential.has_value());
  EXPECT_EQ(credential->access_key, "AKID");
  EXPECT_EQ(credential->region, "eu-north-1");
  EXPECT_EQ(credential->service, "sqs");
}

TEST(Credential, HasNoRegionInSigV4A) {
  const Sent sent{.headers = {{"authorization",
                               "AWS4-ECDSA-P256-SHA256 Credential=AKID/20260115/events/"
                               "aws4_request, SignedHeaders=host, Signature=ab"}}};
  const auto credential = find_credential(sent.request());
  ASSERT_TRUE(credential.has_value());
  EXPECT_EQ(credential->region, "");
  EXPECT_EQ(credential->service, "events");
}

TEST(Credential, IsAbsentOtherwise) {
  EXPECT_FALSE(find_credential(Sent{}.request()).has_value());
  for (const char* header : {"Basic eDp5", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=AKID",
                             "AWS4-HMAC-SHA256 Credential=/20260115/r/s/aws4_request",
                             "AWS4-HMAC-SHA256 Credential=A/20260115/r/s/aws3_request"}) {
    const Sent sent{.headers = {{"authorization", header}}};
    EXPECT_FALSE(find_credential(sent.request()).has_value()) << header;
  }
}

}  // namespace
}  // namespace rialto::aws
