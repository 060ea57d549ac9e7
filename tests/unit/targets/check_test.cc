// What PutTargets refuses, in AWS's words (docs/spec/02 §2).
#include "targets/check.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace rialto::targets {
namespace {

const model::BusRef kBus{.region = "us-east-1", .account = "111122223333", .name = "default"};
constexpr const char* kQueue = "arn:aws:sqs:us-east-1:111122223333:q";

// A target of `arn` with `more` members, such as `"RoleArn":"r"`.
Result<Kind> check(const std::string& arn, const std::string& more = "") {
  auto given =
      json::parse(R"({"Id":"t1","Arn":")" + arn + '"' + (more.empty() ? "" : ",") + more + "}");
  EXPECT_TRUE(given.ok()) << more;
  auto target = model::decode_target(std::move(given).value());
  EXPECT_TRUE(target.ok());
  return check_target(*target, kBus);
}

void expect_refused(const Result<Kind>& result, Code code, std::string_view message) {
  ASSERT_FALSE(result.ok()) << message;
  EXPECT_EQ(result.error().code, code);
  EXPECT_EQ(result.error().message, message);
}
void expect_invalid(const Result<Kind>& result, std::string_view message) {
  expect_refused(result, Code::InvalidArgument, message);
}

std::string arn_of(std::string_view service, std::string_view resource = "x") {
  return "arn:aws:" + std::string(service) + ":us-east-1:111122223333:" + std::string(resource);
}

TEST(CheckTarget, TakesStandardQueuesAndBuses) {
  const auto queue = check(kQueue);
  ASSERT_TRUE(queue.ok()) << queue.error().message;
  EXPECT_EQ(*queue, Kind::Queue);
  const auto bus = check(arn_of("events", "event-bus/b"), R"("RoleArn":"arn:aws:iam::1:role/r")");
  ASSERT_TRUE(bus.ok()) << bus.error().message;
  EXPECT_EQ(*bus, Kind::Bus);
}

TEST(CheckTarget, RefusesWhatIsNoArn) {
  expect_invalid(check("nonsense"),
                 "Parameter nonsense is not valid. Reason: Provided Arn is not in correct format.");
}

TEST(CheckTarget, RefusesServicesThatAreNoTargets) {
  expect_invalid(check("arn:aws:s3:::bucket"), "s3 is not a supported service for a target.");
  expect_invalid(check(arn_of("dynamodb", "table/t")),
                 "dynamodb is not a supported service for a target.");
}

TEST(CheckTarget, SaysOfServicesItDoesNotServeYetThatItDoesNot) {
  for (const char* service : {"lambda", "sns", "logs"}) {
    expect_refused(check(arn_of(service)), Code::Unsupported,
                   "Target " + arn_of(service) + " is not supported: this version of Rialto does " +
                       "not deliver to '" + service + "' targets yet.");
  }
  const std::string builtin = arn_of("events", "target/stop-instance");
  expect_refused(check(builtin, R"("RoleArn":"r")"), Code::Unsupported,
                 "Target " + builtin + " is not supported: this version of Rialto does not " +
                     "deliver to 'target' targets yet.");
}

TEST(CheckTarget, TakesApiDestinationsOfTheRulesOwnAccountAndRegion) {
  const auto mine = check(arn_of("events", "api-destination/d/1"), R"("RoleArn":"r")");
  ASSERT_TRUE(mine.ok()) << mine.error().message;
  EXPECT_EQ(*mine, Kind::Called);
  const std::string other = "arn:aws:events:eu-west-1:111122223333:api-destination/d/1";
  expect_invalid(check(other, R"("RoleArn":"r")"),
                 "API destination " + other +
                     " must be in the account and Region of the rule (111122223333, us-east-1).");
  const std::string broken = arn_of("events", "api-destination/d");
  expect_invalid(
      check(broken, R"("RoleArn":"r")"),
      "Parameter " + broken + " is not valid. Reason: Provided Arn is not in correct format.");
}

TEST(CheckTarget, AsksForARoleWhereAwsDoes) {
  for (const char* service :
       {"codebuild", "codepipeline", "events", "firehose", "glue", "inspector", "kinesis",
        "redshift", "sagemaker", "ssm", "ssm-incidents", "states"}) {
    const std::string arn = arn_of(service, "event-bus/x");
    expect_invalid(check(arn), "RoleArn is required for target " + arn + ".");
  }
  // ecs and batch ask for their block first.
  expect_invalid(check(arn_of("ecs"), R"("EcsParameters":{})"),
                 "RoleArn is required for target " + arn_of("ecs") + ".");
  expect_invalid(check(arn_of("batch"), R"("BatchParameters":{})"),
                 "RoleArn is required for target " + arn_of("batch") + ".");
  for (const char* service : {"lambda", "sns", "logs", "execute-api", "appsync"}) {
    EXPECT_EQ(check(arn_of(service)).error().code, Code::Unsupported) << service;
  }
}

TEST(CheckTarget, AsksForTheBlocksThatAServiceNeeds) {
  expect_invalid(check(arn_of("ecs", "cluster/c"), R"("RoleArn":"r")"),
                 "Parameter(s) EcsParameters must be specified for target: t1.");
  expect_invalid(check(arn_of("batch", "job-queue/q"), R"("RoleArn":"r")"),
                 "Parameter(s) BatchParameters must be specified for target: t1.");
  expect_invalid(check(arn_of("sqs", "q.fifo")),
                 "Parameter(s) SqsParameters must be specified for target: t1.");
}

TEST(CheckTarget, RefusesTheBlocksOfOtherServices) {
  struct Case {
    const char* block;
    std::vector<const char*> takers;
  };
  const std::vector<Case> cases{{"EcsParameters", {"ecs"}},
                                {"KinesisParameters", {"kinesis"}},
                                {"BatchParameters", {"batch"}},
                                {"HttpParameters", {"events", "execute-api"}},
                                {"RedshiftDataParameters", {"redshift", "redshift-serverless"}},
                                {"RunCommandParameters", {"ssm"}},
                                {"SageMakerPipelineParameters", {"sagemaker"}},
                                {"AppSyncParameters", {"appsync"}}};
  for (const Case& one : cases) {
    const std::string block = '"' + std::string(one.block) + R"(":{},"RoleArn":"r")";
    const std::string refusal =
        "Parameter(s) " + std::string(one.block) + " not supported for target: t1.";
    expect_invalid(check(kQueue, block), refusal);
    expect_invalid(check(arn_of("lambda"), block), refusal);
    for (const char* taker : one.takers) {
      const auto taken = check(arn_of(taker, "event-bus/x"), block);
      EXPECT_TRUE(taken.ok() || taken.error().message != refusal) << taker;
    }
  }
}

