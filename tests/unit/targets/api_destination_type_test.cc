// An API destination as a target: who is called with what, and what becomes of what it answers.
#include <gtest/gtest.h>

#include <thread>

#include "connection/api_destinations.h"
#include "connection/connections.h"
#include "json/read.h"
#include "store/memory/memory_store.h"
#include "support/fake_clock.h"
#include "support/fake_sender.h"
#include "support/run.h"
#include "support/seeded_ids.h"
#include "targets/target_type.h"

namespace rialto::targets {
namespace {

using namespace std::chrono_literals;

struct NoBus final : BusPort {
  Task<Result<>> forward(model::BusRef, std::shared_ptr<const model::Event>, Forwarder) override {
    co_return Result<>();
  }
};

class ApiDestinationTypeTest : public ::testing::Test {
 protected:
  ~ApiDestinationTypeTest() override {
    connections_.stop();
    runtime_.stop();
  }

  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  void make(model::AuthorizationType type, std::int64_t rate = 300) {
    ASSERT_TRUE(connections_.load(crypto::make_secret_key()).ok());
    model::Connection connection;
    connection.account = "111122223333";
    connection.region = "us-east-1";
    connection.name = "c";
    connection.type = type;
    connection.authorization = model::Authorization{.name = "X-Key",
                                                    .secret = "hush",
                                                    .endpoint = "https://auth.example/t",
                                                    .http_method = "POST"};
    const auto made = run(connections_.create(connection));
    ASSERT_TRUE(made.ok());
    model::ApiDestination destination;
    destination.account = "111122223333";
    destination.region = "us-east-1";
    destination.name = "d";
    destination.endpoint = "https://api.example/hook";
    destination.http_method = "POST";
    destination.rate = rate;
    destination.connection = *model::ConnectionRef::parse((*made)->arn());
    const auto there = run(destinations_.create(destination));
    ASSERT_TRUE(there.ok());
    arn_ = (*there)->arn();
  }

  Invocation invocation() const {
    Invocation out;
    out.target = *model::Arn::parse(arn_);
    auto given = json::parse(R"({"Id":"t","Arn":")" + arn_ + R"("})");
    out.parameters =
        std::make_shared<const model::Target>(*model::decode_target(std::move(given).value()));
    auto root = json::parse(R"({"id":"i","detail":{}})");
    out.event = std::make_shared<const model::Event>(
        model::make_event(std::move(root).value(), clock_.now()));
    out.payload = out.event->text;
    out.expires_at = clock_.now() + 24h;
    return out;
  }
  Outcome invoke() { return run(types_[1]->invoke(invocation())); }

  NoBus bus_;
  store::MemoryStore store_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  test::FakeSender sender_;
  net::Runtime runtime_{1};
  connection::Connections connections_{{runtime_.executor(0), store_, clock_, ids_, sender_}};
  connection::ApiDestinations destinations_{{store_, clock_, ids_, connections_}};
  Endpoints endpoints_;
  Credentials credentials_{{}, endpoints_, sender_, clock_};
  CallServices calls_{endpoints_, credentials_, sender_, clock_, ids_, connections_, destinations_};
  TargetTypes types_ = make_target_types(bus_, &calls_);
  std::string arn_ = "arn:aws:events:us-east-1:111122223333:api-destination/d/1";
};

TEST_F(ApiDestinationTypeTest, ServesApiDestinationsAndNothingElse) {
  EXPECT_EQ(types_[1]->name(), "api-destination");
  EXPECT_TRUE(types_[1]->serves(*model::Arn::parse(arn_)));
  EXPECT_FALSE(
      types_[1]->serves(*model::Arn::parse("arn:aws:events:us-east-1:111122223333:event-bus/b")));
}

TEST_F(ApiDestinationTypeTest, CallsTheEndpointWithItsProof) {
  make(model::AuthorizationType::ApiKey);
  sender_.answer(202);
  EXPECT_TRUE(invoke().result.ok());
  const auto calls = sender_.calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].url, "https://api.example/hook");
  EXPECT_EQ(calls[0].body, R"({"id":"i","detail":{}})");
  EXPECT_EQ(http::find_header(calls[0].headers, "x-key"), "hush");
}

TEST_F(ApiDestinationTypeTest, PassesOnWhatTheSenderCouldNotDo) {
  make(model::AuthorizationType::ApiKey);
  sender_.answer(fail(Code::Timeout, "No answer within 5 s.", "TIMEOUT"));
  const Outcome outcome = invoke();
  ASSERT_FALSE(outcome.result.ok());
  EXPECT_EQ(outcome.result.error().reason, "TIMEOUT");
}

TEST_F(ApiDestinationTypeTest, ComesWithAnotherTokenAfterOneWasNotLiked) {
  sender_.answer(200, R"({"access_token":"t1"})");
  sender_.answer(401);
  sender_.answer(200, R"({"access_token":"t2"})");
  sender_.answer(200);
  make(model::AuthorizationType::OAuth);
  const auto is_authorized = [this] {
    return (*connections_.get({"111122223333", "us-east-1"}, "c"))->state ==
           model::ConnectionState::Authorized;
  };
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!is_authorized() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(200us);
  }
  ASSERT_TRUE(is_authorized());
  EXPECT_TRUE(is_retryable(invoke().result.error().code));
  EXPECT_TRUE(invoke().result.ok());
  const auto calls = sender_.calls();
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_EQ(http::find_header(calls[1].headers, "Authorization"), "Bearer t1");
  EXPECT_EQ(http::find_header(calls[3].headers, "Authorization"), "Bearer t2");
}

TEST_F(ApiDestinationTypeTest, FailsForEverWhereThereIsNoDestinationOrNoPermission) {
  ASSERT_TRUE(connections_.load(crypto::make_secret_key()).ok());
  EXPECT_EQ(invoke().result.error().reason, "NO_RESOURCE");
  make(model::AuthorizationType::ApiKey);
  ASSERT_TRUE(run(connections_.deauthorize({"111122223333", "us-east-1"}, "c")).ok());
  const Outcome outcome = invoke();
  EXPECT_EQ(outcome.result.error().reason, "NO_PERMISSIONS");
  EXPECT_FALSE(is_retryable(outcome.result.error().code));
  EXPECT_TRUE(sender_.calls().empty());
}

TEST_F(ApiDestinationTypeTest, PutsOffWhatIsMoreThanAMinuteOfTheRate) {
  make(model::AuthorizationType::ApiKey, 1);
  sender_.answer(200);
  // The clock stands still: the first slot is free, and 60 others are spoken for elsewhere.
  EXPECT_TRUE(invoke().result.ok());
  net::TaskGroup group;
  std::vector<std::future<Outcome>> waiting;
  for (int i = 0; i < 60; ++i) {
    waiting.push_back(test::start(group, runtime_.executor(0), types_[1]->invoke(invocation())));
  }
  const Outcome outcome = invoke();
  ASSERT_FALSE(outcome.result.ok());
  EXPECT_EQ(outcome.result.error().code, Code::Throttled);
  EXPECT_EQ(outcome.result.error().reason, "THROTTLING");
  EXPECT_EQ(outcome.retry_after, 61s);
  group.stop();
}

}  // namespace
}  // namespace rialto::targets
