// An event bus as a target: what reaches the port, and how its errors are named.
#include <gtest/gtest.h>

#include "json/read.h"
#include "support/run.h"
#include "targets/target_type.h"

namespace rialto::targets {
namespace {

struct FakePort final : BusPort {
  Task<Result<>> forward(model::BusRef to, std::shared_ptr<const model::Event> what,
                         Forwarder forwarder) override {
    bus = std::move(to);
    event = std::move(what);
    by = std::move(forwarder);
    ++calls;
    co_return outcome;
  }

  Result<> outcome;
  model::BusRef bus;
  std::shared_ptr<const model::Event> event;
  Forwarder by;
  int calls = 0;
};

class BusTypeTest : public ::testing::Test {
 protected:
  Invocation invocation(const std::string& bus) const {
    Invocation out;
    out.target = *model::Arn::parse(bus);
    out.parameters = std::make_shared<const model::Target>(
        model::decode_target(
            json::parse(R"({"Id":"t","Arn":")" + bus + R"(","RoleArn":"role"})").value())
            .value());
    out.rule_arn = "arn:aws:events:us-east-1:111122223333:rule/r";
    auto root = json::parse(R"({"version":"0","id":"i","detail":{"a":1}})");
    model::Event event = model::make_event(std::move(root).value(), from_millis(5));
    event.trace_header = "Root=1";
    event.hops = 1;
    out.event = std::make_shared<const model::Event>(std::move(event));
    out.payload = out.event->text;
    return out;
  }
  Result<> invoke(Invocation with) {
    return test::run(runtime_.executor(0), types_.front()->invoke(std::move(with))).result;
  }

  const std::string same_ = "arn:aws:events:us-east-1:111122223333:event-bus/b";
  FakePort port_;
  TargetTypes types_ = make_target_types(port_);
  net::Runtime runtime_{1};
};

TEST_F(BusTypeTest, ServesBusesAndNothingElse) {
  EXPECT_TRUE(types_.front()->serves(*model::Arn::parse(same_)));
  EXPECT_FALSE(types_.front()->serves(
      *model::Arn::parse("arn:aws:events:us-east-1:111122223333:api-destination/b/1")));
  EXPECT_FALSE(types_.front()->serves(*model::Arn::parse("arn:aws:sqs:us-east-1:111122223333:q")));
}

TEST_F(BusTypeTest, ForwardsTheVeryEventWithinARegion) {
  const Invocation given = invocation(same_);
  ASSERT_TRUE(invoke(given).ok());
  EXPECT_EQ(port_.bus.arn(), same_);
  EXPECT_EQ(port_.event, given.event);
  EXPECT_EQ(port_.by.rule.arn(), given.rule_arn);
  EXPECT_EQ(port_.by.role_arn, "role");
}

TEST_F(BusTypeTest, MakesTransformedInputTheDetailAndKeepsTheRest) {
  Invocation given = invocation(same_);
  given.is_transformed = true;
  given.payload = R"({"b":2})";
  ASSERT_TRUE(invoke(given).ok());
  EXPECT_EQ(port_.event->text, R"({"version":"0","id":"i","detail":{"b":2}})");
  EXPECT_EQ(port_.event->id, "i");
  EXPECT_EQ(port_.event->trace_header, "Root=1");
  EXPECT_EQ(port_.event->hops, 1);
  EXPECT_EQ(port_.event->accepted_at, from_millis(5));
}

TEST_F(BusTypeTest, RefusesTransformedInputThatIsNoObject) {
  for (const char* payload : {"[1]", "\"text\"", "no json"}) {
    Invocation given = invocation(same_);
    given.is_transformed = true;
    given.payload = payload;
    const Result<> outcome = invoke(given);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().reason, "INVALID_JSON");
    EXPECT_FALSE(is_retryable(outcome.error().code));
  }
  EXPECT_EQ(port_.calls, 0);
}

TEST_F(BusTypeTest, NamesItsErrorsAsDeadLettersDo) {
  struct Case {
    Code code;
    const char* reason;
    bool is_retried;
  };
  for (const Case& one :
       {Case{Code::NotFound, "NO_RESOURCE", false}, Case{Code::Throttled, "THROTTLING", true},
        Case{Code::Unavailable, "INTERNAL_ERROR", true}}) {
    port_.outcome = fail(one.code, "why");
    const Result<> outcome = invoke(invocation(same_));
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, one.code);
    EXPECT_EQ(outcome.error().reason, one.reason);
    EXPECT_EQ(outcome.error().message, "why");
    EXPECT_EQ(is_retryable(outcome.error().code), one.is_retried);
  }
}

}  // namespace
}  // namespace rialto::targets
