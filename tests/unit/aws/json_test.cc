#include "base/result.h"
#include "support.h"

namespace rialto::aws {
namespace {

TEST(JsonBinding, FindsTheOperationByItsTarget) {
  const Route rule = json_call("AWSEvents.PutRule", "{}").route();
  ASSERT_FALSE(rule.problem.has_value());
  EXPECT_EQ(rule.operation->name, "PutRule");
  EXPECT_EQ(rule.service->name, "events");
  EXPECT_EQ(json_call("AmazonSQS.SendMessage", "{}").route().service->name, "sqs");
}

TEST(JsonBinding, TakesAnyOfTheJsonContentTypes) {
  for (const char* type : {"application/x-amz-json-1.0", "application/x-amz-json-1.1",
                           "application/json", "Application/JSON; charset=utf-8", ""}) {
    Sent sent = json_call("AWSEvents.ListRules", "{}");
    sent.headers["content-type"] = type;
    EXPECT_FALSE(sent.route().problem.has_value()) << type;
  }
  Sent sent = json_call("AWSEvents.ListRules", "{}");
  sent.headers["content-type"] = "text/plain";
  const Route route = sent.route();
  ASSERT_TRUE(route.problem.has_value());
  const Answer answer = render_error(route, *route.problem, "id");
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(
      answer.body,
      R"({"__type":"UnsupportedMediaTypeException","message":"Content-Type text/plain is not )"
      R"(supported; send application/x-amz-json-1.1."})");
}

TEST(JsonBinding, AnswersAnUnknownTargetWithoutAMessage) {
  for (const char* target : {"AWSEvents.NoSuch", "NoSuch.PutRule", "PutRule", "AWSEvents.", "."}) {
    const Route route = json_call(target, "{}").route();
    ASSERT_TRUE(route.problem.has_value()) << target;
    const Answer answer = render_error(route, *route.problem, "id");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, R"({"__type":"UnknownOperationException"})") << target;
    EXPECT_EQ(answer.content_type, "application/x-amz-json-1.1");
  }
  const Route none = Sent{}.route();
  ASSERT_TRUE(none.problem.has_value());
  EXPECT_EQ(render_error(none, *none.problem, "id").status, 400);
  const Route sqs = json_call("AmazonSQS.NoSuch", "{}").route();
  EXPECT_EQ(render_error(sqs, *sqs.problem, "id").body,
            R"({"__type":"com.amazon.coral.service#UnknownOperationException"})");
}

TEST(JsonBinding, TakesAnEmptyBodyAsAnEmptyObject) {
  EXPECT_EQ(json_call("AWSEvents.ListRules", "").input(), "{}");
  EXPECT_EQ(json_call("AWSEvents.ListRules", " \n").input(), "{}");
  EXPECT_EQ(json_call("AWSEvents.ListRules", "null").input(), "{}");
}

TEST(JsonBinding, RefusesWhatIsNoObject) {
  const std::string name = "SerializationException: ";
  EXPECT_EQ(json_call("AWSEvents.ListRules", "[]").input(),
            name + "Start of list found where not expected.");
  EXPECT_EQ(json_call("AWSEvents.ListRules", "\"x\"").input(),
            name + "STRING_VALUE can not be converted to a Structure");
  for (const char* body : {"{", "{\"a\":}", "{}}", "\xff", "{'a':1}"}) {
    EXPECT_EQ(json_call("AWSEvents.ListRules", body).input().rfind(name, 0), 0u) << body;
  }
}

TEST(JsonBinding, SurvivesADepthBomb) {
  std::string bomb(2'000'000, '[');
  EXPECT_EQ(json_call("AWSEvents.PutEvents", bomb).input().rfind("SerializationException: ", 0),
            0u);
  bomb.clear();
  for (int n = 0; n < 500'000; ++n) bomb += "{\"Entries\":";
  EXPECT_EQ(json_call("AWSEvents.PutEvents", bomb).input().rfind("SerializationException: ", 0),
            0u);
  EXPECT_EQ(json_call("AWSEvents.PutEvents",
                      "{\"Unknown\":" + std::string(900, '[') + std::string(900, ']') + "}")
                .input()
                .rfind("{\"Unknown\":[[", 0),
            0u);
}

TEST(JsonBinding, RendersSuccess) {
  const Route put = json_call("AWSEvents.PutRule", "{}").route();
  json::Value output = json::Object{{"RuleArn", "arn:\"x\""}};
  const Answer answer = render_success(put, output, "req-1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/x-amz-json-1.1");
  EXPECT_EQ(header_of(answer, "x-amzn-RequestId"), "req-1");
  EXPECT_EQ(answer.body, R"({"RuleArn":"arn:\"x\""})");
  const Route send = json_call("AmazonSQS.SendMessage", "{}").route();
  EXPECT_EQ(render_success(send, json::Object(), "r").content_type, "application/x-amz-json-1.0");
}

TEST(JsonBinding, RendersAnEmptyBodyWithoutAnOutputShape) {
  EXPECT_EQ(
      render_success(json_call("AWSEvents.DeleteRule", "{}").route(), json::Value(), "r").body, "");
  EXPECT_EQ(
      render_success(json_call("AWSEvents.TagResource", "{}").route(), json::Object(), "r").body,
      "{}");
}

TEST(JsonBinding, RendersErrorsOfEvents) {
  const Route route = json_call("AWSEvents.PutRule", "{}").route();
  const Answer answer = render_error(
      route, fail(Code::NotFound, "Rule x does not exist on EventBus default."), "req-1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"__type":"ResourceNotFoundException",)"
                         R"("message":"Rule x does not exist on EventBus default."})");
  EXPECT_EQ(header_of(answer, "x-amzn-RequestId"), "req-1");
  EXPECT_EQ(header_of(answer, "x-amzn-query-error"), "");
  EXPECT_EQ(render_error(route, fail(Code::Internal, "oops"), "r").status, 500);
  EXPECT_EQ(render_error(route, fail(Code::Unavailable, "later"), "r").status, 503);
  EXPECT_EQ(
      render_error(route, fail(Code::InvalidArgument, "p", "InvalidEventPatternException"), "r")
          .body,
      R"({"__type":"InvalidEventPatternException","message":"p"})");
}

TEST(JsonBinding, RendersErrorsOfSqsWithTheirQueryNames) {
  const Route route = json_call("AmazonSQS.SendMessage", "{}").route();
  const Answer missing =
      render_error(route, fail(Code::NotFound, "The specified queue does not exist."), "r");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(header_of(missing, "x-amzn-query-error"),
            "AWS.SimpleQueueService.NonExistentQueue;Sender");
  EXPECT_EQ(missing.body, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist",)"
                          R"("message":"The specified queue does not exist."})");
  const Answer parameter = render_error(
      route, fail(Code::InvalidArgument, "m", "MissingRequiredParameterException"), "r");
  EXPECT_EQ(header_of(parameter, "x-amzn-query-error"), "MissingParameter;Sender");
  EXPECT_EQ(parameter.body,
            R"({"__type":"com.amazon.coral.service#MissingRequiredParameterException",)"
            R"("message":"m"})");
  EXPECT_EQ(header_of(render_error(route, fail(Code::Internal, "m"), "r"), "x-amzn-query-error"),
            "InternalFailure;Receiver");
}

}  // namespace
}  // namespace rialto::aws
