// Whose keys sign: the operator's, a role's, or nobody's.
#include "targets/credentials.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/fake_sender.h"
#include "support/run.h"

namespace rialto::targets {
namespace {

constexpr const char* kRole = "arn:aws:iam::111122223333:role/r";

std::string assumed(const std::string& access_key, const std::string& expiration) {
  return "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" + access_key +
         "</AccessKeyId><SecretAccessKey>s+/=</SecretAccessKey><SessionToken>t</SessionToken>"
         "<Expiration>" +
         expiration + "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
}

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() { EXPECT_TRUE(endpoints_.add("sts", "", "http://sts:1").ok()); }

  Result<aws::Keys> get(Credentials& from, Credentials::Need need) {
    return test::run(runtime_.executor(0), from.get(std::move(need)));
  }
  Credentials::Need need(std::string role = kRole) const {
    return {std::move(role), "111122223333", "us-east-1", false};
  }

  Endpoints endpoints_;
  test::FakeSender sender_;
  test::FakeClock clock_;  // 2026-01-15T12:00:00Z
  net::Runtime runtime_{1};
  Credentials own_{{"AKID", "secret", ""}, endpoints_, sender_, clock_};
  Credentials none_{{}, endpoints_, sender_, clock_};
};

TEST_F(CredentialsTest, SignsWithOurOwnKeysWithoutARole) {
  EXPECT_EQ(get(own_, need(""))->access_key, "AKID");
  EXPECT_TRUE(sender_.calls().empty());
}

TEST_F(CredentialsTest, SignsInTheAccountsNameWhereNothingIsAtStake) {
  EXPECT_EQ(get(none_, need(""))->access_key, "111122223333");
  auto aws = need("");
  aws.is_aws = true;
  const auto keys = get(none_, aws);
  ASSERT_FALSE(keys.ok());
  EXPECT_EQ(keys.error().reason, "FAILED_TO_ASSUME_ROLE");
  EXPECT_NE(keys.error().message.find("aws_credentials_file"), std::string::npos);
}

TEST_F(CredentialsTest, AssumesARoleOnceUntilShortlyBeforeItEnds) {
  sender_.answer(200, assumed("ASIA1", "2026-01-15T13:00:00Z"));
  sender_.answer(200, assumed("ASIA2", "2026-01-15T14:00:00Z"));
  EXPECT_EQ(get(own_, need())->access_key, "ASIA1");
  clock_.advance(std::chrono::minutes(54));
  const auto kept = get(own_, need());
  EXPECT_EQ(kept->access_key, "ASIA1");
  EXPECT_EQ(kept->secret_key, "s+/=");
  EXPECT_EQ(kept->session_token, "t");
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(get(own_, need())->access_key, "ASIA2");
  ASSERT_EQ(sender_.calls().size(), 2U);
  EXPECT_EQ(sender_.calls()[0].url, "http://sts:1/");
  EXPECT_EQ(sender_.calls()[0].body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole"
            "%2Fr&RoleSessionName=rialto");
}

TEST_F(CredentialsTest, UsesWhatStillHoldsWhileTheServiceIsAway) {
  sender_.answer(200, assumed("ASIA1", "2026-01-15T13:00:00Z"));
  sender_.answer(fail(Code::Timeout, "too late", "TIMEOUT"));
  sender_.answer(fail(Code::Timeout, "too late", "TIMEOUT"));
  EXPECT_TRUE(get(own_, need()).ok());
  clock_.advance(std::chrono::minutes(57));
  EXPECT_EQ(get(own_, need())->access_key, "ASIA1");
  clock_.advance(std::chrono::minutes(4));
  const auto late = get(own_, need());
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::Timeout);
  EXPECT_EQ(late.error().reason, "TRANSIENT_ASSUME_ROLE");
}

TEST_F(CredentialsTest, TakesARefusalForOne) {
  sender_.answer(403,
                 "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
                 "</ErrorResponse>");
  const auto keys = get(own_, need());
  ASSERT_FALSE(keys.ok());
  EXPECT_EQ(keys.error().code, Code::AccessDenied);
  EXPECT_EQ(keys.error().reason, "FAILED_TO_ASSUME_ROLE");
  EXPECT_EQ(keys.error().message, std::string("The role ") + kRole +
                                      " could not be assumed: sts answered with status 403, "
                                      "AccessDenied: no");
}

TEST_F(CredentialsTest, DoesNotAskWhereNobodyAnswers) {
  const Endpoints nowhere;
  Credentials own({"AKID", "secret", ""}, nowhere, sender_, clock_);
  EXPECT_EQ(get(own, need())->access_key, "AKID");
}

TEST(CredentialsFile, IsReadByProfile) {
  const std::string text =
      "# a comment\n[default]\naws_access_key_id = A\naws_secret_access_key=B\r\n\n[ work ]\n"
      "aws_access_key_id=C\naws_secret_access_key = D=\naws_session_token = E\nregion = x\n";
  const auto first = parse_credentials(text, "default");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->access_key + first->secret_key + first->session_token, "AB");
  const auto second = parse_credentials(text, "work");
  EXPECT_EQ(second->access_key + second->secret_key + second->session_token, "CD=E");
  EXPECT_EQ(parse_credentials(text, "none").error().message, "it has no profile [none]");
  EXPECT_EQ(parse_credentials("[p]\nregion=x", "p").error().message,
            "its profile [p] lacks aws_access_key_id or aws_secret_access_key");
}

}  // namespace
}  // namespace rialto::targets
