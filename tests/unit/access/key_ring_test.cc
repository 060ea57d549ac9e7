// Who is let in by which key, and what others are told.
#include "access/key_ring.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support.h"

namespace rialto::access {
namespace {

class KeyRingTest : public ::testing::Test {
 protected:
  Result<Authenticated> admit(const Signed& request, TimePoint now = kNow,
                              std::string_view service = "events") const {
    return ring_.authenticate(request.view(), service, now);
  }
  void expect_refused(const Result<Authenticated>& outcome, std::string_view reason) {
    ASSERT_FALSE(outcome.ok()) << reason;
    EXPECT_EQ(outcome.error().reason, reason);
  }

  KeyRing ring_{std::chrono::seconds(300)};
};

constexpr std::string_view kUnknown = "UnrecognizedClientException";
constexpr std::string_view kInvalid = "InvalidSignatureException";

TEST_F(KeyRingTest, LetsInWhoSigned) {
  AccessKey key = make_key();
  key.user = "ci";
  ring_.set({key});
  const auto who = admit(sign(key));
  ASSERT_TRUE(who.ok()) << who.error().message;
  EXPECT_EQ(who->key->account, key.account);
  EXPECT_EQ(who->key->user, "ci");
  EXPECT_EQ(who->region, "eu-west-1");
}

TEST_F(KeyRingTest, RefusesWhatIsSignedWithNoKeyOfIts) {
  expect_refused(admit(sign(make_key())), kUnknown);
  ring_.set({make_key()});
  expect_refused(admit(sign(make_key("AKIAOTHER"))), kUnknown);
  AccessKey guessed = make_key();
  guessed.secret = "a guess, maybe";
  expect_refused(admit(sign(guessed)), kInvalid);
  expect_refused(admit(Signed{}), "MissingAuthenticationTokenException");
}

// A replay of a signed request with anything changed.
TEST_F(KeyRingTest, RefusesWhatWasChangedOnItsWay) {
  const AccessKey key = make_key();
  ring_.set({key});
  const Signed good = sign(key);
  ASSERT_TRUE(admit(good).ok());
  struct {
    std::string_view what;
    void (*change)(Signed& request);
  } const rows[] = {
      {"method", [](Signed& request) { request.method = "GET"; }},
      {"path", [](Signed& request) { request.path = "/other"; }},
      {"query", [](Signed& request) { request.query = "Action=DeleteQueue"; }},
      {"body", [](Signed& request) { request.body = "{\"a\":1}"; }},
      {"host", [](Signed& request) { request.headers["host"] = "elsewhere"; }},
      {"operation",
       [](Signed& request) { request.headers["x-amz-target"] = "AWSEvents.DeleteRule"; }},
      {"date", [](Signed& request) { request.headers["x-amz-date"] = "20260115T120001Z"; }},
      {"token", [](Signed& request) { request.headers["x-amz-security-token"] = "t"; }},
  };
  for (const auto& row : rows) {
    Signed changed = good;
    row.change(changed);
    EXPECT_FALSE(admit(changed).ok()) << row.what;
  }
}

TEST_F(KeyRingTest, KnowsDisabledKeysNoLonger) {
  AccessKey key = make_key();
  ring_.set({key});
  ASSERT_TRUE(admit(sign(key)).ok());
  key.is_enabled = false;
  ring_.set({key});
  expect_refused(admit(sign(key)), kUnknown);
  key.is_enabled = true;
  key.secret = "another secret";  // what was derived from the old one is forgotten
  ring_.set({key});
  EXPECT_TRUE(admit(sign(key)).ok());
  expect_refused(admit(sign(make_key())), kInvalid);
  ring_.set({});
  expect_refused(admit(sign(key)), kUnknown);
}

TEST_F(KeyRingTest, EndsKeysThatExpire) {
  AccessKey key = make_key("ASIAEXAMPLE");
  key.expires_at = kNow + std::chrono::hours(1);
  key.session_token = "token";
  ring_.set({key});
  EXPECT_TRUE(admit(sign(key)).ok());
  AccessKey without = key;
  without.session_token.clear();
  expect_refused(admit(sign(without)), kUnknown);
  without.session_token = "tokem";
  expect_refused(admit(sign(without)), kUnknown);
  const TimePoint later = kNow + std::chrono::hours(1);
  expect_refused(admit(sign(key, later), later), "ExpiredTokenException");
}

TEST_F(KeyRingTest, TakesNoSignatureForAnotherService) {
  const AccessKey key = make_key();
  ring_.set({key});
  const auto outcome = admit(sign(key, kNow, "eu-west-1", "sqs"));
  expect_refused(outcome, kInvalid);
  EXPECT_EQ(outcome.error().message, "Credential should be scoped to correct service: 'events'.");
  EXPECT_TRUE(admit(sign(key, kNow, "eu-west-1", "sqs"), kNow, "sqs").ok());
}

TEST_F(KeyRingTest, TakesNoRegionThatCannotBeOne) {
  const AccessKey key = make_key();
  ring_.set({key});
  for (const std::string region : {"EU", "a:b", "a b", "..", "a_b"}) {
    const auto outcome = admit(sign(key, kNow, region));
    EXPECT_FALSE(outcome.ok()) << region;
  }
}

TEST_F(KeyRingTest, AllowsForClocksThatAreOff) {
  const AccessKey key = make_key();
  ring_.set({key});
  using std::chrono::seconds;
  EXPECT_TRUE(admit(sign(key), kNow + seconds(300)).ok());
  EXPECT_TRUE(admit(sign(key), kNow - seconds(300)).ok());
  expect_refused(admit(sign(key), kNow + seconds(301)), kInvalid);
  expect_refused(admit(sign(key), kNow - seconds(301)), kInvalid);
}

// More scopes than are remembered: each is derived again, and right.
TEST_F(KeyRingTest, RemembersNoMoreScopesThanItHasRoomFor) {
  const AccessKey key = make_key();
  ring_.set({key});
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(admit(sign(key, kNow, "region-" + std::to_string(i))).ok());
    }
  }
}

TEST_F(KeyRingTest, IsAskedAndReplacedAtTheSameTime) {
  const AccessKey key = make_key();
  ring_.set({key});
  const Signed request = sign(key);
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 300; ++n) admitted += admit(request).ok() ? 1 : 0;
    });
  }
  for (int n = 0; n < 100; ++n) ring_.set({key, make_key("AKIAOTHER")});
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 900);
}

}  // namespace
}  // namespace rialto::access
