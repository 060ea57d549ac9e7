// What a key's own policies allow, by the resources that operations name.
#include "access/permit.h"

#include <gtest/gtest.h>

#include "access/key.h"
#include "api/events.h"
#include "api/sqs.h"
#include "json/read.h"
#include "support.h"

namespace rialto::access {
namespace {

api::Caller caller(const std::string& statement = "") {
  AccessKey key = make_key();
  if (!statement.empty()) {
    const Result<> set =
        set_policies(key, {R"({"Version":"2012-10-17","Statement":[)" + statement + "]}"});
    EXPECT_TRUE(set.ok()) << set.error().message;
  }
  api::Caller out;
  out.account = key.account;
  out.region = "eu-west-1";
  out.user = "ci";
  out.peer = "10.1.2.3";
  out.policies = key.policies;
  return out;
}

std::string allow(const std::string& action, const std::string& resource,
                  const std::string& more = "") {
  return R"({"Effect":"Allow","Action":")" + action + R"(","Resource":")" + resource + '"' + more +
         "}";
}

Result<> call(const api::Caller& who, const api::ServiceFacts& service, std::string_view operation,
              std::string_view input) {
  return permit_call(who, service, *api::find_operation(service, operation),
                     json::parse(input).value(), kNow);
}

TEST(Permit, LetsAKeyWithoutPoliciesDoWhatItsAccountMay) {
  EXPECT_TRUE(permit(caller(), "events:DeleteEventBus", "*", kNow).ok());
}

TEST(Permit, SaysInAwsWordsWhoMayNot) {
  const api::Caller who = caller(allow("events:Describe*", "*"));
  const auto outcome = call(who, api::events::kFacts, "DeleteArchive", R"({"ArchiveName":"a"})");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().reason, "AccessDeniedException");
  EXPECT_EQ(outcome.error().message,
            "User: arn:aws:iam::111122223333:user/ci is not authorized to perform: "
            "events:DeleteArchive on resource: arn:aws:events:eu-west-1:111122223333:archive/a "
            "because no identity-based policy allows the events:DeleteArchive action");
  EXPECT_TRUE(call(who, api::events::kFacts, "DescribeArchive", R"({"ArchiveName":"a"})").ok());
}

TEST(Permit, KnowsWhatEachOperationActsOn) {
  const std::string here = "arn:aws:events:eu-west-1:111122223333:";
  const std::string queues = "arn:aws:sqs:eu-west-1:111122223333:";
  struct {
    const api::ServiceFacts& service;
    std::string operation, input, resource;
  } const rows[] = {
      {api::events::kFacts, "CreateEventBus", R"({"Name":"b"})", here + "event-bus/b"},
      {api::events::kFacts, "PutPermission", "{}", here + "event-bus/default"},
      {api::events::kFacts, "CreateConnection", R"({"Name":"c"})", here + "connection/c"},
      {api::events::kFacts, "DeleteApiDestination", R"({"Name":"d"})", here + "api-destination/d"},
      {api::events::kFacts, "StartReplay", R"({"ReplayName":"r"})", here + "replay/r"},
      {api::events::kFacts, "ActivateEventSource", R"({"Name":"aws.partner/a/b"})",
       "arn:aws:events:eu-west-1::event-source/aws.partner/a/b"},
      {api::events::kFacts, "ListEventBuses", "{}", "*"},
      {api::sqs::kFacts, "CreateQueue", R"({"QueueName":"q"})", queues + "q"},
      {api::sqs::kFacts, "SendMessage", R"({"QueueUrl":"http://localhost:1591/111122223333/q"})",
       queues + "q"},
      {api::sqs::kFacts, "StartMessageMoveTask", R"({"SourceArn":")" + queues + R"(dlq"})",
       queues + "dlq"},
  };
  for (const auto& row : rows) {
    const std::string action = std::string(row.service.signing_name) + ":" + row.operation;
    EXPECT_TRUE(
        call(caller(allow(action, row.resource)), row.service, row.operation, row.input).ok())
        << action;
    if (row.resource == "*") continue;
    EXPECT_FALSE(
        call(caller(allow(action, row.resource + "x")), row.service, row.operation, row.input).ok())
        << action;
  }
}

