// The call that each row makes of an event, to the byte (docs/spec/02 §3).
#include "targets/aws/row.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "targets/types/signed_call.h"

namespace rialto::targets {
namespace {

constexpr const char* kEvent =
    R"({"version":"0","id":"e-1","detail-type":"placed","source":"shop","account":"111122223333",)"
    R"("time":"2026-01-15T12:00:00Z","region":"us-east-1","resources":["arn:1"],)"
    R"("detail":{"key":"k","n":7,"list":["a"]}})";

struct Given {
  std::string arn;           // its part behind `arn:aws:`
  std::string parameters;    // members of the target, such as `"RoleArn":"r"`
  std::string payload = {};  // what a transformer made; the event if empty
};

Invocation invocation_of(const Given& given) {
  Invocation out;
  out.target = *model::Arn::parse("arn:aws:" + given.arn);
  auto target = json::parse(R"({"Id":"t","Arn":")" + out.target.text() + '"' +
                            (given.parameters.empty() ? "" : ",") + given.parameters + "}");
  EXPECT_TRUE(target.ok()) << given.parameters;
  out.parameters =
      std::make_shared<const model::Target>(*model::decode_target(std::move(target).value()));
  out.rule_arn = "arn:aws:events:us-east-1:111122223333:rule/orders";
  auto event = model::make_event(*json::parse(kEvent), from_millis(5));
  event.trace_header = "Root=1-2-3";
  out.event = std::make_shared<const model::Event>(std::move(event));
  out.is_transformed = !given.payload.empty();
  out.payload = out.is_transformed ? given.payload : out.event->text;
  return out;
}

Result<AwsCall> call_of(const Given& given) {
  const Invocation invocation = invocation_of(given);
  const Row* row = find_row(invocation.target);
  if (row == nullptr) return fail(Code::NotFound, "no row");
  return make_call(*row, invocation);
}

struct Expected {
  std::string target;  // X-Amz-Target; or the method and the path
  std::string body;
};

void expect_call(const Given& given, const Expected& expected) {
  const auto call = call_of(given);
  ASSERT_TRUE(call.ok()) << given.arn << ": " << call.error().message;
  const std::string_view target = http::find_header(call->headers, "X-Amz-Target");
  EXPECT_EQ(target.empty()
                ? call->method + " " + call->path + (call->query.empty() ? "" : "?" + call->query)
                : std::string(target),
            expected.target);
  EXPECT_EQ(call->body, expected.body) << given.arn;
}

TEST(Row, InvokesFunctions) {
  expect_call({"lambda:us-east-1:1:function:f", ""},
              {"POST /2015-03-31/functions/f/invocations", kEvent});
  expect_call({"lambda:us-east-1:1:function:f:live", "", "1"},
              {"POST /2015-03-31/functions/f/invocations?Qualifier=live", "1"});
  EXPECT_EQ(http::find_header(call_of({"lambda:us-east-1:1:function:f", ""})->headers,
                              "X-Amz-Invocation-Type"),
            "Event");
}

TEST(Row, SendsMessages) {
  const std::string head =
      R"({"QueueUrl":"https://sqs.us-east-1.amazonaws.com/1/q","MessageBody":"p",)";
  const std::string trace = R"("MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String",)"
                            R"("StringValue":"Root=1-2-3"}}})";
  expect_call({"sqs:us-east-1:1:q", "", "p"}, {"AmazonSQS.SendMessage", head + trace});
  expect_call({"sqs:us-east-1:1:q", R"("SqsParameters":{"MessageGroupId":"$.detail.key"})", "p"},
              {"AmazonSQS.SendMessage", head + R"("MessageGroupId":"k",)" + trace});
}

TEST(Row, PublishesToTopics) {
  expect_call({"sns:us-east-1:1:t", "", "a b"},
              {"POST /",
               "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A1%3At&"
               "Message=a%20b"});
}

TEST(Row, PutsRecords) {
  const std::string role = R"("RoleArn":"r")";
  expect_call(
      {"kinesis:us-east-1:1:stream/s", role, "p"},
      {"Kinesis_20131202.PutRecord", R"({"Data":"cA==","PartitionKey":"e-1","StreamName":"s"})"});
  expect_call(
      {"kinesis:us-east-1:1:stream/s",
       role + R"(,"KinesisParameters":{"PartitionKeyPath":"$.detail.n"})", "p"},
      {"Kinesis_20131202.PutRecord", R"({"Data":"cA==","PartitionKey":"7","StreamName":"s"})"});
  expect_call(
      {"firehose:us-east-1:1:deliverystream/d", role, "p"},
      {"Firehose_20150804.PutRecord", R"({"DeliveryStreamName":"d","Record":{"Data":"cA=="}})"});
  EXPECT_EQ(call_of({"kinesis:us-east-1:1:stream/s", role})->role_arn, "r");
}

// The operation and the body of a batch of two payloads, "a" and "b".
std::pair<std::string, std::string> batch_of(const std::string& arn,
                                             const std::string& parameters) {
  const Row* row = find_row(*model::Arn::parse("arn:aws:" + arn));
  json::Array entries;
  for (const char* payload : {"a", "b"}) {
    auto entry = row->batch->make_entry(invocation_of({arn, parameters, payload}), entries.size());
    EXPECT_TRUE(entry.ok());
    entries.push_back(std::move(entry).value());
  }
  AwsCall call;
  row->batch->make(call, *model::Arn::parse("arn:aws:" + arn), std::move(entries));
  return {std::string(http::find_header(call.headers, "X-Amz-Target")), call.body};
}

TEST(Row, MakesBatches) {
  const auto [sqs, messages] =
      batch_of("sqs:us-east-1:1:q", R"("SqsParameters":{"MessageGroupId":"g"})");
  EXPECT_EQ(sqs, "AmazonSQS.SendMessageBatch");
  const auto body = json::parse(messages);
  EXPECT_EQ(body->find("QueueUrl")->as_string(), "https://sqs.us-east-1.amazonaws.com/1/q");
  const json::Value& second = body->find("Entries")->items()[1];
  EXPECT_EQ(second.find("Id")->as_string(), "1");
  EXPECT_EQ(second.find("MessageBody")->as_string(), "b");
  EXPECT_EQ(second.find("MessageGroupId")->as_string(), "g");
  const auto [kinesis, records] = batch_of("kinesis:us-east-1:1:stream/s", "");
  EXPECT_EQ(kinesis, "Kinesis_20131202.PutRecords");
  EXPECT_EQ(records, R"({"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"e-1"},)"
                     R"({"Data":"Yg==","PartitionKey":"e-1"}]})");
  const auto [firehose, blobs] = batch_of("firehose:us-east-1:1:deliverystream/d", "");
  EXPECT_EQ(firehose, "Firehose_20150804.PutRecordBatch");
  EXPECT_EQ(blobs, R"({"DeliveryStreamName":"d","Records":[{"Data":"YQ=="},{"Data":"Yg=="}]})");
}

