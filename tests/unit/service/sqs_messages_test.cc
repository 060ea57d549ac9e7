// SendMessage to ChangeMessageVisibilityBatch.
#include "fixture.h"

namespace rialto::service {
namespace {

using Names = std::vector<std::string>;
using MessageAttributes = api::Map<wire::MessageAttributeValue>;

constexpr std::string_view kInvalid = "InvalidParameterValueException";

TEST_F(SqsTest, SendsAndReceives) {
  create();
  auto sent = send("hello");
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->md5_of_message_body, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_FALSE(sent->md5_of_message_attributes);
  EXPECT_FALSE(sent->sequence_number);
  const auto messages = receive();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].body, "hello");
  EXPECT_EQ(messages[0].md5_of_body, sent->md5_of_message_body);
  EXPECT_EQ(messages[0].message_id, sent->message_id);
  EXPECT_FALSE(messages[0].attributes);
  EXPECT_FALSE(messages[0].message_attributes);
  ASSERT_TRUE(run(sqs_.delete_message(
                      caller_, {.queue_url = url_, .receipt_handle = *messages[0].receipt_handle}))
                  .ok());
  clock_.advance(30s);
  EXPECT_FALSE(run(sqs_.receive_message(caller_, {.queue_url = url_}))->messages)
      << "left out, not empty";
}

TEST_F(SqsTest, ChecksBodies) {
  create("q", {{"MaximumMessageSize", "1024"}});
  expect_error(send(""), "MissingRequiredParameterException",
               "The request must contain the parameter MessageBody.");
  expect_error(send(std::string(1025, 'a')), kInvalid,
               "One or more parameters are invalid. Reason: Message must be shorter than 1024 "
               "bytes.");
  EXPECT_TRUE(send(std::string(1024, 'a')).ok());
  EXPECT_TRUE(send("\t\n\r \xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf0\x9f\x98\x80").ok());
  for (const std::string& bad : {std::string("a\0b", 3), std::string("\x01"), std::string("\x1f"),
                                 std::string("x\xef\xbf\xbe"), std::string("\xef\xbf\xbf")}) {
    expect_error(send(bad), "InvalidMessageContents",
                 "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to "
                 "#xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");
  }
}

TEST_F(SqsTest, ChecksDelays) {
  create();
  for (const std::int64_t delay : {-1, 901}) {
    expect_error(run(sqs_.send_message(
                     caller_, {.queue_url = url_, .message_body = "a", .delay_seconds = delay})),
                 kInvalid,
                 "Value " + std::to_string(delay) +
                     " for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 "
                     "and <= 900.");
  }
  ASSERT_TRUE(run(sqs_.send_message(caller_,
                                    {.queue_url = url_, .message_body = "a", .delay_seconds = 900}))
                  .ok());
  EXPECT_TRUE(receive().empty());
  clock_.advance(900s);
  EXPECT_EQ(receive().size(), 1U);
}

TEST_F(SqsTest, RefusesTheParametersOfFifoQueues) {
  create();
  expect_error(
      run(sqs_.send_message(
          caller_, {.queue_url = url_, .message_body = "a", .message_deduplication_id = "x"})),
      kInvalid,
      "The request include parameter MessageDeduplicationId which is not valid for this "
      "queue type");
  expect_error(
      run(sqs_.receive_message(caller_, {.queue_url = url_, .receive_request_attempt_id = "x"})),
      kInvalid,
      "The request include parameter ReceiveRequestAttemptId which is not valid for this "
      "queue type");
}

TEST_F(SqsTest, PassesGroupsOfAStandardQueueOn) {
  create();
  const auto sent = run(sqs_.send_message(
      caller_, {.queue_url = url_, .message_body = "a", .message_group_id = "x"}));
  ASSERT_TRUE(sent.ok());
  EXPECT_FALSE(sent->sequence_number);
  expect_error(run(sqs_.send_message(
                   caller_, {.queue_url = url_, .message_body = "a", .message_group_id = ""})),
               kInvalid,
               "Value  for parameter MessageGroupId is invalid. Reason: MessageGroupId can only "
               "include alphanumeric and punctuation characters. 1 to 128 in length.");
  const auto got =
      receive({.message_system_attribute_names = Names{"MessageGroupId", "SequenceNumber"}});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].attributes, (api::Map<std::string>{{"MessageGroupId", "x"}}));
}