// However a URL is written, what is judged is the queue that it leads to.
TEST(Permit, IsNotLedAstrayByTheWayAQueueIsNamed) {
  const std::string queues = "arn:aws:sqs:eu-west-1:111122223333:";
  const api::Caller who = caller(allow("sqs:*", queues + "open"));
  for (const char* url :
       {"http://h/111122223333/closed?a=/open", "http://h/111122223333/closed#/open",
        "http://h/111122223333/closed/", "/111122223333/closed", "http://h", "open"}) {
    EXPECT_FALSE(
        call(who, api::sqs::kFacts, "SendMessage", R"({"QueueUrl":")" + std::string(url) + R"("})")
            .ok())
        << url;
  }
  for (const char* url : {"http://h/111122223333/open?a=/closed", "/111122223333/open/"}) {
    EXPECT_TRUE(
        call(who, api::sqs::kFacts, "SendMessage", R"({"QueueUrl":")" + std::string(url) + R"("})")
            .ok())
        << url;
  }
  const api::Caller denied = caller(
      allow("*", "*") + R"(,{"Effect":"Deny","Action":"*","Resource":")" + queues + R"(closed"})");
  for (const char* partition : {"aws", "aws-cn"}) {
    EXPECT_FALSE(call(denied, api::sqs::kFacts, "StartMessageMoveTask",
                      R"({"SourceArn":"arn:)" + std::string(partition) +
                          R"(:sqs:eu-west-1:111122223333:closed"})")
                     .ok());
  }
}

TEST(Permit, KnowsWhenAndFromWhere) {
  const auto may = [](const std::string& condition) {
    const api::Caller who = caller(allow("events:*", "*", R"(,"Condition":)" + condition));
    return permit(who, "events:ListEventBuses", "*", kNow).ok();
  };
  EXPECT_TRUE(may(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})"));
  EXPECT_FALSE(may(R"({"IpAddress":{"aws:SourceIp":"192.168.0.0/16"}})"));
  EXPECT_TRUE(may(R"({"Bool":{"aws:SecureTransport":"false"}})"));
  EXPECT_TRUE(may(R"({"DateLessThan":{"aws:CurrentTime":"2026-01-15T12:00:01Z"}})"));
  EXPECT_FALSE(may(R"({"DateLessThan":{"aws:CurrentTime":"2026-01-15T12:00:00Z"}})"));
  EXPECT_TRUE(may(R"({"StringEquals":{"aws:username":"ci"}})"));
  EXPECT_FALSE(may(R"({"StringEquals":{"aws:username":"cd"}})"));
}

// An operation whose row names nothing is one whose handler asks.
TEST(Permit, LeavesToHandlersOnlyWhatPoliciesOfBusesHaveASayIn) {
  std::vector<std::string_view> asked_by_handlers;
  for (const api::Operation& operation : api::events::kFacts.operations) {
    if (operation.resource.empty()) asked_by_handlers.push_back(operation.name);
  }
  const std::vector<std::string_view> expected = {
      "DescribeEventBus",   "UpdateEventBus", "PutRule",
      "DeleteRule",         "DescribeRule",   "ListRules",
      "EnableRule",         "DisableRule",    "ListRuleNamesByTarget",
      "PutTargets",         "RemoveTargets",  "ListTargetsByRule",
      "PutEvents",          "TagResource",    "UntagResource",
      "ListTagsForResource"};
  EXPECT_EQ(asked_by_handlers, expected);
  for (const api::Operation& operation : api::sqs::kFacts.operations) {
    EXPECT_FALSE(operation.resource.empty()) << operation.name;
  }
}

}  // namespace
}  // namespace rialto::access
