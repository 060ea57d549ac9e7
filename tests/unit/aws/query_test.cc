#include "aws/query.h"

#include "aws/xml.h"
#include "base/result.h"
#include "support.h"

namespace rialto::aws {
namespace {

constexpr const char* kVersion = "&Version=2012-11-05";

std::string input(const std::string& body) { return form_call(body + kVersion).input(); }

TEST(Form, DecodesFields) {
  const auto form = parse_form("a=1+2&b=%C3%A9%3d&c&=x&&d=%zz%4");
  ASSERT_TRUE(form.ok());
  const Form expected = {{"a", "1 2"}, {"b", "é="}, {"c", ""}, {"", "x"}, {"d", "%zz%4"}};
  EXPECT_EQ(*form, expected);
}

TEST(Form, RefusesTextThatIsNotUtf8AndFloods) {
  for (const char* text :
       {"a=%ff", "%c3=1", "a=%ed%a0%80", "a=%c0%80", "a=%f4%90%80%80", "a=%e2%82"}) {
    EXPECT_FALSE(parse_form(text).ok()) << text;
  }
  std::string flood;
  for (std::size_t n = 0; n <= kFormFieldsMax; ++n) flood += "a=1&";
  EXPECT_FALSE(parse_form(flood).ok());
}

TEST(QueryBinding, FindsTheActionInBodyOrQueryString) {
  EXPECT_EQ(form_call("Action=ListQueues&Version=2012-11-05").route().operation->name,
            "ListQueues");
  EXPECT_EQ(form_call("Version=2009-02-01&Action=ListQueues").route().operation->name,
            "ListQueues");
  const Sent get{.query = "Action=GetQueueUrl&QueueName=q&X-Amz-Expires=300"};
  EXPECT_EQ(get.route().operation->name, "GetQueueUrl");
  EXPECT_EQ(get.input(), R"({"QueueName":"q"})");
}

TEST(QueryBinding, AnswersAnUnknownAction) {
  const Route route = form_call("Action=NoSuch<").route();
  ASSERT_TRUE(route.problem.has_value());
  const Answer answer = render_error(route, *route.problem, "req-1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.content_type, "text/xml");
  EXPECT_EQ(answer.body,
            "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/"
            "2012-11-05/\"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>The action "
            "NoSuch&lt; is not valid for this endpoint.</Message><Detail/></Error>"
            "<RequestId>req-1</RequestId></ErrorResponse>");
}

TEST(QueryBinding, ReadsASendMessageOfAnOldSdk) {
  EXPECT_EQ(input("Action=SendMessage&QueueUrl=http%3A%2F%2Fh%2F1%2Fq&MessageBody=a+b&"
                  "DelaySeconds=5&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType="
                  "String&MessageAttribute.1.Value.StringValue=v&MessageAttribute.2.Name=b&"
                  "MessageAttribute.2.Value.DataType=Binary&MessageAttribute.2.Value.BinaryValue="
                  "AP8%3D&MessageSystemAttribute.1.Name=AWSTraceHeader&"
                  "MessageSystemAttribute.1.Value.DataType=String&"
                  "MessageSystemAttribute.1.Value.StringValue=Root%3D1"),
            R"({"QueueUrl":"http://h/1/q","MessageBody":"a b","DelaySeconds":5,)"
            R"("MessageAttributes":{"n":{"StringValue":"v","DataType":"String"},)"
            R"("b":{"BinaryValue":"AP8=","DataType":"Binary"}},)"
            R"("MessageSystemAttributes":{"AWSTraceHeader":)"
            R"({"StringValue":"Root=1","DataType":"String"}}})");
}

TEST(QueryBinding, ReadsBatchesInTheOrderOfTheirNumbers) {
  EXPECT_EQ(
      input("Action=SendMessageBatch&QueueUrl=q"
            "&SendMessageBatchRequestEntry.10.Id=c&SendMessageBatchRequestEntry.10.MessageBody=3"
            "&SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.2.MessageBody=2"
            "&SendMessageBatchRequestEntry.2.MessageAttribute.1.Name=n"
            "&SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.DataType=Number"
            "&SendMessageBatchRequestEntry.2.MessageAttribute.1.Value.StringValue=1"),
      R"({"QueueUrl":"q","Entries":[{"Id":"b","MessageBody":"2","MessageAttributes":)"
      R"({"n":{"StringValue":"1","DataType":"Number"}}},{"Id":"c","MessageBody":"3"}]})");
  EXPECT_EQ(input("Action=DeleteMessageBatch&QueueUrl=q&Entry.1.Id=a&Entry.1.ReceiptHandle=r"),
            R"({"QueueUrl":"q","Entries":[{"Id":"a","ReceiptHandle":"r"}]})");
  EXPECT_EQ(input("Action=DeleteMessageBatch&QueueUrl=q&Entries.member.1.Id=a"),
            R"({"QueueUrl":"q","Entries":[{"Id":"a"}]})");
  EXPECT_EQ(input("Action=DeleteMessageBatch&QueueUrl=q&DeleteMessageBatchRequestEntry="),
            R"({"QueueUrl":"q","Entries":[]})");
}

TEST(QueryBinding, ReadsAttributesTagsAndNames) {
  EXPECT_EQ(input("Action=CreateQueue&QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5"
                  "&Attribute.2.Name=FifoQueue&Attribute.2.Value=true&Tag.1.Key=k&Tag.1.Value=v"),
            R"({"QueueName":"q","Attributes":{"DelaySeconds":"5","FifoQueue":"true"},)"
            R"("tags":{"k":"v"}})");
  EXPECT_EQ(input("Action=SetQueueAttributes&QueueUrl=q&Attribute.Name=Policy&Attribute.Value="),
            R"({"QueueUrl":"q","Attributes":{"Policy":""}})");
  EXPECT_EQ(
      input("Action=GetQueueAttributes&QueueUrl=q&AttributeName.1=All&AttributeName.2=Policy"),
      R"({"QueueUrl":"q","AttributeNames":["All","Policy"]})");
  EXPECT_EQ(input("Action=GetQueueAttributes&QueueUrl=q&AttributeName=All"),
            R"({"QueueUrl":"q","AttributeNames":["All"]})");
  EXPECT_EQ(input("Action=UntagQueue&QueueUrl=q&TagKey.1=a&TagKey.2=b"),
            R"({"QueueUrl":"q","TagKeys":["a","b"]})");
  EXPECT_EQ(input("Action=ReceiveMessage&QueueUrl=q&MaxNumberOfMessages=10&AttributeName.1=All"
                  "&MessageAttributeName.1=.*&WaitTimeSeconds=0"),
            R"({"QueueUrl":"q","AttributeNames":["All"],"MessageAttributeNames":[".*"],)"
            R"("MaxNumberOfMessages":10,"WaitTimeSeconds":0})");
}

TEST(QueryBinding, TakesTheQueueFromThePath) {
  Sent sent = form_call("Action=PurgeQueue");
  sent.path = "/123456789012/orders";
  EXPECT_EQ(sent.input(), R"({"QueueUrl":"/123456789012/orders"})");
  sent.body += "&QueueUrl=x";
  EXPECT_EQ(sent.input(), R"({"QueueUrl":"x"})");
  sent.body = "Action=ListQueues";
  EXPECT_EQ(sent.input(), "{}");
  sent.body = "Action=PurgeQueue";
  sent.path = "/";
  EXPECT_EQ(sent.input(), "{}");
}

TEST(QueryBinding, RefusesNumbersThatAreNone) {
  EXPECT_EQ(input("Action=SendMessage&DelaySeconds=soon"),
            ": Value soon for parameter DelaySeconds is invalid. Reason: Must be an integer.");
  EXPECT_EQ(input("Action=SendMessage&DelaySeconds=99999999999").rfind("SerializationException", 0),
            0u);
  EXPECT_EQ(input("Action=SendMessage&DelaySeconds=1.5").rfind(": Value 1.5", 0), 0u);
}

TEST(QueryBinding, IgnoresKeysThatNestTooDeep) {
  std::string key = "MessageAttribute";
  for (int n = 0; n < 100'000; ++n) key += ".1";
  EXPECT_EQ(input("Action=SendMessage&MessageBody=b&" + key + "=x"), R"({"MessageBody":"b"})");
}

TEST(QueryBinding, WritesResultsAsXml) {
  const Route send = form_call("Action=SendMessage").route();
  const json::Value sent = json::Object{{"MessageId", "m-1"}, {"MD5OfMessageBody", "ab"}};
  EXPECT_EQ(render_success(send, sent, "req-1").body,
            "<?xml version=\"1.0\"?><SendMessageResponse xmlns=\"http://queue.amazonaws.com/doc/"
            "2012-11-05/\"><SendMessageResult><MD5OfMessageBody>ab</MD5OfMessageBody>"
            "<MessageId>m-1</MessageId></SendMessageResult><ResponseMetadata><RequestId>req-1"
            "</RequestId></ResponseMetadata></SendMessageResponse>");
  const Route purge = form_call("Action=PurgeQueue").route();
  EXPECT_EQ(render_success(purge, json::Value(), "r").body,
            "<?xml version=\"1.0\"?><PurgeQueueResponse xmlns=\"http://queue.amazonaws.com/doc/"
            "2012-11-05/\"><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
            "</PurgeQueueResponse>");
}

std::string xml_of(std::string_view operation, json::Value output) {
  std::string out;
  append_xml(out, *api::find_operation(api::sqs::kFacts, operation)->output, output);
  return out;
}

TEST(QueryBinding, WritesListsAndMapsFlattened) {
  api::sqs::Message message{.message_id = "m", .body = "a<b>\r\n\x01"};
  message.attributes.emplace()["SenderId"] = "s";
  message.message_attributes.emplace()["n"] = {.string_value = "v", .data_type = "String"};
  api::sqs::ReceiveMessageResult received;
  received.messages.emplace().push_back(message);
  EXPECT_EQ(xml_of("ReceiveMessage", encode(std::move(received))),
            "<Message><MessageId>m</MessageId><Body>a&lt;b&gt;&#xD;\n\uFFFD</Body>"
            "<Attribute><Name>SenderId</Name><Value>s</Value></Attribute>"
            "<MessageAttribute><Name>n</Name><Value><StringValue>v</StringValue>"
            "<DataType>String</DataType></Value></MessageAttribute></Message>");
  EXPECT_EQ(
      xml_of("ListQueues",
             encode(api::sqs::ListQueuesResult{.queue_urls = std::vector<std::string>{"a", "b"}})),
      "<QueueUrl>a</QueueUrl><QueueUrl>b</QueueUrl>");
  api::sqs::ListQueueTagsResult tags;
  tags.tags.emplace()["k"] = "v&";
  EXPECT_EQ(xml_of("ListQueueTags", encode(std::move(tags))),
            "<Tag><Key>k</Key><Value>v&amp;</Value></Tag>");
  api::sqs::DeleteMessageBatchResult batch;
  batch.successful.push_back({.id = "1"});
  batch.failed.push_back({.id = "2", .sender_fault = true, .code = "X"});
  EXPECT_EQ(xml_of("DeleteMessageBatch", encode(std::move(batch))),
            "<DeleteMessageBatchResultEntry><Id>1</Id></DeleteMessageBatchResultEntry>"
            "<BatchResultErrorEntry><Id>2</Id><SenderFault>true</SenderFault><Code>X</Code>"
            "</BatchResultErrorEntry>");
}

TEST(QueryBinding, WritesErrorsWithTheirQueryNamesAndTexts) {
  const Route route = form_call("Action=SendMessage").route();
  EXPECT_EQ(
      render_error(route, fail(Code::NotFound, "The specified queue does not exist."), "r-1").body,
      "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/"
      "2012-11-05/\"><Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue"
      "</Code><Message>The specified queue does not exist for this wsdl version.</Message>"
      "<Detail/></Error><RequestId>r-1</RequestId></ErrorResponse>");
  const Answer denied = render_error(route, fail(Code::AccessDenied, "no"), "r");
  EXPECT_EQ(denied.status, 403);
  EXPECT_NE(denied.body.find("<Code>AccessDenied</Code>"), std::string::npos);
  const Answer broken = render_error(route, fail(Code::Internal, "no"), "r");
  EXPECT_EQ(broken.status, 500);
  EXPECT_NE(broken.body.find("<Type>Receiver</Type>"), std::string::npos);
}

TEST(QueryBinding, ReportsAFormThatCannotBeRead) {
  const Route route = form_call("Action=SendMessage&MessageBody=%ff").route();
  ASSERT_TRUE(route.problem.has_value());
  const Answer answer = render_error(route, *route.problem, "r");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("<Code>MalformedInput</Code>"), std::string::npos);
}

}  // namespace
}  // namespace rialto::aws
