// What PutTargets refuses, in AWS's words (docs/spec/02 §2).
#include "targets/check.h"

#include <gtest/gtest.h>

#include "json/read.h"

namespace rialto::targets {
namespace {

const model::BusRef kBus{.region = "us-east-1", .account = "111122223333", .name = "default"};
constexpr const char* kQueue = "arn:aws:sqs:us-east-1:111122223333:q";

// A target of `arn` with `more` members, such as `"RoleArn":"r"`.
Result<Kind> check(const std::string& arn, const std::string& more = "",
                   const Endpoints& endpoints = {}) {
  auto given =
      json::parse(R"({"Id":"t1","Arn":")" + arn + '"' + (more.empty() ? "" : ",") + more + "}");
  EXPECT_TRUE(given.ok()) << more;
  auto target = model::decode_target(std::move(given).value());
  EXPECT_TRUE(target.ok());
  return check_target(*target, kBus, kBus.account, endpoints);
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

TEST(CheckTarget, RefusesResourcesThatNoServiceHasTargetsFor) {
  for (const char* arn : {"arn:aws:lambda:us-east-1:111122223333:layer:l",
                          "arn:aws:logs:us-east-1:111122223333:destination:d"}) {
    expect_invalid(check(arn), "Parameter " + std::string(arn) +
                                   " is not valid. Reason: Provided Arn is not in correct format.");
  }
}

TEST(CheckTarget, TakesEveryServiceThatIsCalled) {
  const std::string role = R"("RoleArn":"r")";
  for (const auto& [arn, more] : std::vector<std::pair<std::string, std::string>>{
           {arn_of("lambda", "function:f"), ""},
           {arn_of("sns", "topic"), ""},
           {arn_of("logs", "log-group:/aws/events/g"), ""},
           {arn_of("kinesis", "stream/s"), role},
           {arn_of("firehose", "deliverystream/d"), role},
           {arn_of("states", "stateMachine:m"), role},
           {arn_of("ecs", "cluster/c"),
            role + R"(,"EcsParameters":{"TaskDefinitionArn":"arn:aws:ecs:us-east-1:1:t/t"})"},
           {arn_of("batch", "job-queue/q"), role + R"(,"BatchParameters":{})"},
           {arn_of("codebuild", "project/p"), role},
           {arn_of("codepipeline", "p"), role},
           {arn_of("ssm", "document/D"), role},
           {arn_of("ssm", "automation-definition/D:1"), role},
           {arn_of("ssm", "opsitem"), role},
           {"arn:aws:ssm-incidents::111122223333:response-plan/p", role},
           {arn_of("events", "target/stop-instance"), role},
           {arn_of("redshift", "cluster:c"), role},
           {arn_of("redshift-serverless", "workgroup/w"), role},
           {arn_of("sagemaker", "pipeline/p"), role},
           {arn_of("appsync", "endpoints/graphql-api/a"), role},
           {arn_of("glue", "workflow/w"), role},
           {arn_of("inspector", "target/0-x/template/0-y"), role},
           {arn_of("imagebuilder", "image-pipeline/p"), role}}) {
    const auto kind = check(arn, more);
    ASSERT_TRUE(kind.ok()) << arn << ": " << kind.error().message;
    EXPECT_EQ(*kind, Kind::Call) << arn;
  }
}

TEST(CheckTarget, TakesAnyQueueWhereSqsIsElsewhere) {
  Endpoints endpoints;
  ASSERT_TRUE(endpoints.add("sqs", "", "http://127.0.0.1:1").ok());
  EXPECT_EQ(*check(kQueue, "", endpoints), Kind::Call);
  EXPECT_EQ(*check("arn:aws:sqs:us-east-1:444455556666:q", "", endpoints), Kind::Call);
}

TEST(CheckTarget, RefusesTasksThatEcsWould) {
  const auto ecs = [](const std::string& parameters) {
    return check(arn_of("ecs", "cluster/c"),
                 R"("RoleArn":"r","EcsParameters":{)" + parameters + "}");
  };
  const std::string subnet = R"("Subnets":["s"])";
  const auto network = [](const std::string& members) {
    return R"("NetworkConfiguration":{"awsvpcConfiguration":{)" + members + "}}";
  };
  expect_invalid(ecs(R"("LaunchType":"FARGATE")"),
                 "Parameter NetworkConfiguration must be specified for target t1 when launch type "
                 "is FARGATE");
  expect_invalid(
      ecs(R"("LaunchType":"EC2","PlatformVersion":"1")"),
      "Parameter PlatformVersion for target t1 is not supported when launch type is EC2");
  expect_invalid(ecs(R"("LaunchType":"EC2",)" + network(subnet + R"(,"AssignPublicIp":"ENABLED")")),
                 "Parameter AssignPublicIp for target t1 is not supported when launch type is EC2");
  expect_invalid(ecs(network("")),
                 "Parameter Subnets is not valid. Reason: size must be in between 1 and 16");
  expect_invalid(ecs(network(subnet + R"(,"SecurityGroups":["1","2","3","4","5","6"])")),
                 "Parameter SecurityGroups is not valid. Reason: size must be in between 0 and 5");
  expect_invalid(ecs(R"("TaskCount":11)"), "Parameter(s) TaskCount not valid for target: t1.");
  expect_invalid(ecs(R"("TaskDefinitionArn":"arn:aws:ecs:eu-west-1:1:t/t")"),
                 "Region of " + arn_of("ecs", "cluster/c") +
                     " does not match region of arn:aws:ecs:eu-west-1:1:t/t");
  EXPECT_TRUE(ecs(R"("TaskCount":10,"LaunchType":"FARGATE",)" + network(subnet)).ok());
}

TEST(CheckTarget, RefusesJobsAndStatementsOutOfBounds) {
  const auto batch = [](const std::string& parameters) {
    return check(arn_of("batch", "job-queue/q"),
                 R"("RoleArn":"r","BatchParameters":{)" + parameters + "}");
  };
  expect_invalid(
      batch(R"("ArrayProperties":{"Size":1})"),
      "Parameter ArrayProperties is not valid. Reason: Size must be in between 2 and 10000.");
  expect_invalid(
      batch(R"("RetryStrategy":{"Attempts":11})"),
      "Parameter RetryStrategy is not valid. Reason: Attempts must be in between 1 and 10.");
  EXPECT_TRUE(batch(R"("ArrayProperties":{"Size":2},"RetryStrategy":{"Attempts":10})").ok());
  const std::string both = R"("RoleArn":"r","RedshiftDataParameters":{"Sql":"a","Sqls":["b"]})";
  EXPECT_TRUE(check(arn_of("redshift", "cluster:c"), both)
                  .error()
                  .message.starts_with("Either RedshiftDataParameters.sql or "));
}

TEST(CheckTarget, TakesApiDestinationsOfTheRulesOwnAccountAndRegion) {
  const auto mine = check(arn_of("events", "api-destination/d/1"), R"("RoleArn":"r")");
  ASSERT_TRUE(mine.ok()) << mine.error().message;
  EXPECT_EQ(*mine, Kind::Call);
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
  for (const auto* arn : {"function:f", "function:f:live"}) {
    EXPECT_TRUE(check(arn_of("lambda", arn)).ok()) << arn;
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
  EXPECT_TRUE(check(arn_of("lambda", "function:f"), R"("SqsParameters":{})").ok());
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
                     "to built-in queues of other accounts yet.");
}

TEST(CheckTarget, TakesABusOfAnotherAccountWithoutInput) {
  const std::string bus = "arn:aws:events:us-east-1:444455556666:event-bus/b";
  EXPECT_TRUE(check(bus, R"("RoleArn":"r")").ok());
  expect_refused(check(bus, R"("RoleArn":"r","InputPath":"$.detail")"), Code::InvalidArgument,
                 "Parameter InputPath is not supported for target: t1, an event bus of another "
                 "account.");
}

TEST(CheckTarget, JudgesByTheAccountThatMadeTheRule) {
  const auto target = model::decode_target(
      json::parse(R"({"Id":"t","Arn":"arn:aws:sqs:us-east-1:444455556666:q"})").value());
  ASSERT_TRUE(target.ok());
  EXPECT_TRUE(check_target(*target, kBus, "444455556666", {}).ok());
  EXPECT_FALSE(check_target(*target, kBus, kBus.account, {}).ok());
}

TEST(CheckTarget, AGuestsRuleForwardsToBusesOfTheGuestOnly) {
  const auto of_guest = [](const std::string& arn) {
    const auto target = model::decode_target(
        json::parse(R"({"Id":"t1","RoleArn":"r","Arn":")" + arn + R"("})").value());
    EXPECT_TRUE(target.ok());
    return check_target(*target, kBus, "444455556666", {});
  };
  EXPECT_TRUE(of_guest("arn:aws:events:us-east-1:444455556666:event-bus/b").ok());
  for (const std::string account : {"111122223333", "777788889999"}) {
    const std::string bus = "arn:aws:events:us-east-1:" + account + ":event-bus/b";
    expect_invalid(of_guest(bus),
                   "Target " + bus +
                       " must be an event bus of the account that made the rule (444455556666), "
                       "as the rule is on an event bus of another account.");
  }
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
  EXPECT_EQ(*kind_of(*model::Arn::parse(kQueue), {}), Kind::Queue);
  EXPECT_EQ(*kind_of(*model::Arn::parse(arn_of("events", "event-bus/b")), {}), Kind::Bus);
  EXPECT_FALSE(kind_of(*model::Arn::parse(arn_of("events", "rule/r")), {}).ok());
}

}  // namespace
}  // namespace rialto::targets
