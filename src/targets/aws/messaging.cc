// Functions, topics, queues and streams (docs/spec/02 §3).
#include <algorithm>
#include <array>

#include "base/crypto/digest.h"
#include "base/uri.h"
#include "json/read.h"
#include "json/write.h"
#include "targets/aws/row.h"

namespace rialto::targets {
namespace {

// `function:name`, `function:name:alias` or `function:name:version`.
Result<> make_lambda(AwsCall& call, const Invocation& invocation) {
  const std::string name = resource_name(invocation.target);
  const std::size_t colon = name.find(':');
  call.path = "/2015-03-31/functions/" + encode_uri(name.substr(0, colon)) + "/invocations";
  if (colon != name.npos) call.query = "Qualifier=" + encode_uri(name.substr(colon + 1));
  call.headers.push_back({"Content-Type", "application/json"});
  call.headers.push_back({"X-Amz-Invocation-Type", "Event"});
  call.body = invocation.payload;
  return {};
}

// What SendMessage and an entry of SendMessageBatch have in common.
Result<json::Value> make_message(const Invocation& invocation, json::Object members) {
  json::Value message{std::move(members)};
  message.add("MessageBody", invocation.payload);
  RIALTO_TRY(const auto given, parameters(invocation, "SqsParameters"));
  copy_members(message, given, std::array{Rename{"MessageGroupId", "MessageGroupId"}});
  if (!invocation.event->trace_header.empty()) {
    message.add("MessageSystemAttributes",
                json::Object{{"AWSTraceHeader",
                              json::Object{{"DataType", "String"},
                                           {"StringValue", invocation.event->trace_header}}}});
  }
  return message;
}

std::string queue_url(const model::Arn& arn) {
  return "https://" + aws_host("sqs", arn.region) + "/" + arn.account + "/" + arn.resource;
}

Result<> make_sqs(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(const auto body,
             make_message(invocation, {{"QueueUrl", queue_url(invocation.target)}}));
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

Result<json::Value> make_record(const Invocation& invocation, std::size_t) {
  RIALTO_TRY(auto key, partition_key(invocation));
  return json::Value(
      json::Object{{"Data", crypto::base64(invocation.payload)}, {"PartitionKey", std::move(key)}});
}

Result<> make_kinesis(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(auto body, make_record(invocation, 0));
  body.add("StreamName", resource_name(invocation.target));
  set_json(call, "1.1", "Kinesis_20131202.PutRecord", json::write(body));
  return {};
}

json::Value make_blob(const Invocation& invocation) {
  return json::Object{{"Data", crypto::base64(invocation.payload)}};
}

Result<> make_firehose(AwsCall& call, const Invocation& invocation) {
  const json::Value body{json::Object{{"DeliveryStreamName", resource_name(invocation.target)},
                                      {"Record", make_blob(invocation)}}};
  set_json(call, "1.1", "Firehose_20150804.PutRecord", json::write(body));
  return {};
}

std::string text_of(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  return found != nullptr && found->is_string() ? found->as_string() : std::string();
}

Error untold(std::string_view service) {
  return fail(Code::Unavailable,
              std::string(service) + " did not say what became of an entry of a batch.",
              "ERROR_FROM_TARGET");
}

// Entries are told by their ids, which are their places.
std::vector<Outcome> judge_messages(const std::string& body, std::size_t count) {
  std::vector<Outcome> out(count, Outcome(untold("sqs")));
  const auto answer = json::parse(body);
  const auto each = [&](std::string_view list, const auto& judge) {
    const json::Value* entries = answer.ok() ? answer->find(list) : nullptr;
    if (entries == nullptr || !entries->is_array()) return;
    for (const json::Value& entry : entries->items()) {
      const std::string id = text_of(entry, "Id");
      for (std::size_t i = 0; i < count; ++i) {
        if (id == std::to_string(i)) out[i] = judge(entry);
      }
    }
  };
  each("Successful", [](const json::Value&) { return Outcome(); });
  each("Failed", [](const json::Value& entry) {
    const json::Value* fault = entry.find("SenderFault");
    const bool is_ours = fault != nullptr && fault->is_bool() && fault->as_bool();
    return Outcome(
        to_entry_error("sqs", text_of(entry, "Code"), text_of(entry, "Message"), is_ours));
  });
  return out;
}

// Entries are told by their places.
std::vector<Outcome> judge_records(const std::string& body, std::size_t count,
                                   std::string_view service, std::string_view list) {
  std::vector<Outcome> out(count, Outcome(untold(service)));
  const auto answer = json::parse(body);
  const json::Value* records = answer.ok() ? answer->find(list) : nullptr;
  if (records == nullptr || !records->is_array()) return out;
  for (std::size_t i = 0; i < std::min(count, records->items().size()); ++i) {
    const json::Value& record = records->items()[i];
    const std::string code = text_of(record, "ErrorCode");
    out[i] = code.empty()
                 ? Outcome()
                 : Outcome(to_entry_error(service, code, text_of(record, "ErrorMessage"), false));
  }
  return out;
}

// The bounds are the services' own. SQS takes a MiB by now, but servers like it do not.
constexpr BatchCall kMessages = {
    {.count_max = 10, .bytes_max = 256U << 10, .bytes_each = 1024},
    [](const Invocation& invocation, std::size_t index) {
      return make_message(invocation, {{"Id", std::to_string(index)}});
    },
    [](AwsCall& call, const model::Arn& target, json::Array entries) {
      const json::Value body{
          json::Object{{"QueueUrl", queue_url(target)}, {"Entries", std::move(entries)}}};
      set_json(call, "1.0", "AmazonSQS.SendMessageBatch", json::write(body));
    },
    judge_messages};

constexpr BatchCall kRecords = {
    {.count_max = 500, .bytes_max = 5U << 20, .bytes_each = 256},
    make_record,
    [](AwsCall& call, const model::Arn& target, json::Array entries) {
      const json::Value body{
          json::Object{{"StreamName", resource_name(target)}, {"Records", std::move(entries)}}};
      set_json(call, "1.1", "Kinesis_20131202.PutRecords", json::write(body));
    },
    [](const std::string& body, std::size_t count) {
      return judge_records(body, count, "kinesis", "Records");
    }};

constexpr BatchCall kBlobs = {
    {.count_max = 500, .bytes_max = 4U << 20, .bytes_each = 0},
    [](const Invocation& invocation, std::size_t) -> Result<json::Value> {
      return make_blob(invocation);
    },
    [](AwsCall& call, const model::Arn& target, json::Array entries) {
      const json::Value body{json::Object{{"DeliveryStreamName", resource_name(target)},
                                          {"Records", std::move(entries)}}};
      set_json(call, "1.1", "Firehose_20150804.PutRecordBatch", json::write(body));
    },
    [](const std::string& body, std::size_t count) {
      return judge_records(body, count, "firehose", "RequestResponses");
    }};

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
    {"sqs", "arn:aws:sqs:REGION:ACCOUNT:QUEUE", "SQS SendMessage, SendMessageBatch", "sqs",
     [](const model::Arn& arn) { return arn.service == "sqs"; }, make_sqs, nullptr, false,
     &kMessages},
    {"sns", "arn:aws:sns:REGION:ACCOUNT:TOPIC", "SNS Publish", "sns",
     [](const model::Arn& arn) { return arn.service == "sns"; }, make_sns},
    {"kinesis", "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME", "Kinesis PutRecord, PutRecords",
     "kinesis",
     [](const model::Arn& arn) {
       return arn.service == "kinesis" && arn.resource.starts_with("stream/");
     },
     make_kinesis, nullptr, false, &kRecords},
    {"firehose", "arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME",
     "Firehose PutRecord, PutRecordBatch", "firehose",
     [](const model::Arn& arn) {
       return arn.service == "firehose" && arn.resource.starts_with("deliverystream/");
     },
     make_firehose, nullptr, false, &kBlobs},
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
