#include "api/validate.h"

#include "support.h"

namespace rialto::api {
namespace {

const std::string kOne = "ValidationException: 1 validation error detected: ";
const std::string kTwo = "ValidationException: 2 validation errors detected: ";

TEST(Validate, AcceptsAValidInput) {
  EXPECT_EQ(refusal("PutRule", R"({"Name":"r","EventPattern":"{}","State":"ENABLED"})"), "");
  EXPECT_EQ(refusal("ListEventBuses", "{}"), "");
}

TEST(Validate, SaysNullForAMissingMember) {
  EXPECT_EQ(refusal("PutRule", "{}"),
            kOne + "Value null at 'name' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(refusal("DescribeRule", R"({"Name":null})"),
            kOne + "Value null at 'name' failed to satisfy constraint: Member must not be null");
}

TEST(Validate, SaysAllViolationsInTheOrderOfTheShape) {
  EXPECT_EQ(refusal("PutRule", R"({"State":"ON","RoleArn":"","Name":"a b"})"),
            "ValidationException: 3 validation errors detected: "
            "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular "
            R"(expression pattern: [\.\-_A-Za-z0-9]+; )"
            "Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value "
            "set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]; "
            "Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater "
            "than or equal to 1");
}

TEST(Validate, SaysTheRegexBeforeTheLength) {
  const std::string name(65, '!');
  EXPECT_EQ(refusal("PutRule", R"({"Name":")" + name + R"("})"),
            kTwo + "Value '" + name +
                "' at 'name' failed to satisfy constraint: Member must satisfy regular expression "
                R"(pattern: [\.\-_A-Za-z0-9]+; Value ')" +
                name +
                "' at 'name' failed to satisfy constraint: Member must have length less "
                "than or equal to 64");
}

TEST(Validate, NamesAnItemOfAListByItsPlace) {
  EXPECT_EQ(refusal("PutTargets", R"({"Rule":"r","Targets":[{"Id":"ok","Arn":"a"},
                                      {"Id":"!@#$@!#$","Arn":"a"}]})"),
            kOne +
                "Value '!@#$@!#$' at 'targets.2.member.id' failed to satisfy constraint: Member "
                R"(must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+)");
  EXPECT_EQ(refusal("PutTargets", R"({"Rule":"r","Targets":[{"Id":"1","Arn":"a",
                                      "RetryPolicy":{"MaximumRetryAttempts":186}}]})"),
            kOne +
                "Value '186' at 'targets.1.member.retryPolicy.maximumRetryAttempts' failed to "
                "satisfy constraint: Member must have value less than or equal to 185");
  EXPECT_EQ(refusal("PutTargets", R"({"Rule":"r","Targets":[null]})"),
            kOne +
                "Value null at 'targets.1.member' failed to satisfy constraint: Member must not "
                "be null");
}

TEST(Validate, ChecksRangesOfNumbers) {
  EXPECT_EQ(refusal("ListRules", R"({"Limit":0})"),
            kOne +
                "Value '0' at 'limit' failed to satisfy constraint: Member must have value "
                "greater than or equal to 1");
  EXPECT_EQ(refusal("ListRules", R"({"Limit":101})"),
            kOne +
                "Value '101' at 'limit' failed to satisfy constraint: Member must have value "
                "less than or equal to 100");
}

TEST(Validate, ChecksScalarItemsOfLists) {
  EXPECT_EQ(refusal("RemoveTargets", R"({"Rule":"r","Ids":["ok","a b"]})"),
            kOne +
                "Value '[ok, a b]' at 'ids' failed to satisfy constraint: Member must satisfy "
                "constraint: [Member must have length less than or equal to 64, Member must "
                "have length greater than or equal to 1, Member must satisfy regular expression "
                R"(pattern: [\.\-_A-Za-z0-9]+])");
  EXPECT_EQ(refusal("RemoveTargets", R"({"Rule":"r","Ids":[]})"),
            kOne +
                "Value '[]' at 'ids' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1");
}

TEST(Validate, ChecksKeysAndValuesOfMaps) {
  const std::string head = R"({"Rule":"r","Targets":[{"Id":"1","Arn":"a","InputTransformer":)";
  const std::string at = "at 'targets.1.member.inputTransformer.inputPathsMap' failed to satisfy ";
  EXPECT_EQ(
      refusal("PutTargets", head + R"({"InputTemplate":"t","InputPathsMap":{"a.b":"$.x"}}}]})"),
      kOne + "Value '{a.b=$.x}' " + at +
          "constraint: Map keys must satisfy constraint: [Member must have length less than "
          "or equal to 256, Member must have length greater than or equal to 1, Member must "
          R"(satisfy regular expression pattern: [A-Za-z0-9\_\-]+])");
  const std::string path(257, 'x');
  EXPECT_EQ(refusal("PutTargets",
                    head + R"({"InputTemplate":"t","InputPathsMap":{"a":")" + path + "\"}}}]}"),
            kOne + "Value '{a=" + path + "}' " + at +
                "constraint: Map value must satisfy constraint: [Member must have length less than "
                "or equal to 256]");
}