TEST_F(SqsTest, SendsToAFifoQueue) {
  create("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  url_ += ".fifo";
  expect_error(send("a"), "MissingRequiredParameterException",
               "The request must contain the parameter MessageGroupId.");
  const auto sent = run(sqs_.send_message(
      caller_, {.queue_url = url_, .message_body = "a", .message_group_id = "g"}));
  ASSERT_TRUE(sent.ok());
  ASSERT_TRUE(sent->sequence_number);
  EXPECT_EQ(sent->sequence_number->size(), 20U);
  const auto got = receive(
      {.message_system_attribute_names = Names{"All"}, .receive_request_attempt_id = "attempt"});
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].attributes->at("SequenceNumber"), *sent->sequence_number);
  EXPECT_EQ(got[0].attributes->at("MessageGroupId"), "g");
  EXPECT_EQ(got[0].attributes->at("MessageDeduplicationId"),
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  EXPECT_FALSE(got[0].attributes->contains("DeadLetterQueueSourceArn"));
}

TEST_F(SqsTest, CarriesMessageAttributes) {
  create();
  const MessageAttributes given = {
      {"bin", {.binary_value = api::Blob{std::string("\0\x01", 2)}, .data_type = "Binary.png"}},
      {"num", {.string_value = "-1.5e3", .data_type = "Number"}},
      {"txt", {.string_value = "v", .data_type = "String"}},
      {"txt.more", {.string_value = "w", .data_type = "String.x"}}};
  auto sent = run(sqs_.send_message(
      caller_, {.queue_url = url_, .message_body = "a", .message_attributes = given}));
  ASSERT_TRUE(sent.ok());
  // Computed apart from this code, by the rule of docs/spec/09 §9.
  EXPECT_EQ(sent->md5_of_message_attributes, "063456941baa843c0516bcd660b454e5");
  const auto ask = [&](Names names) {
    return receive({.message_attribute_names = std::move(names), .visibility_timeout = 0}).at(0);
  };
  EXPECT_FALSE(ask({}).message_attributes);
  EXPECT_FALSE(ask({"none"}).md5_of_message_attributes);
  for (const char* all : {"All", ".*"}) {
    const wire::Message message = ask({all});
    EXPECT_EQ(message.message_attributes, given);
    EXPECT_EQ(message.md5_of_message_attributes, sent->md5_of_message_attributes);
  }
  const wire::Message some = ask({"txt"});
  EXPECT_EQ(some.message_attributes, (MessageAttributes{{"txt", given.at("txt")}}));
  EXPECT_EQ(some.md5_of_message_attributes, "3e7e9deadf969c2775d819742d21f80b");
  EXPECT_EQ(ask({"txt.*", "num"}).message_attributes->size(), 3U);
}

TEST_F(SqsTest, ChecksMessageAttributes) {
  create();
  const auto refused = [&](std::string name, wire::MessageAttributeValue value,
                           std::string_view message, std::string_view error = kInvalid) {
    MessageAttributes attributes;
    attributes.emplace(std::move(name), std::move(value));
    expect_error(run(sqs_.send_message(caller_, {.queue_url = url_,
                                                 .message_body = "a",
                                                 .message_attributes = std::move(attributes)})),
                 error, message);
  };
  const wire::MessageAttributeValue good{.string_value = "v", .data_type = "String"};
  refused("n", {.string_value = "", .data_type = "String"},
          "Message (user) attribute 'n' must contain a non-empty value of type 'String'.");
  refused("n", {.string_value = "x", .data_type = "Binary"},
          "Message (user) attribute 'n' must contain a non-empty value of type 'Binary'.");
  refused("n", {.string_value = "x", .data_type = "string"},
          "The type of message (user) attribute 'n' is invalid. You must use only the following "
          "supported type prefixes: Binary, Number, String.");
  for (const char* number : {"x", "1x", "-", ".", "1e", "0x10", "NaN"}) {
    refused("n", {.string_value = number, .data_type = "Number.int"},
            "Can't cast the value of message (user) attribute 'n' to a number.");
  }
  refused("n", {.string_value = "\x01", .data_type = "String"},
          "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF "
          "| #xE000 to #xFFFD | #x10000 to #x10FFFF");
  refused("n", {.string_list_values = Names{"a"}, .data_type = "String"},
          "Message attribute list values in SendMessage operation are not supported.",
          "UnsupportedOperation");
  for (const char* name : {"AWS.x", "amazon.y", ".x", "x."}) {
    refused(name, good,
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These "
            "strings are reserved for internal use. Additionally, they cannot start or end with "
            "'.'.");
  }
  refused("a b", good,
          "Message (user) attributes name can only contain upper and lower score characters, "
          "digits, periods, hyphens and underscores. ");
  refused(std::string(256, 'n'), good,
          "Message (user) attribute names must be shorter than 256 Bytes");
  MessageAttributes many;
  for (int i = 0; i < 11; ++i) many.emplace("n" + std::to_string(i), good);
  expect_error(run(sqs_.send_message(
                   caller_, {.queue_url = url_, .message_body = "a", .message_attributes = many})),
               kInvalid, "Number of message attributes [11] exceeds the allowed maximum [10].");
  EXPECT_TRUE(
      run(sqs_.send_message(
              caller_, {.queue_url = url_,
                        .message_body = "a",
                        .message_attributes = MessageAttributes{{"attr.1\xc3\xb8\xc3\x9f", good}}}))
          .ok());
}

