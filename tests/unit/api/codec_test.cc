#include "api/codec.h"

#include "api/base64.h"
#include "support.h"

namespace rialto::api {
namespace {

template <class T>
T decoded(std::string_view text) {
  return decode<T>(value_of(text));
}

TEST(Codec, ReadsMembersByTheirWireNames) {
  const auto rule = decoded<events::PutRuleRequest>(
      R"({"Name":"r","EventPattern":"{}","State":null,"Unknown":{"a":[1]},
          "Tags":[{"Key":"k","Value":"v"}]})");
  EXPECT_EQ(rule.name, "r");
  EXPECT_EQ(rule.event_pattern, "{}");
  EXPECT_EQ(rule.state, std::nullopt);
  ASSERT_TRUE(rule.tags.has_value());
  EXPECT_EQ(rule.tags->at(0).value, "v");
}

TEST(Codec, TellsAnEmptyListFromNone) {
  EXPECT_EQ(decoded<events::PutRuleRequest>(R"({"Name":"r"})").tags, std::nullopt);
  EXPECT_TRUE(decoded<events::PutRuleRequest>(R"({"Name":"r","Tags":[]})").tags->empty());
}

TEST(Codec, ReadsNestedBlocksOfATarget) {
  const auto put = decoded<events::PutTargetsRequest>(
      R"({"Rule":"r","Targets":[{"Id":"1","Arn":"arn:x",
          "InputTransformer":{"InputPathsMap":{"a":"$.b"},"InputTemplate":"<a>"},
          "EcsParameters":{"TaskDefinitionArn":"t","EnableECSManagedTags":true,
            "NetworkConfiguration":{"awsvpcConfiguration":{"Subnets":["s"]}}},
          "RetryPolicy":{"MaximumRetryAttempts":5}}]})");
  const events::Target& target = put.targets.at(0);
  EXPECT_EQ(target.input_transformer->input_paths_map->at("a"), "$.b");
  EXPECT_EQ(target.ecs_parameters->enable_ecs_managed_tags, true);
  EXPECT_EQ(target.ecs_parameters->network_configuration->awsvpc_configuration->subnets.at(0), "s");
  EXPECT_EQ(target.retry_policy->maximum_retry_attempts, 5);
}

TEST(Codec, ReadsTimestampsAndBlobs) {
  const auto put = decoded<events::PutEventsRequest>(R"({"Entries":[{"Time":1736942400.123}]})");
  EXPECT_EQ(put.entries.at(0).time, from_millis(1736942400123));
  const auto send = decoded<sqs::SendMessageRequest>(
      R"({"MessageAttributes":{"n":{"DataType":"Binary","BinaryValue":"AP8="}}})");
  EXPECT_EQ(send.message_attributes->at("n").binary_value->bytes, std::string("\0\xff", 2));
}

TEST(Codec, LeavesAbsentMembersOut) {
  events::PutEventsResponse response{.failed_entry_count = 1};
  response.entries.emplace().push_back({.event_id = "e"});
  response.entries->push_back({.error_code = "InvalidArgument", .error_message = "m"});
  EXPECT_EQ(json::write(encode(std::move(response))),
            R"({"FailedEntryCount":1,"Entries":[{"EventId":"e"},)"
            R"({"ErrorCode":"InvalidArgument","ErrorMessage":"m"}]})");
  EXPECT_EQ(json::write(encode(events::TagResourceResponse{})), "{}");
}

TEST(Codec, WritesTimestampsMapsAndBlobs) {
  EXPECT_EQ(json::write(encode(events::DescribeEventBusResponse{
                .name = "b", .creation_time = from_millis(1736942400123)})),
            R"({"Name":"b","CreationTime":1736942400.123})");
  sqs::Message message{.body = "x"};
  message.attributes.emplace()["SenderId"] = "s";
  message.message_attributes.emplace()["n"] = {.binary_value = Blob{"hi"}, .data_type = "Binary"};
  EXPECT_EQ(json::write(encode(std::move(message))),
            R"({"Body":"x","Attributes":{"SenderId":"s"},)"
            R"("MessageAttributes":{"n":{"BinaryValue":"aGk=","DataType":"Binary"}}})");
}

TEST(Codec, RoundTrips) {
  constexpr std::string_view kText =
      R"({"Rule":"r","EventBusName":"b","Targets":[{"Id":"1","Arn":"a","Input":"1.0",)"
      R"("SqsParameters":{"MessageGroupId":"g"},"DeadLetterConfig":{"Arn":"d"}}]})";
  EXPECT_EQ(json::write(encode(decoded<events::PutTargetsRequest>(kText))), kText);
}

TEST(Base64, RoundTripsAndRefuses) {
  for (const char* text : {"", "a", "ab", "abc", "abcd"}) {
    EXPECT_EQ(from_base64(to_base64(text)), text);
  }
  EXPECT_EQ(to_base64("hi"), "aGk=");
  EXPECT_EQ(from_base64("aGk"), "hi");
  EXPECT_FALSE(from_base64("a").has_value());
  EXPECT_FALSE(from_base64("a*==").has_value());
  EXPECT_FALSE(from_base64("a=b=").has_value());
}

}  // namespace
}  // namespace rialto::api