TEST(CheckTarget, TakesSqsParametersAnywhere) {
  EXPECT_TRUE(check(kQueue, R"("SqsParameters":{"MessageGroupId":"g"})").ok());
  EXPECT_EQ(check(arn_of("lambda"), R"("SqsParameters":{})").error().code, Code::Unsupported);
}

TEST(CheckTarget, TakesAFifoQueueWithSqsParameters) {
  EXPECT_TRUE(check(arn_of("sqs", "q.fifo"), R"("SqsParameters":{"MessageGroupId":"g"})").ok());
}

TEST(CheckTarget, TakesAQueueOfAnotherRegionAsAwsDoes) {
  EXPECT_TRUE(check("arn:aws:sqs:eu-west-1:111122223333:q").ok());
}

TEST(CheckTarget, SaysThatOtherAccountsAreNotServedYet) {
  const std::string queue = "arn:aws:sqs:us-east-1:444455556666:q";
  expect_refused(check(queue), Code::Unsupported,
                 "Target " + queue + " is not supported: this version of Rialto does not deliver " +
                     "to queues of other accounts yet.");
  const std::string bus = "arn:aws:events:us-east-1:444455556666:event-bus/b";
  expect_refused(check(bus, R"("RoleArn":"r")"), Code::Unsupported,
                 "Target " + bus + " is not supported: this version of Rialto does not deliver " +
                     "to event buses of other accounts yet.");
}

TEST(CheckTarget, TakesABusOfAnotherRegion) {
  EXPECT_TRUE(check("arn:aws:events:eu-west-1:111122223333:event-bus/b", R"("RoleArn":"r")").ok());
}

TEST(CheckTarget, RefusesQueuesAndBusesWithoutAName) {
  EXPECT_FALSE(check(arn_of("events", "event-bus/"), R"("RoleArn":"r")").ok());
  EXPECT_FALSE(check("arn:aws:sqs:us-east-1::q").ok());
  EXPECT_FALSE(check(arn_of("sqs", "a/b")).ok());
}

std::string dead_letters(const std::string& arn) {
  return R"("DeadLetterConfig":{"Arn":")" + arn + R"("})";
}

TEST(CheckTarget, TakesAStandardQueueOfTheRulesOwnForDeadLetters) {
  EXPECT_TRUE(check(kQueue, dead_letters(arn_of("sqs", "dlq"))).ok());
  EXPECT_TRUE(check(kQueue, R"("DeadLetterConfig":{})").ok()) << "Arn may be absent";
}

TEST(CheckTarget, RefusesOtherPlacesForDeadLetters) {
  expect_invalid(check(kQueue, dead_letters(arn_of("sns", "topic"))),
                 "sns is not supported as a dead letter resource");
  expect_invalid(check(kQueue, dead_letters(arn_of("sqs", "dlq.fifo"))),
                 "SQS FIFO is not supported by Dead Letter Queues");
  expect_invalid(check(kQueue, dead_letters("x")),
                 "Parameter x is not valid. Reason: Provided Arn is not in correct format.");
  for (const char* arn :
       {"arn:aws:sqs:eu-west-1:111122223333:dlq", "arn:aws:sqs:us-east-1:444455556666:dlq"}) {
    expect_invalid(check(kQueue, dead_letters(arn)),
                   "Dead letter queue " + std::string(arn) +
                       " of target t1 must be in the account and Region of the rule " +
                       "(111122223333, us-east-1).");
  }
}

TEST(KindOf, IsToldByServiceAndResource) {
  EXPECT_EQ(*kind_of(*model::Arn::parse(kQueue)), Kind::Queue);
  EXPECT_EQ(*kind_of(*model::Arn::parse(arn_of("events", "event-bus/b"))), Kind::Bus);
  EXPECT_FALSE(kind_of(*model::Arn::parse(arn_of("events", "rule/r"))).ok());
}

}  // namespace
}  // namespace rialto::targets