// "" for a success, else the ERROR_CODE, with a star when it is tried again.
std::vector<std::string> judged(const std::string& arn, const std::string& body,
                                std::size_t count) {
  std::vector<std::string> out;
  for (const Outcome& each : find_row(*model::Arn::parse(arn))->batch->judge(body, count)) {
    const bool is_good = each.result.ok();
    out.push_back(is_good ? ""
                          : std::string(each.result.error().reason) +
                                (is_retryable(each.result.error().code) ? "*" : ""));
  }
  return out;
}

TEST(Row, JudgesEachEntryOfABatch) {
  using List = std::vector<std::string>;
  EXPECT_EQ(judged("arn:aws:sqs:us-east-1:1:q",
                   R"({"Successful":[{"Id":"2"}],"Failed":[{"Id":"0","SenderFault":true,)"
                   R"("Code":"InvalidMessageContents"},{"Id":"1","Code":"InternalError"}]})",
                   4),
            (List{"INVALID_PARAMETER", "ERROR_FROM_TARGET*", "", "ERROR_FROM_TARGET*"}));
  const std::string records =
      R"({"FailedRecordCount":1,"X":[{"SequenceNumber":"1"},{"ErrorCode":)"
      R"("ProvisionedThroughputExceededException"},{"ErrorCode":"Other"}]})";
  const List each{"", "THROTTLING*", "ERROR_FROM_TARGET*"};
  const auto with = [&records](const std::string& list) {
    std::string out = records;
    return out.replace(out.find('X'), 1, list);
  };
  EXPECT_EQ(judged("arn:aws:kinesis:us-east-1:1:stream/s", with("Records"), 3), each);
  EXPECT_EQ(judged("arn:aws:firehose:us-east-1:1:deliverystream/d", with("RequestResponses"), 3),
            each);
  EXPECT_EQ(judged("arn:aws:kinesis:us-east-1:1:stream/s", "nonsense", 1),
            (List{"ERROR_FROM_TARGET*"}));
}