TEST_F(SqsTest, CarriesTraceHeaders) {
  create();
  caller_.trace_header = "Root=from-the-request";
  ASSERT_TRUE(send("a").ok());
  auto sent = run(sqs_.send_message(
      caller_, {.queue_url = url_,
                .message_body = "b",
                .message_system_attributes = api::Map<wire::MessageSystemAttributeValue>{
                    {"AWSTraceHeader", {.string_value = "Root=1", .data_type = "String"}}}}));
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->md5_of_message_system_attributes, "d6619b3d47b81d3fc72c0db005a70eda");
  const auto messages = receive({.message_system_attribute_names = Names{"AWSTraceHeader"}});
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].attributes->at("AWSTraceHeader"), "Root=from-the-request");
  EXPECT_EQ(messages[1].attributes->at("AWSTraceHeader"), "Root=1");
  auto refused = run(sqs_.send_message(
      caller_, {.queue_url = url_,
                .message_body = "b",
                .message_system_attributes = api::Map<wire::MessageSystemAttributeValue>{
                    {"Other", {.string_value = "x", .data_type = "String"}}}}));
  expect_error(refused, kInvalid, "Message system attribute name 'Other' is invalid.");
}

TEST_F(SqsTest, GivesSystemAttributesThatAreAskedFor) {
  create();
  ASSERT_TRUE(send("a").ok());
  clock_.advance(250ms);
  const api::Map<std::string> all = {{"ApproximateFirstReceiveTimestamp", "1768478400250"},
                                     {"ApproximateReceiveCount", "1"},
                                     {"SenderId", "000000000000"},
                                     {"SentTimestamp", "1768478400000"}};
  EXPECT_EQ(receive({.attribute_names = Names{"All"}, .visibility_timeout = 0})[0].attributes, all);
  const auto again = receive(
      {.message_system_attribute_names = Names{"ApproximateReceiveCount", "SequenceNumber"}});
  EXPECT_EQ(again[0].attributes, (api::Map<std::string>{{"ApproximateReceiveCount", "2"}}));
  expect_error(run(sqs_.receive_message(
                   caller_, {.queue_url = url_, .attribute_names = Names{"DelaySeconds"}})),
               "InvalidAttributeName", "Unknown Attribute DelaySeconds.");
}

TEST_F(SqsTest, ChecksTheNumbersOfAReceive) {
  create();
  const auto refused = [&](wire::ReceiveMessageRequest request, std::string_view message) {
    request.queue_url = url_;
    expect_error(run(sqs_.receive_message(caller_, std::move(request))), kInvalid, message);
  };
  refused({.max_number_of_messages = 11},
          "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and "
          "10, if provided.");
  refused({.max_number_of_messages = 0},
          "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, "
          "if provided.");
  refused({.wait_time_seconds = 21},
          "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if "
          "provided.");
  refused({.visibility_timeout = 43201},
          "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= "
          "43200, if provided.");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send("a").ok());
  EXPECT_EQ(run(sqs_.receive_message(caller_, {.queue_url = url_}))->messages->size(), 1U)
      << "one unless more are asked for";
}