TEST(Validate, PrintsStructuresAsJavaDoes) {
  EXPECT_EQ(refusal("PutEvents", R"({"Entries":[]})"),
            kOne +
                "Value '[]' at 'entries' failed to satisfy constraint: Member must have length "
                "greater than or equal to 1");
  std::string entries;
  std::string printed;
  for (int n = 0; n < 11; ++n) {
    entries += n == 0 ? "" : ",";
    entries += R"({"Source":"s","DetailType":"t","Detail":"{\"a\": 1}","Resources":["x","y"]})";
    printed += n == 0 ? "" : ", ";
    printed +=
        "PutEventsRequestEntry(time=null, source=s, resources=[x, y], detailType=t, "
        "detail={\"a\": 1}, eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, "
        "internalMetadata=null)";
  }
  EXPECT_EQ(refusal("PutEvents", R"({"Entries":[)" + entries + "]}"),
            kOne + "Value '[" + printed +
                "]' at 'entries' failed to satisfy constraint: Member must have length less than "
                "or equal to 10");
}

TEST(Validate, CountsCharactersAndNotBytes) {
  std::string name;
  for (int n = 0; n < 128; ++n) name += "é";
  const std::string arn = R"("ResourceARN":"arn:aws:events:us-east-1:1:rule/r")";
  EXPECT_EQ(
      refusal("TagResource", "{" + arn + R"(,"Tags":[{"Key":")" + name + R"(","Value":""}]})"), "");
  EXPECT_NE(
      refusal("TagResource", "{" + arn + R"(,"Tags":[{"Key":")" + name + R"(é","Value":""}]})"),
      "");
}

TEST(Validate, NeverPrintsSecrets) {
  const std::string text =
      refusal("PutTargets",
              R"({"Rule":"r","Targets":[{"Id":"1","Arn":"a","RedshiftDataParameters":
          {"Database":"d","Sql":""}}]})");
  EXPECT_EQ(text, kOne +
                      "Value at 'targets.1.member.redshiftDataParameters.sql' failed to satisfy "
                      "constraint: Member must have length greater than or equal to 1");
  std::string targets;
  for (int n = 0; n < 101; ++n) {
    targets += n == 0 ? "" : ",";
    targets += R"({"Id":"1","Arn":"a","RedshiftDataParameters":{"Database":"d","Sql":"hidden"}})";
  }
  EXPECT_EQ(refusal("PutTargets", R"({"Rule":"r","Targets":[)" + targets + "]}").find("hidden"),
            std::string::npos);
}

TEST(Validate, BoundsItsText) {
  const std::string detail(100000, 'x');
  std::string entries;
  for (int n = 0; n < 11; ++n) {
    entries += (n == 0 ? "" : ",") + (R"({"EventBusName":" ","Detail":")" + detail + "\"}");
  }
  const std::string text = refusal("PutEvents", R"({"Entries":[)" + entries + "]}");
  EXPECT_LT(text.size(), 2 * kViolationsTextMax);
  EXPECT_EQ(text.rfind("ValidationException: 12 validation errors detected: ", 0), 0u);
}

TEST(Validate, SaysOneMissingParameterForSqs) {
  const std::string head =
      "MissingRequiredParameterException: The request must contain the parameter ";
  EXPECT_EQ(refusal(sqs::kFacts, "SendMessage", R"({"QueueUrl":"q"})"), head + "MessageBody.");
  EXPECT_EQ(refusal(sqs::kFacts, "SendMessage", "{}"), head + "QueueUrl.");
  EXPECT_EQ(refusal(sqs::kFacts, "SendMessageBatch",
                    R"({"QueueUrl":"q","Entries":[{"Id":"1","MessageBody":"b"},{"Id":"2"}]})"),
            head + "SendMessageBatchRequestEntry.2.MessageBody.");
  EXPECT_EQ(refusal(sqs::kFacts, "SendMessageBatch", R"({"QueueUrl":"q"})"), "");
  EXPECT_EQ(refusal(sqs::kFacts, "SendMessage",
                    R"({"QueueUrl":"q","MessageBody":"b","MessageAttributes":{"a":{}}})"),
            "");
}

}  // namespace
}  // namespace rialto::api