TEST(Row, RefusesAPathThatFindsNothing) {
  const auto call = call_of({"kinesis:us-east-1:1:stream/s",
                             R"("KinesisParameters":{"PartitionKeyPath":"$.detail.none"})", "p"});
  ASSERT_FALSE(call.ok());
  EXPECT_EQ(call.error().reason, "INVALID_PARAMETER");
  EXPECT_FALSE(is_retryable(call.error().code));
}

TEST(Row, StartsExecutionsByANameThatStays) {
  const Given given{"states:us-east-1:1:stateMachine:m", "", "{}"};
  const auto call = call_of(given);
  ASSERT_TRUE(call.ok());
  EXPECT_EQ(http::find_header(call->headers, "Content-Type"), "application/x-amz-json-1.0");
  const auto body = json::parse(call->body);
  EXPECT_EQ(body->find("stateMachineArn")->as_string(),
            "arn:aws:states:us-east-1:1:stateMachine:m");
  EXPECT_EQ(body->find("input")->as_string(), "{}");
  EXPECT_TRUE(body->find("name")->as_string().starts_with("e-1_"));
  EXPECT_EQ(call_of(given)->body, call->body);
  EXPECT_EQ(call_of({given.arn, "", "text"}).error().reason, "INVALID_JSON");
}

TEST(Row, RunsTasks) {
  const std::string given =
      R"("EcsParameters":{"TaskDefinitionArn":"td","TaskCount":2,"LaunchType":"FARGATE",)"
      R"("NetworkConfiguration":{"awsvpcConfiguration":{"Subnets":["$.detail.key"],)"
      R"("AssignPublicIp":"ENABLED"}},"Tags":[{"Key":"a","Value":"b"}],"EnableExecuteCommand":true})";
  const std::string all =
      R"({"cluster":"arn:aws:ecs:us-east-1:1:cluster/c","startedBy":"events-rule/orders",)"
      R"("taskDefinition":"td","count":2,"launchType":"FARGATE","enableExecuteCommand":true,)"
      R"("tags":[{"key":"a","value":"b"}],"networkConfiguration":{"awsvpcConfiguration":)"
      R"({"subnets":["k"],"assignPublicIp":"ENABLED"}})";
  expect_call({"ecs:us-east-1:1:cluster/c", given},
              {"AmazonEC2ContainerServiceV20141113.RunTask", all + "}"});
  expect_call({"ecs:us-east-1:1:cluster/c", given, R"({"cpu":"1"})"},
              {"AmazonEC2ContainerServiceV20141113.RunTask", all + R"(,"overrides":{"cpu":"1"}})"});
  expect_call({"ecs:us-east-1:1:cluster/c", R"("EcsParameters":{"TaskDefinitionArn":"td"})"},
              {"AmazonEC2ContainerServiceV20141113.RunTask",
               R"({"cluster":"arn:aws:ecs:us-east-1:1:cluster/c",)"
               R"("startedBy":"events-rule/orders","taskDefinition":"td","count":1})"});
}

TEST(Row, SeesThatNoTaskWasStarted) {
  const Row* ecs = find_row(*model::Arn::parse("arn:aws:ecs:us-east-1:1:cluster/c"));
  EXPECT_TRUE(ecs->judge(R"({"tasks":[{}],"failures":[]})").ok());
  const auto full = ecs->judge(R"({"failures":[{"reason":"RESOURCE:CPU"}]})");
  EXPECT_TRUE(is_retryable(full.error().code));
  const auto missing = ecs->judge(R"({"failures":[{"reason":"MISSING"}]})");
  EXPECT_FALSE(is_retryable(missing.error().code));
  EXPECT_EQ(missing.error().message, "ecs started no task: MISSING.");
}