TEST_F(SqsTest, ChecksBatches) {
  create();
  const auto refused = [&](Names ids, std::string_view error, std::string_view message) {
    std::vector<wire::SendMessageBatchRequestEntry> entries;
    for (std::string& id : ids) entries.push_back({.id = std::move(id), .message_body = "a"});
    expect_error(
        run(sqs_.send_message_batch(caller_, {.queue_url = url_, .entries = std::move(entries)})),
        error, message);
  };
  refused({}, "EmptyBatchRequest",
          "There should be at least one SendMessageBatchRequestEntry in the request.");
  refused(Names(11, "x"), "TooManyEntriesInBatchRequest",
          "Maximum number of entries per request are 10. You have sent 11.");
  refused({"a", "b", "a"}, "BatchEntryIdsNotDistinct", "Id a repeated.");
  for (const std::string& bad : {std::string(), std::string("a.b"), std::string(81, 'a')}) {
    refused({bad}, "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long.");
  }
  expect_error(run(sqs_.delete_message_batch(caller_, {.queue_url = url_})), "EmptyBatchRequest",
               "There should be at least one DeleteMessageBatchRequestEntry in the request.");
  expect_error(run(sqs_.change_message_visibility_batch(caller_, {.queue_url = url_})),
               "EmptyBatchRequest",
               "There should be at least one ChangeMessageVisibilityBatchRequestEntry in the "
               "request.");
  std::vector<wire::SendMessageBatchRequestEntry> big;
  for (const char* id : {"a", "b"}) {
    big.push_back({.id = id, .message_body = std::string(524'289, 'x')});
  }
  expect_error(run(sqs_.send_message_batch(caller_, {.queue_url = url_, .entries = big})),
               "BatchRequestTooLong",
               "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.");
  EXPECT_TRUE(receive().empty());
}

TEST_F(SqsTest, FailsTheEntriesThatAreWrong) {
  create("q", {{"MaximumMessageSize", "1024"}});
  std::vector<wire::SendMessageBatchRequestEntry> entries = {
      {.id = "long", .message_body = std::string(1025, 'a')},
      {.id = "good", .message_body = "hello"},
      {.id = "late", .message_body = "a", .delay_seconds = 901},
      {.id = "empty", .message_body = ""},
      {.id = "also", .message_body = "b"}};
  auto out = run(sqs_.send_message_batch(caller_, {.queue_url = url_, .entries = entries}));
  ASSERT_TRUE(out.ok());
  ASSERT_EQ(out->successful.size(), 2U);
  EXPECT_EQ(out->successful[0].id, "good");
  EXPECT_EQ(out->successful[0].md5_of_message_body, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(out->successful[1].id, "also");
  ASSERT_EQ(out->failed.size(), 3U);
  EXPECT_EQ(out->failed[0].id, "long");
  EXPECT_EQ(out->failed[0].code, "InvalidParameterValue");
  EXPECT_TRUE(out->failed[0].sender_fault);
  EXPECT_EQ(out->failed[0].message,
            "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
  EXPECT_EQ(out->failed[1].id, "late");
  EXPECT_EQ(out->failed[2].code, "MissingParameter");
  EXPECT_EQ(receive().size(), 2U);
}

TEST_F(SqsTest, DeletesInBatches) {
  create();
  ASSERT_TRUE(send("a").ok());
  ASSERT_TRUE(send("b").ok());
  const auto messages = receive();
  auto out = run(sqs_.delete_message_batch(
      caller_, {.queue_url = url_,
                .entries = {{.id = "1", .receipt_handle = *messages[0].receipt_handle},
                            {.id = "2", .receipt_handle = "nonsense"},
                            {.id = "3", .receipt_handle = *messages[1].receipt_handle},
                            {.id = "4", .receipt_handle = ""}}}));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->successful, (std::vector<wire::DeleteMessageBatchResultEntry>{{"1"}, {"3"}}));
  ASSERT_EQ(out->failed.size(), 2U);
  EXPECT_EQ(out->failed[0].id, "2");
  EXPECT_EQ(out->failed[0].code, "ReceiptHandleIsInvalid");
  EXPECT_EQ(out->failed[1].code, "MissingParameter");
  expect_error(run(sqs_.delete_message(caller_, {.queue_url = url_, .receipt_handle = "nonsense"})),
               "ReceiptHandleIsInvalid",
               "The input receipt handle \"nonsense\" is not a valid receipt handle.");
}

TEST_F(SqsTest, ChangesVisibility) {
  create();
  ASSERT_TRUE(send("a").ok());
  ASSERT_TRUE(send("b").ok());
  const auto messages = receive();
  const std::string first = *messages[0].receipt_handle;
  const auto change = [&](std::int64_t seconds) {
    return run(sqs_.change_message_visibility(
        caller_, {.queue_url = url_, .receipt_handle = first, .visibility_timeout = seconds}));
  };
  expect_error(change(43201), kInvalid,
               "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and "
               "<= 43200, if provided.");
  ASSERT_TRUE(change(0).ok());
  expect_error(change(5), "MessageNotInflight", "The specified message isn't in flight.");
  auto out = run(sqs_.change_message_visibility_batch(
      caller_,
      {.queue_url = url_,
       .entries = {
           {.id = "1", .receipt_handle = first, .visibility_timeout = 5},
           {.id = "2", .receipt_handle = *messages[1].receipt_handle, .visibility_timeout = 0},
           {.id = "3", .receipt_handle = first}}}));
  ASSERT_TRUE(out.ok());
  ASSERT_EQ(out->successful.size(), 1U);
  EXPECT_EQ(out->successful[0].id, "2");
  ASSERT_EQ(out->failed.size(), 2U);
  EXPECT_EQ(out->failed[0].code, "AWS.SimpleQueueService.MessageNotInflight");
  EXPECT_EQ(out->failed[1].code, "MissingParameter");
  EXPECT_EQ(receive().size(), 2U);
}

TEST_F(SqsTest, SaysWhenTheStoreFails) {
  create();
  store_.fail_next(1);
  auto sent = send("a");
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(name_of(sent.error()), "ServiceUnavailable");
  EXPECT_TRUE(receive().empty());
}

}  // namespace
}  // namespace rialto::service
