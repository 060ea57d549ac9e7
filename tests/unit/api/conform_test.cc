#include "support.h"

namespace rialto::api {
namespace {

TEST(Conform, WordsMismatchesAsRecorded) {
  EXPECT_EQ(refusal("PutRule", R"({"Name":true})"),
            "SerializationException: class java.lang.Boolean can not be converted to an String");
  EXPECT_EQ(refusal("PutRule", R"({"Name":1})"),
            "SerializationException: class com.amazon.coral.value.json.numbers.TruncatingBigNumber "
            "can not be converted to an String");
  EXPECT_EQ(refusal("PutRule", R"({"Name":{}})"),
            "SerializationException: Start of structure or map found where not expected.");
}

TEST(Conform, WordsTheOtherMismatchesAlike) {
  const std::string prefix = "SerializationException: ";
  EXPECT_EQ(refusal("PutRule", R"({"Name":[]})"),
            prefix + "Start of list found where not expected.");
  EXPECT_EQ(refusal("PutTargets", R"({"Targets":"x"})"),
            prefix + "STRING_VALUE can not be converted to a List");
  EXPECT_EQ(refusal("PutTargets", R"({"Targets":[1]})"),
            prefix + "NUMBER_VALUE can not be converted to a Structure");
  EXPECT_EQ(refusal("ListRules", R"({"Limit":"5"})"),
            prefix + "class java.lang.String can not be converted to an Integer");
  EXPECT_EQ(refusal("ListRules", R"({"Limit":3000000000})"),
            prefix +
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be "
                "converted to an Integer");
  EXPECT_EQ(refusal("RemoveTargets", R"({"Force":"yes"})"),
            prefix + "class java.lang.String can not be converted to an Boolean");
  EXPECT_EQ(refusal("PutEvents", R"({"Entries":[{"Time":"noon"}]})"),
            prefix + "class java.lang.String can not be converted to an Date");
  EXPECT_EQ(
      refusal(sqs::kFacts, "SendMessage", R"({"MessageAttributes":{"a":{"BinaryValue":"!"}}})"),
      prefix + "class java.lang.String can not be converted to an Blob");
  EXPECT_EQ(refusal("PutRule", "[]"), prefix + "Start of list found where not expected.");
}

TEST(Conform, CutsFractionsOfIntegers) {
  json::Value input = value_of(R"({"Limit":5.9})");
  ASSERT_TRUE(conform(*find_operation(events::kFacts, "ListRules")->input, input).ok());
  EXPECT_EQ(json::write(input), R"({"Limit":5})");
}

TEST(Conform, TakesTimestampsInThreeForms) {
  for (const char* time : {"1736942400.5", "\"1736942400.5\"", "\"2025-01-15T12:00:00.5Z\""}) {
    json::Value input = value_of(std::string(R"({"Entries":[{"Time":)") + time + "}]}");
    ASSERT_TRUE(conform(*find_operation(events::kFacts, "PutEvents")->input, input).ok()) << time;
    EXPECT_EQ(json::write(input), R"({"Entries":[{"Time":1736942400.500}]})");
  }
}

TEST(Conform, LeavesUnknownMembersAndNullsAlone) {
  EXPECT_EQ(refusal("PutRule", R"({"Name":"r","State":null,"Unknown":{"deep":[[[]]]}})"), "");
}

}  // namespace
}  // namespace rialto::api