TEST(Row, SubmitsJobs) {
  expect_call(
      {"batch:us-east-1:1:job-queue/q",
       R"("BatchParameters":{"JobDefinition":"d","JobName":"n","ArrayProperties":{"Size":2},)"
       R"("RetryStrategy":{"Attempts":3}})",
       R"({"ContainerOverrides":{"Command":["x"],"Environment":[{"Name":"A","Value":"B"}]},)"
       R"("DependsOn":[{"JobId":"j"}],"Parameters":{"Key":"V"}})"},
      {"POST /v1/submitjob",
       R"({"jobQueue":"arn:aws:batch:us-east-1:1:job-queue/q","jobDefinition":"d","jobName":"n",)"
       R"("arrayProperties":{"size":2},"retryStrategy":{"attempts":3},"containerOverrides":)"
       R"({"command":["x"],"environment":[{"name":"A","value":"B"}]},)"
       R"("dependsOn":[{"jobId":"j"}],"parameters":{"Key":"V"}})"});
}

TEST(Row, StartsBuilds) {
  expect_call({"codebuild:us-east-1:1:project/p", ""},
              {"CodeBuild_20161006.StartBuild", R"({"projectName":"p"})"});
  expect_call(
      {"codebuild:us-east-1:1:project/p", "",
       R"({"buildType":"BATCH","sourceVersion":"main","projectName":"other"})"},
      {"CodeBuild_20161006.StartBuildBatch", R"({"projectName":"p","sourceVersion":"main"})"});
}

TEST(Row, StartsPipelines) {
  const Given given{"codepipeline:us-east-1:1:p", "", R"({"variables":[],"other":1})"};
  const auto body = json::parse(call_of(given)->body);
  EXPECT_EQ(body->find("name")->as_string(), "p");
  EXPECT_NE(body->find("variables"), nullptr);
  EXPECT_EQ(body->find("other"), nullptr);
  const auto sagemaker = call_of(
      {"sagemaker:us-east-1:1:pipeline/p",
       R"("SageMakerPipelineParameters":{"PipelineParameterList":[{"Name":"a","Value":"$.detail.n"}]})"});
  const auto sent = json::parse(sagemaker->body);
  EXPECT_EQ(sent->find("PipelineName")->as_string(), "p");
  EXPECT_EQ(sent->find("PipelineParameters")->items()[0].find("Value")->as_string(), "7");
  EXPECT_EQ(sent->find("ClientRequestToken")->as_string().size(), 36U);
}

TEST(Row, RunsDocuments) {
  expect_call({"ssm:us-east-1::document/AWS-RunShellScript",
               R"("RunCommandParameters":{"RunCommandTargets":[{"Key":"tag:a","Values":["b"]}]})",
               R"({"commands":["ls"]})"},
              {"AmazonSSM.SendCommand",
               R"({"DocumentName":"AWS-RunShellScript","Targets":[{"Key":"tag:a","Values":["b"]}],)"
               R"("Parameters":{"commands":["ls"]}})"});
  const auto automation =
      json::parse(call_of({"ssm:us-east-1:1:automation-definition/D:$DEFAULT", ""})->body);
  EXPECT_EQ(automation->find("DocumentName")->as_string(), "D");
  EXPECT_EQ(automation->find("DocumentVersion")->as_string(), "$DEFAULT");
  EXPECT_EQ(automation->find("Parameters"), nullptr);
}

TEST(Row, OpensItems) {
  expect_call({"ssm:us-east-1:1:opsitem", "",
               R"({"title":"t","source":"s","severity":"2","operationalData":{"k":{"value":"v",)"
               R"("type":"SearchableString"}},"resources":["arn:1"]})"},
              {"AmazonSSM.CreateOpsItem",
               R"({"Title":"t","Severity":"2","Source":"s","OperationalData":{"k":{"Value":"v",)"
               R"("Type":"SearchableString"},"/aws/resources":{"Type":"SearchableString",)"
               R"("Value":"[{\"arn\":\"arn:1\"}]"}}})"});
  const auto plain = json::parse(call_of({"ssm:us-east-1:1:opsitem", ""})->body);
  EXPECT_EQ(plain->find("Title")->as_string(), "placed");
  EXPECT_EQ(plain->find("Source")->as_string(), "shop");
}

