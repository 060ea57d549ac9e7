// What an answer means: delivered, to be tried again and when, or given up (docs/spec/05 §4.2).
#include "targets/types/api_destination_answer.h"

#include <gtest/gtest.h>

namespace rialto::targets {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow = from_millis(784'111'777'000);  // Sun, 06 Nov 1994 08:49:37 GMT

Outcome read(int status, std::string retry_after = {}) {
  http::Response response{.status = status, .headers = {}, .body = "secret"};
  if (!retry_after.empty()) response.headers.push_back({"retry-after", std::move(retry_after)});
  return read_answer(response, kNow);
}

TEST(Answer, Of2xxIsSuccess) {
  for (const int status : {200, 201, 204, 299}) EXPECT_TRUE(read(status, "5").result.ok());
}

TEST(Answer, IsRetriedOrNotByItsStatus) {
  for (const int status : {401, 407, 409, 429, 500, 502, 503, 504, 599}) {
    EXPECT_TRUE(is_retryable(read(status).result.error().code)) << status;
  }
  for (const int status : {100, 199, 300, 301, 302, 304, 400, 403, 404, 405, 410, 418, 422, 499}) {
    const Outcome outcome = read(status, "5");
    EXPECT_FALSE(is_retryable(outcome.result.error().code)) << status;
    EXPECT_EQ(outcome.result.error().reason, "ERROR_FROM_TARGET");
    EXPECT_FALSE(outcome.retry_after) << status;
  }
  EXPECT_EQ(read(429).result.error().reason, "THROTTLING");
  EXPECT_EQ(read(503).result.error().reason, "ERROR_FROM_TARGET");
}

TEST(Answer, IsToldByItsStatusAlone) {
  EXPECT_EQ(read(404).result.error().message, "The API destination answered with status 404.");
}

TEST(Answer, SaysWhenToComeAgain) {
  EXPECT_EQ(read(503).retry_after, std::nullopt);
  EXPECT_EQ(read(503, "0").retry_after, 0ms);
  EXPECT_EQ(read(503, "7").retry_after, 7'000ms);
  EXPECT_EQ(read(429, "99999999999999999999999").retry_after, 24h);
  EXPECT_EQ(read(503, "Sun, 06 Nov 1994 08:49:47 GMT").retry_after, 10'000ms);
  EXPECT_EQ(read(503, "Sun, 06 Nov 1994 08:49:27 GMT").retry_after, 0ms);
  EXPECT_EQ(read(503, "Sat, 31 Dec 9999 23:59:59 GMT").retry_after, 24h);
  for (const char* text : {"soon", "1.5", "7 ", "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Nov 1994 08:-9:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT"}) {
    EXPECT_EQ(read(503, text).retry_after, std::nullopt) << text;
    EXPECT_FALSE(read(503, text).is_last) << text;
  }
}

TEST(Answer, SaysNotToComeAgainByANegativeNumber) {
  EXPECT_TRUE(read(503, "-1").is_last);
  EXPECT_TRUE(read(429, "-99999999999999999999999").is_last);
  EXPECT_FALSE(read(503, "0").is_last);
}

}  // namespace
}  // namespace rialto::targets
