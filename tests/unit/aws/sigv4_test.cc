// Signatures: the vectors of docs/spec/09 §6, and what canonical means.
#include "aws/sigv4.h"

#include <gtest/gtest.h>

#include "base/crypto/digest.h"
#include "base/iso_time.h"
#include "base/uri.h"

namespace rialto::aws {
namespace {

constexpr const char* kAmzDate = "20260115T120000Z";
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct Vector {
  Signable request;
  std::string service;
  std::string canonical_sha256;
  std::string signature;
};

std::string sign_at(const Signable& request, const std::string& service) {
  const SigningScope scope{"20260115", "us-east-1", service};
  return signature(request, scope, kAmzDate, signing_key(scope, kSecret));
}

std::string sha256_hex(std::string_view text) { return crypto::hex(crypto::sha256(text)); }

Vector put_events() {
  const std::string body = R"({"Entries":[{"Source":"my.app","DetailType":"t","Detail":"{}"}]})";
  return {{.method = "POST",
           .path = "/",
           .query = "",
           .headers = {{"Host", "events.us-east-1.amazonaws.com"},
                       {"Content-Type", "application/x-amz-json-1.1"},
                       {"X-Amz-Target", "AWSEvents.PutEvents"},
                       {"X-Amz-Date", kAmzDate}},
           .payload_sha256 = sha256_hex(body)},
          "events",
          "7918481fdf3f6eea796cf65439f3cd2dc114083951a88c7f716a3995ff0a1ae5",
          "0943736a1fdd1f42afe3cd2881c51478b355764e37897f250578653f742cea39"};
}

Vector tags() {
  return {{.method = "GET",
           .path = "/tags/arn%3Aaws%3Ascheduler%3Aus-east-1%3A123456789012%3Aschedule-group%2Fg",
           .query = "",
           .headers = {{"Host", "scheduler.us-east-1.amazonaws.com"}, {"X-Amz-Date", kAmzDate}},
           .payload_sha256 = sha256_hex("")},
          "scheduler",
          "027848b81af9a4dbf7800767cec157ff308b4e68ae7037719157872d06285251",
          "4340ccde5946f1afe569a6613398d7abb0d52fb30ccf3ef0333eba5b57fda1a4"};
}

Vector schedules() {
  return {{.method = "GET",
           .path = "/schedules",
           .query = "NamePrefix=a%20b&MaxResults=5",
           .headers = {{"Host", "scheduler.us-east-1.amazonaws.com"}, {"X-Amz-Date", kAmzDate}},
           .payload_sha256 = sha256_hex("")},
          "scheduler",
          "7f5a97f80a392581660ea5fef1a32374ad662ce4e07b9f0d7ebc1ea004fb93c2",
          "07e4901ec4a52dbdef594cb379d7dc6e4cea32f7914fa92c3c69680407c25322"};
}

TEST(SigV4, MakesTheSignaturesOfTheSpec) {
  for (const Vector& each : {put_events(), tags(), schedules()}) {
    EXPECT_EQ(sha256_hex(canonical_request(each.request)), each.canonical_sha256);
    EXPECT_EQ(sign_at(each.request, each.service), each.signature);
  }
}

TEST(SigV4, SignsAPresignedRequest) {
  const Signable request{
      .method = "GET",
      .path = "/123456789012/q",
      .query =
          "Action=ReceiveMessage&Version=2012-11-05&X-Amz-Algorithm=AWS4-HMAC-SHA256"
          "&X-Amz-Credential=AKIDEXAMPLE%2F20260115%2Fus-east-1%2Fsqs%2Faws4_request"
          "&X-Amz-Date=20260115T120000Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host",
      .headers = {{"Host", "sqs.us-east-1.amazonaws.com"}},
      .payload_sha256 = sha256_hex("")};
  EXPECT_EQ(sign_at(request, "sqs"),
            "d32fcdda8267d3fb8b64ed423708b9a04d41d16676a75dc2aa42157c383d237b");
}

TEST(SigV4, AddsWhatARequestNeeds) {
  Signable request{.method = "POST",
                   .path = "/",
                   .query = "",
                   .headers = {{"Host", "events.us-east-1.amazonaws.com"},
                               {"Content-Type", "application/x-amz-json-1.1"},
                               {"X-Amz-Target", "AWSEvents.PutEvents"}},
                   .payload_sha256 = {}};
  sign(request, R"({"Entries":[{"Source":"my.app","DetailType":"t","Detail":"{}"}]})",
       {"AKIDEXAMPLE", kSecret, ""}, "us-east-1", "events", *parse_iso("2026-01-15T12:00:00Z"));
  EXPECT_EQ(request.headers.back().first, "Authorization");
  EXPECT_EQ(request.headers.back().second,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/events/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
            "Signature=0943736a1fdd1f42afe3cd2881c51478b355764e37897f250578653f742cea39");
}

TEST(SigV4, SignsASessionsToken) {
  Signable request{
      .method = "GET", .path = "", .query = "", .headers = {{"Host", "h"}}, .payload_sha256 = {}};
  sign(request, "", {"ASIA", "s", "token"}, "r", "s", from_millis(0));
  EXPECT_NE(
      request.headers.back().second.find("SignedHeaders=host;x-amz-date;x-amz-security-token"),
      std::string::npos);
}

std::string canonical_path_of(std::string_view path) {
  const std::string text = canonical_request(
      {.method = "GET", .path = path, .query = "", .headers = {}, .payload_sha256 = "h"});
  return text.substr(4, text.find('\n', 4) - 4);
}

TEST(SigV4, NormalizesPathsAndEncodesThemOnceMore) {
  EXPECT_EQ(canonical_path_of(""), "/");
  EXPECT_EQ(canonical_path_of("/"), "/");
  EXPECT_EQ(canonical_path_of("//a//b/"), "/a/b/");
  EXPECT_EQ(canonical_path_of("/a/./b/../c"), "/a/c");
  EXPECT_EQ(canonical_path_of("/../.."), "/");
  EXPECT_EQ(canonical_path_of("/a%20b"), "/a%2520b");
}

TEST(SigV4, SortsAndEncodesQueries) {
  const std::string text =
      canonical_request({.method = "GET",
                         .path = "/",
                         .query = "b=2&a=%2f&a=+&empty",
                         .headers = {{"X-B", " 1  2 "}, {"x-a", "z"}, {"X-b", "3"}},
                         .payload_sha256 = "h"});
  EXPECT_EQ(text, "GET\n/\na=%2B&a=%2F&b=2&empty=\nx-a:z\nx-b:1 2,3\n\nx-a;x-b\nh");
}

TEST(Uri, IsEncodedAndDecoded) {
  EXPECT_EQ(encode_uri("a b/~é"), "a%20b%2F~%C3%A9");
  EXPECT_EQ(encode_uri_path("a b/c"), "a%20b/c");
  EXPECT_EQ(decode_uri("a%20b%2f%zz%"), "a b/%zz%");
}

}  // namespace
}  // namespace rialto::aws