TEST(Row, ActsOnMachines) {
  for (const auto& [action, body] : std::vector<std::pair<std::string, std::string>>{
           {"reboot-instance", "Action=RebootInstances&Version=2016-11-15&InstanceId.1=i-1"},
           {"stop-instance", "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-1"},
           {"terminate-instance", "Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-1"},
           {"create-snapshot", "Action=CreateSnapshot&Version=2016-11-15&VolumeId=i-1"}}) {
    expect_call({"events:us-east-1:1:target/" + action, "", R"("i-1")"}, {"POST /", body});
  }
  EXPECT_EQ(call_of({"events:us-east-1:1:target/stop-instance", ""}).error().reason,
            "INVALID_JSON");
  EXPECT_EQ(call_of({"events:us-east-1:1:target/other", "", R"("i")"}).error().reason,
            "INVALID_PARAMETER");
}

TEST(Row, ExecutesStatements) {
  const auto one = call_of({"redshift:us-east-1:1:cluster:c",
                            R"("RedshiftDataParameters":{"Database":"d","DbUser":"u","Sql":"s"})"});
  EXPECT_EQ(http::find_header(one->headers, "X-Amz-Target"), "RedshiftData.ExecuteStatement");
  const auto body = json::parse(one->body);
  EXPECT_EQ(body->find("ClusterIdentifier")->as_string(), "c");
  EXPECT_EQ(body->find("Sql")->as_string(), "s");
  const auto many =
      call_of({"redshift-serverless:us-east-1:1:workgroup/w",
               R"("RedshiftDataParameters":{"Database":"d","SecretManagerArn":"x","Sqls":["s"]})"});
  EXPECT_EQ(http::find_header(many->headers, "X-Amz-Target"), "RedshiftData.BatchExecuteStatement");
  EXPECT_EQ(json::parse(many->body)->find("WorkgroupName")->as_string(), "w");
  EXPECT_EQ(json::parse(many->body)->find("SecretArn")->as_string(), "x");
}

TEST(Row, StartsWhatTakesNoInput) {
  expect_call(
      {"inspector:us-east-1:1:target/0-x/template/0-y", ""},
      {"InspectorService.StartAssessmentRun",
       R"({"assessmentTemplateArn":"arn:aws:inspector:us-east-1:1:target/0-x/template/0-y"})"});
  expect_call({"glue:us-east-1:1:workflow/w", ""},
              {"AWSGlue.NotifyEvent", R"({"WorkflowName":"w","EventIds":["e-1"]})"});
  const auto image = call_of({"imagebuilder:us-east-1:1:image-pipeline/p", ""});
  EXPECT_EQ(image->method + " " + image->path, "PUT /StartImagePipelineExecution");
  const auto incident = call_of({"ssm-incidents::1:response-plan/p", ""});
  EXPECT_EQ(incident->region, "us-east-1");
  EXPECT_EQ(json::parse(incident->body)->find("responsePlanArn")->as_string(),
            "arn:aws:ssm-incidents::1:response-plan/p");
}

TEST(Row, AsksGraphs) {
  const Given given{"appsync:us-east-1:1:endpoints/graphql-api/abc",
                    R"("AppSyncParameters":{"GraphQLOperation":"mutation M { m }"})", R"({"a":1})"};
  expect_call(given, {"POST /graphql", R"({"query":"mutation M { m }","variables":{"a":1}})"});
  EXPECT_EQ(call_of(given)->host, "abc.appsync-api.us-east-1.amazonaws.com");
  const Row* row = find_row(invocation_of(given).target);
  EXPECT_TRUE(row->judge(R"({"data":{}})").ok());
  EXPECT_EQ(row->judge(R"({"errors":[{"message":"x"}]})").error().reason, "ERROR_FROM_TARGET");
}

