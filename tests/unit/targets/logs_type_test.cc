// A log group as a target: one stream, made when it is needed; events in order of time; and what a
// success did not take (docs/spec/02 §3).
#include "targets/types/logs.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "support/fake_clock.h"
#include "support/fake_sender.h"
#include "support/run.h"
#include "support/seeded_ids.h"

namespace rialto::targets {
namespace {

class LogsTypeTest : public ::testing::Test {
 protected:
  LogsTypeTest() {
    EXPECT_TRUE(endpoints_.add("logs", "", "http://logs:1").ok());
    type_ = make_logs_type(std::make_shared<AwsClient>(endpoints_, credentials_, sender_, clock_),
                           ids_);
  }
  ~LogsTypeTest() override { runtime_.stop(); }

  // Of an event of that second, or of what a transformer made of it.
  static Invocation invocation(int second, const std::string& transformed = {}) {
    Invocation out;
    out.target = *model::Arn::parse("arn:aws:logs:us-east-1:111122223333:log-group:g:*");
    out.parameters = std::make_shared<const model::Target>();
    out.event = std::make_shared<const model::Event>(
        model::make_event(*json::parse(R"({"id":"e","time":"2026-01-15T12:00:0)" +
                                       std::to_string(second) + R"(Z","detail":{}})"),
                          clock_start()));
    out.is_transformed = !transformed.empty();
    out.payload = out.is_transformed ? transformed : "at " + std::to_string(second);
    return out;
  }

  // The ERROR_CODE of each, "" for a success.
  std::vector<std::string> invoke(std::vector<Invocation> invocations) {
    const auto outcomes =
        invocations.size() == 1
            ? std::vector<Outcome>{run(type_->invoke(std::move(invocations.front())))}
            : run(type_->invoke_batch(std::move(invocations)));
    std::vector<std::string> out;
    for (const Outcome& each : outcomes) {
      out.emplace_back(each.result.ok() ? "" : each.result.error().reason);
    }
    return out;
  }

  std::vector<std::string> operations() const {
    std::vector<std::string> out;
    for (const http::Call& call : sender_.calls()) {
      out.emplace_back(http::find_header(call.headers, "X-Amz-Target").substr(14));
    }
    return out;
  }

  // The messages of the last call.
  std::vector<std::string> messages() const {
    std::vector<std::string> out;
    const auto body = json::parse(sender_.calls().back().body);
    for (const json::Value& each : body->find("logEvents")->items()) {
      out.push_back(each.find("message")->as_string());
    }
    return out;
  }

  static TimePoint clock_start() { return from_millis(1'768'478'400'000); }

  using Texts = std::vector<std::string>;

  test::FakeSender sender_;
  std::unique_ptr<TargetType> type_;

 private:
  template <class T>
  T run(Task<T> task) {
    return test::run(runtime_.executor(0), std::move(task));
  }

  Endpoints endpoints_;
  test::FakeClock clock_;
  test::SeededIds ids_;
  net::Runtime runtime_{1};
  Credentials credentials_{{"AKID", "hush", ""}, endpoints_, sender_, clock_};
};

TEST_F(LogsTypeTest, MakesOneStream) {
  sender_.answer(200, "{}");
  EXPECT_EQ(invoke({invocation(1)}), Texts{""});
  EXPECT_EQ(invoke({invocation(2)}), Texts{""});
  EXPECT_EQ(operations(), (Texts{"CreateLogStream", "PutLogEvents", "PutLogEvents"}));
}

TEST_F(LogsTypeTest, MakesAnotherStreamWhenItWasRemoved) {
  sender_.answer(200, "{}");
  sender_.answer(400, R"({"__type":"ResourceNotFoundException"})");
  sender_.answer(200, "{}");
  const auto outcome = invoke({invocation(1)});
  EXPECT_EQ(outcome, Texts{"NO_RESOURCE"});
  EXPECT_EQ(invoke({invocation(1)}), Texts{""});
  EXPECT_EQ(operations(),
            (Texts{"CreateLogStream", "PutLogEvents", "CreateLogStream", "PutLogEvents"}));
}

TEST_F(LogsTypeTest, SendsWhatIsThereInOneCallInOrderOfTime) {
  sender_.answer(200, "{}");
  EXPECT_EQ(invoke({invocation(3), invocation(1), invocation(2), invocation(1)}),
            (Texts{"", "", "", ""}));
  EXPECT_EQ(messages(), (Texts{"at 1", "at 1", "at 2", "at 3"}));
}

TEST_F(LogsTypeTest, SettlesEachEventOfACallOnItsOwn) {
  sender_.answer(200, R"({"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":1,)"
                      R"("expiredLogEventEndIndex":2,"tooNewLogEventStartIndex":3}})");
  const std::string refused = "EVENTS_IN_BATCH_REQUEST_REJECTED";
  EXPECT_EQ(invoke({invocation(4), invocation(1), invocation(3), invocation(2)}),
            (Texts{refused, refused, "", refused}));
  sender_.forget_answers();
  sender_.answer(200, R"({"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":1}})");
  EXPECT_EQ(invoke({invocation(1)}), Texts{refused});
}

TEST_F(LogsTypeTest, AsksForEachAloneWhenACallIsRefused) {
  sender_.answer(200, "{}");
  sender_.answer(400, R"({"__type":"InvalidParameterException"})");
  sender_.answer(200, "{}");
  EXPECT_EQ(invoke({invocation(1), invocation(2)}), (Texts{"", ""}));
  EXPECT_EQ(sender_.calls().size(), 4U);
  EXPECT_EQ(messages(), Texts{"at 2"});
}

TEST_F(LogsTypeTest, TakesTimeAndMessageFromATransformer) {
  sender_.answer(200, "{}");
  EXPECT_EQ(invoke({invocation(1, R"({"timestamp":7,"message":"m"})"), invocation(1, "[]"),
                    invocation(1, R"({"timestamp":1e3,"message":"m"})"),
                    invocation(1, R"({"timestamp":99999999999999999999,"message":"m"})")}),
            (Texts{"", "INVALID_JSON", "INVALID_JSON", "INVALID_JSON"}));
  EXPECT_NE(sender_.calls().back().body.find(R"([{"timestamp":7,"message":"m"}])"),
            std::string::npos);
}

}  // namespace
}  // namespace rialto::targets
