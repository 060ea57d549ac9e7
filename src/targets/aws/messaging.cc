// Functions, topics, queues and streams (docs/spec/02 §3).
#include <array>

#include "aws/uri.h"
#include "base/crypto/digest.h"
#include "json/read.h"
#include "json/write.h"
#include "targets/aws/row.h"

namespace rialto::targets {
namespace {

// `function:name`, `function:name:alias` or `function:name:version`.
Result<> make_lambda(AwsCall& call, const Invocation& invocation) {
  const std::string name = resource_name(invocation.target);
  const std::size_t colon = name.find(':');
  call.path = "/2015-03-31/functions/" + aws::encode_uri(name.substr(0, colon)) + "/invocations";
  if (colon != name.npos) call.query = "Qualifier=" + aws::encode_uri(name.substr(colon + 1));
  call.headers.push_back({"Content-Type", "application/json"});
  call.headers.push_back({"X-Amz-Invocation-Type", "Event"});
  call.body = invocation.payload;
  return {};
}

Result<> make_sqs(AwsCall& call, const Invocation& invocation) {
  const model::Arn& arn = invocation.target;
  json::Value body{json::Object{{"QueueUrl", "https://" + aws_host("sqs", arn.region) + "/" +
                                                 arn.account + "/" + arn.resource},
                                {"MessageBody", invocation.payload}}};
  RIALTO_TRY(const auto given, parameters(invocation, "SqsParameters"));
  copy_members(body, given, std::array{Rename{"MessageGroupId", "MessageGroupId"}});
  if (!invocation.event->trace_header.empty()) {
    body.add("MessageSystemAttributes",
             json::Object{{"AWSTraceHeader",
                           json::Object{{"DataType", "String"},
                                        {"StringValue", invocation.event->trace_header}}}});
  }
  set_json(call, "1.0", "AmazonSQS.SendMessage", json::write(body));
  return {};
}

Result<> make_sns(AwsCall& call, const Invocation& invocation) {
  set_form(call, {{"Action", "Publish"},
                  {"Version", "2010-03-31"},
                  {"TopicArn", invocation.target.text()},
                  {"Message", invocation.payload}});
  return {};
}

// The default is the event's id; a path without a value is refused for good (unverified at AWS).
Result<std::string> partition_key(const Invocation& invocation) {
  RIALTO_TRY(const auto given, parameters(invocation, "KinesisParameters"));
  const json::Value* key = given.find("PartitionKeyPath");
  if (key == nullptr || !key->is_string()) return invocation.event->id;
  return key->as_string();
}

Result<> make_kinesis(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(auto key, partition_key(invocation));
  const json::Value body{json::Object{{"StreamName", resource_name(invocation.target)},
                                      {"Data", crypto::base64(invocation.payload)},
                                      {"PartitionKey", std::move(key)}}};
  set_json(call, "1.1", "Kinesis_20131202.PutRecord", json::write(body));
  return {};
}

Result<> make_firehose(AwsCall& call, const Invocation& invocation) {
  const json::Value body{
      json::Object{{"DeliveryStreamName", resource_name(invocation.target)},
                   {"Record", json::Object{{"Data", crypto::base64(invocation.payload)}}}}};
  set_json(call, "1.1", "Firehose_20150804.PutRecord", json::write(body));
  return {};
}

// `endpoints/graphql-api/ID`.
Result<> make_appsync(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(const auto given, parameters(invocation, "AppSyncParameters"));
  RIALTO_TRY(auto variables, object_payload(invocation));
  const json::Value* operation = given.find("GraphQLOperation");
  if (operation == nullptr) {
    return fail(Code::InvalidArgument, "The target has no GraphQLOperation.", "INVALID_PARAMETER");
  }
  const std::string& resource = invocation.target.resource;
  const std::string id = resource.substr(resource.rfind('/') + 1);
  call.host = id + "." + aws_host("appsync-api", invocation.target.region);
  call.path = "/graphql";
  call.headers.push_back({"Content-Type", "application/json"});
  const json::Value body{json::Object{{"query", *operation}, {"variables", std::move(variables)}}};
  call.body = json::write(body);
  return {};
}

// GraphQL tells of errors in a success.
Result<> judge_appsync(const std::string& body) {
  const auto answer = json::parse(body);
  const json::Value* errors = answer.ok() ? answer->find("errors") : nullptr;
  if (errors == nullptr || !errors->is_array() || errors->items().empty()) return {};
  return fail(Code::InvalidArgument, "appsync answered with errors: " + json::write(*errors),
              "ERROR_FROM_TARGET");
}

constexpr std::array<Row, 6> kRows = {{
    {"lambda", "arn:aws:lambda:REGION:ACCOUNT:function:NAME[:ALIAS]", "Lambda Invoke, as an event",
     "lambda",
     [](const model::Arn& arn) {
       return arn.service == "lambda" && arn.resource.starts_with("function:");
     },
     make_lambda},
    {"sqs", "arn:aws:sqs:REGION:ACCOUNT:QUEUE", "SQS SendMessage", "sqs",
     [](const model::Arn& arn) { return arn.service == "sqs"; }, make_sqs},
    {"sns", "arn:aws:sns:REGION:ACCOUNT:TOPIC", "SNS Publish", "sns",
     [](const model::Arn& arn) { return arn.service == "sns"; }, make_sns},
    {"kinesis", "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME", "Kinesis PutRecord", "kinesis",
     [](const model::Arn& arn) {
       return arn.service == "kinesis" && arn.resource.starts_with("stream/");
     },
     make_kinesis},
    {"firehose", "arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME", "Firehose PutRecord",
     "firehose",
     [](const model::Arn& arn) {
       return arn.service == "firehose" && arn.resource.starts_with("deliverystream/");
     },
     make_firehose},
    {"appsync", "arn:aws:appsync:REGION:ACCOUNT:endpoints/graphql-api/ID", "AppSync GraphQL",
     "appsync",
     [](const model::Arn& arn) {
       return arn.service == "appsync" && arn.resource.starts_with("endpoints/graphql-api/");
     },
     make_appsync, judge_appsync},
}};

}  // namespace

std::span<const Row> messaging_rows() { return kRows; }

}  // namespace rialto::targets