TEST(Row, CallsGateways) {
  const std::string parameters =
      R"("HttpParameters":{"PathParameterValues":["$.detail.key","a b"],"HeaderParameters":)"
      R"({"X-Mine":"$.detail.n","x-amz-own":"1","Authorization":"2"},"QueryStringParameters":)"
      R"({"q":"1&2"}})";
  const Given given{"execute-api:us-east-1:1:abc/prod/PUT/pets/*/of/*", parameters, "p"};
  expect_call(given, {"PUT /prod/pets/k/of/a%20b?q=1%262", "p"});
  const auto call = call_of(given);
  EXPECT_EQ(call->host, "abc.execute-api.us-east-1.amazonaws.com");
  EXPECT_EQ(http::find_header(call->headers, "X-Mine"), "7");
  EXPECT_EQ(http::find_header(call->headers, "x-amz-own"), "");
  EXPECT_EQ(http::find_header(call->headers, "Authorization"), "");
  EXPECT_EQ(http::find_header(call->headers, "X-Amz-Source-Arn"),
            "arn:aws:events:us-east-1:111122223333:rule/orders");
  EXPECT_EQ(http::find_header(call->headers, "X-Amz-Source-Account"), "111122223333");
  EXPECT_EQ(http::find_header(call->headers, "X-Amzn-Trace-Id"), "Root=1-2-3");
  expect_call({"execute-api:us-east-1:1:abc/prod/GET", ""}, {"GET /prod", ""});
  expect_call({"execute-api:us-east-1:1:abc/prod/*/", "", "p"}, {"POST /prod", "p"});
  EXPECT_EQ(call_of({"execute-api:us-east-1:1:abc/prod/GET/*", ""}).error().reason,
            "INVALID_PARAMETER");
}

TEST(Row, ServesEachArnOnce) {
  for (const auto rows : {messaging_rows(), workflow_rows(), management_rows(), gateway_rows()}) {
    for (const Row& row : rows) {
      const auto arn = model::Arn::parse(row.arn_form);
      ASSERT_TRUE(arn.ok()) << row.arn_form;
      EXPECT_EQ(find_row(*arn), &row) << row.arn_form;
    }
  }
}

struct Failure {
  int status;
  const char* type;  // x-amzn-errortype
  const char* body;
  Code code;
  const char* reason;
};

TEST(Failure, IsToldByNameThenByStatus) {
  for (const Failure& each : std::vector<Failure>{
           {400, "", R"({"__type":"com.amazonaws.x#ThrottlingException","message":"m"})",
            Code::Throttled, "THROTTLING"},
           {429, "", "", Code::Throttled, "THROTTLING"},
           {400, "ProvisionedThroughputExceededException:http://x", "{}", Code::Throttled,
            "THROTTLING"},
           {500, "", "oops", Code::Unavailable, "ERROR_FROM_TARGET"},
           {503, "", "", Code::Unavailable, "ERROR_FROM_TARGET"},
           {400, "", R"({"__type":"InternalFailure"})", Code::Unavailable, "ERROR_FROM_TARGET"},
           {403, "", "", Code::AccessDenied, "NO_PERMISSIONS"},
           {400, "", R"({"__type":"AccessDeniedException"})", Code::AccessDenied, "NO_PERMISSIONS"},
           {404, "ResourceNotFoundException", "{}", Code::NotFound, "NO_RESOURCE"},
           {400, "", "<Error><Code>AWS.SimpleQueueService.NonExistentQueue</Code></Error>",
            Code::NotFound, "NO_RESOURCE"},
           {400, "", R"({"__type":"ValidationException"})", Code::InvalidArgument,
            "INVALID_PARAMETER"},
           {400, "", R"({"__type":"InvalidParameterValueException"})", Code::InvalidArgument,
            "INVALID_PARAMETER"},
           {400, "", R"({"__type":"LimitExceededException"})", Code::LimitExceeded,
            "RESOURCE_LIMIT_EXCEEDED"},
           {400, "", R"({"__type":"ExecutionAlreadyExists"})", Code::AlreadyExists,
            "RESOURCE_ALREADY_EXISTS"},
           {409, "ConflictException", "", Code::Conflict, "RESOURCE_MODIFICATION_COLLISION"},
           {302, "", "", Code::InvalidArgument, "ERROR_FROM_TARGET"},
           {418, "", "", Code::InvalidArgument, "ERROR_FROM_TARGET"}}) {
    http::Response answer{each.status, {}, each.body};
    if (*each.type != '\0') answer.headers.push_back({"x-amzn-ErrorType", each.type});
    const Error error = to_error(answer, "lambda");
    EXPECT_EQ(error.code, each.code) << each.status << each.type << each.body;
    EXPECT_EQ(error.reason, each.reason) << each.status << each.type << each.body;
  }
}

}  // namespace
}  // namespace rialto::targets
