// Signatures of others: what is taken, and AWS's words for what is not.
#include "aws/verify.h"

#include <gtest/gtest.h>

#include "base/iso_time.h"
#include "support/received_request.h"

namespace rialto::aws {
namespace {

const std::string kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TimePoint kNow = *parse_iso("2026-01-15T12:00:00Z");

using Received = test::ReceivedRequest;

Result<> verify(const Received& received, TimePoint now = kNow, std::string_view service = "events",
                std::string_view secret = kSecret) {
  const Request request = received.view();
  RIALTO_TRY(const Claim claim, read_claim(request));
  RIALTO_TRY_VOID(check_claim(claim, {service, now}));
  return check_signature(request, claim, signing_key(claim.scope(), secret));
}

// The first vector of docs/spec/09 §6.
Received put_events() {
  Received out;
  out.body = R"({"Entries":[{"Source":"my.app","DetailType":"t","Detail":"{}"}]})";
  out.headers = {{"host", "events.us-east-1.amazonaws.com"},
                 {"content-type", "application/x-amz-json-1.1"},
                 {"x-amz-target", "AWSEvents.PutEvents"},
                 {"x-amz-date", "20260115T120000Z"},
                 {"authorization",
                  "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/events/aws4_request, "
                  "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                  "Signature=0943736a1fdd1f42afe3cd2881c51478b355764e37897f250578653f742cea39"}};
  return out;
}

// The last one.
Received presigned() {
  Received out;
  out.method = "GET";
  out.path = "/123456789012/q";
  out.query =
      "Action=ReceiveMessage&Version=2012-11-05&X-Amz-Algorithm=AWS4-HMAC-SHA256&"
      "X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fsqs%2Faws4_request&"
      "X-Amz-Date=20260115T120000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host&"
      "X-Amz-Signature=d32fcdda8267d3fb8b64ed423708b9a04d41d16676a75dc2aa42157c383d237b";
  out.headers = {{"host", "sqs.us-east-1.amazonaws.com"}};
  return out;
}

void expect_refused(const Result<>& outcome, std::string_view reason, std::string_view message) {
  ASSERT_FALSE(outcome.ok()) << message;
  EXPECT_EQ(outcome.error().reason, reason);
  EXPECT_EQ(outcome.error().message, message);
}

constexpr std::string_view kInvalid = "InvalidSignatureException";
constexpr std::string_view kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details.";

TEST(Verify, TakesWhatIsSigned) {
  EXPECT_TRUE(verify(put_events()).ok());
  EXPECT_TRUE(verify(presigned(), kNow, "sqs").ok());
  Received without_blanks = put_events();
  std::string& header = without_blanks.headers.at("authorization");
  header.erase(header.find(", Signed") + 1, 1);
  EXPECT_TRUE(verify(without_blanks).ok());
}

TEST(Verify, RefusesWhatWasChanged) {
  const auto expect_mismatch = [](const Received& received, std::string_view service) {
    expect_refused(verify(received, kNow, service), kInvalid, kMismatch);
  };
  Received changed = put_events();
  changed.body += " ";
  expect_mismatch(changed, "events");
  changed = put_events();
  changed.path = "/x";
  expect_mismatch(changed, "events");
  changed = put_events();
  changed.query = "a=b";
  expect_mismatch(changed, "events");
  changed = put_events();
  changed.method = "PUT";
  expect_mismatch(changed, "events");
  changed = put_events();
  changed.headers.at("x-amz-target") = "AWSEvents.PutRule";
  expect_mismatch(changed, "events");
  changed = put_events();
  changed.headers.at("x-amz-date") = "20260115T120001Z";
  expect_mismatch(changed, "events");
  changed = put_events();
  changed.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
  EXPECT_FALSE(verify(changed).ok());
  changed = presigned();
  changed.query.replace(changed.query.find("Receive"), 7, "Delete");
  expect_mismatch(changed, "sqs");
  changed = presigned();
  changed.query.replace(changed.query.find("=300"), 4, "=301");
  expect_mismatch(changed, "sqs");
  changed = presigned();
  changed.body = "Action=PurgeQueue";
  expect_mismatch(changed, "sqs");
  expect_refused(verify(put_events(), kNow, "events", "other secret"), kInvalid, kMismatch);
}

TEST(Verify, WantsTheHeadersSignedThatMatter) {
  Received received = put_events();
  std::string& header = received.headers.at("authorization");
  header.replace(header.find(";x-amz-target"), 13, "");
  expect_refused(verify(received), kInvalid,
                 "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.");
  header.replace(header.find("host;"), 5, "");
  expect_refused(verify(received), kInvalid,
                 "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
}

TEST(Verify, LooksAtTheClockAndTheScope) {
  using std::chrono::seconds;
  EXPECT_TRUE(verify(put_events(), kNow + seconds(300)).ok());
  EXPECT_TRUE(verify(put_events(), kNow - seconds(300)).ok());
  expect_refused(verify(put_events(), kNow + seconds(301)), kInvalid,
                 "Signature expired: 20260115T120000Z is now earlier than 20260115T120001Z "
                 "(20260115T120501Z - 5 min.)");
  expect_refused(verify(put_events(), kNow - seconds(301)), kInvalid,
                 "Signature not yet current: 20260115T120000Z is still later than "
                 "20260115T115959Z (20260115T115459Z + 5 min.)");
  EXPECT_TRUE(verify(presigned(), kNow + seconds(300), "sqs").ok());
  expect_refused(verify(presigned(), kNow + seconds(301), "sqs"), kInvalid,
                 "Signature expired: 20260115T120500Z is now earlier than 20260115T120501Z");
  expect_refused(verify(put_events(), kNow, "sqs"), kInvalid,
                 "Credential should be scoped to correct service: 'sqs'.");
  Received other_day = put_events();
  other_day.headers.at("x-amz-date") = "20260116T000000Z";
  EXPECT_EQ(verify(other_day).error().reason, kInvalid);
}

TEST(Verify, SaysWhatIsLacking) {
  expect_refused(verify(Received{}), "MissingAuthenticationTokenException",
                 "Request is missing Authentication Token");
  Received received = put_events();
  received.headers.at("authorization") = "AWS4-HMAC-SHA256 SignedHeaders=host";
  received.headers.erase("x-amz-date");
  const Result<> outcome = verify(received);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().reason, "IncompleteSignatureException");
  EXPECT_TRUE(outcome.error().message.starts_with(
      "Authorization header requires 'Credential' parameter. Authorization header requires "
      "'Signature' parameter. Authorization header requires existence of either a 'X-Amz-Date' or "
      "a 'Date' header. "))
      << outcome.error().message;
  for (const char* header :
       {"Basic dTpw", "AWS4-ECDSA-P256-SHA256 Credential=a/20260115/events/aws4_request",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=1"}) {
    received = put_events();
    received.headers.at("authorization") = header;
    EXPECT_EQ(verify(received).error().reason, "IncompleteSignatureException") << header;
  }
  for (const char* date : {"2026-01-15T12:00:00Z", "20261515T120000Z", "x"}) {
    received = put_events();
    received.headers.at("x-amz-date") = date;
    EXPECT_EQ(verify(received).error().reason, "IncompleteSignatureException") << date;
  }
  for (const char* change : {"X-Amz-Expires=0", "X-Amz-Expires=604801", "X-Amz-Expires=x", ""}) {
    received = presigned();
    received.query.replace(received.query.find("X-Amz-Expires=300"), 17, change);
    EXPECT_EQ(verify(received).error().reason, "IncompleteSignatureException") << change;
  }
}

}  // namespace
}  // namespace rialto::aws
