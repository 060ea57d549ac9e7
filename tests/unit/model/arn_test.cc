#include "model/arn.h"

#include <gtest/gtest.h>

namespace rialto::model {
namespace {

constexpr std::string_view kRegion = "eu-west-1";
constexpr std::string_view kAccount = "123456789012";
const Scope kCaller{.account = std::string(kAccount), .region = std::string(kRegion)};

TEST(Arn, KeepsEveryPart) {
  auto arn = Arn::parse("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f:live");
  ASSERT_TRUE(arn.ok());
  EXPECT_EQ(arn->partition, "aws-us-gov");
  EXPECT_EQ(arn->service, "lambda");
  EXPECT_EQ(arn->region, "us-gov-west-1");
  EXPECT_EQ(arn->account, "123456789012");
  EXPECT_EQ(arn->resource, "function:f:live");
}

TEST(Arn, TextGivesBackWhatWasParsed) {
  for (const char* text :
       {"arn:aws:sqs:eu-west-1:123456789012:q.fifo",
        "arn:aws:events:eu-west-1::event-source/aws.partner/p/n/e",
        "arn:aws:ssm-incidents::123456789012:response-plan/p", "arn:aws:route53:::healthcheck/id",
        // The target of an archive's managed rule (docs/spec/04).
        "arn:aws:events:eu-west-1:::"}) {
    auto arn = Arn::parse(text);
    ASSERT_TRUE(arn.ok()) << text;
    EXPECT_EQ(arn->text(), text);
  }
}

TEST(Arn, RefusesWhatLacksAPartInAwsWords) {
  for (const char* text :
       {"", "arn", "my-queue", "arn:aws:sqs:eu-west-1:123456789012",
        "arn:aws:sqs:eu-west-1:123456789012:", "arn:aws::eu-west-1:1:q", "arn::sqs:eu-west-1:1:q",
        "urn:aws:sqs:eu-west-1:1:q", "arn:gcp:sqs:eu-west-1:1:q", "arn:aws:sqs:eu west:1:q",
        "arn:aws:sqs:eu-west-1:1:q\n", " arn:aws:sqs:eu-west-1:1:q"}) {
    auto arn = Arn::parse(text);
    ASSERT_FALSE(arn.ok()) << text;
    EXPECT_EQ(arn.error().code, Code::InvalidArgument);
    EXPECT_EQ(arn.error().message, "Parameter " + std::string(text) +
                                       " is not valid. Reason: Provided Arn is not in correct "
                                       "format.");
  }
}

TEST(Arn, PartitionFollowsTheRegion) {
  EXPECT_EQ(partition_of("eu-west-1"), "aws");
  EXPECT_EQ(partition_of("us-east-1"), "aws");
  EXPECT_EQ(partition_of("cn-north-1"), "aws-cn");
  EXPECT_EQ(partition_of("us-gov-east-1"), "aws-us-gov");
  EXPECT_EQ(partition_of(""), "aws");
}

TEST(Arn, NamesOurResources) {
  EXPECT_EQ(bus_arn(kRegion, kAccount, "b"), "arn:aws:events:eu-west-1:123456789012:event-bus/b");
  EXPECT_EQ(rule_arn(kRegion, kAccount, "default", "r"),
            "arn:aws:events:eu-west-1:123456789012:rule/r");
  EXPECT_EQ(rule_arn(kRegion, kAccount, "b", "r"),
            "arn:aws:events:eu-west-1:123456789012:rule/b/r");
  EXPECT_EQ(queue_arn("cn-north-1", kAccount, "q"), "arn:aws-cn:sqs:cn-north-1:123456789012:q");
}

TEST(BusRef, IsTheDefaultBusWhenAbsent) {
  auto bus = BusRef::parse(std::nullopt, kCaller);
  ASSERT_TRUE(bus.ok());
  EXPECT_EQ(*bus, (BusRef{"eu-west-1", "123456789012", "default"}));
}

TEST(BusRef, NameIsInTheCallersScope) {
  auto bus = BusRef::parse("aws.partner/p/n/e", kCaller);
  ASSERT_TRUE(bus.ok());
  EXPECT_EQ(*bus, (BusRef{"eu-west-1", "123456789012", "aws.partner/p/n/e"}));
}

TEST(BusRef, ArnNamesItsOwnScope) {
  const std::string text = "arn:aws:events:us-east-1:999999999999:event-bus/aws.partner/p/n/e";
  auto bus = BusRef::parse(text, kCaller);
  ASSERT_TRUE(bus.ok());
  EXPECT_EQ(*bus, (BusRef{"us-east-1", "999999999999", "aws.partner/p/n/e"}));
  EXPECT_EQ(bus->arn(), text);
}

TEST(BusRef, RefusesArnsOfOtherThings) {
  for (const char* text :
       {"", "arn:aws:events:us-east-1:999999999999:event-bus/",
        "arn:aws:events:us-east-1:999999999999:rule/r", "arn:aws:events:us-east-1:99:event-bus/b",
        "arn:aws:events::999999999999:event-bus/b",
        "arn:aws:sqs:us-east-1:999999999999:event-bus/b", "a:b"}) {
    EXPECT_FALSE(BusRef::parse(text, kCaller).ok()) << text;
  }
}

TEST(RuleRef, LastSlashPartsBusAndRule) {
  const std::string prefix = "arn:aws:events:eu-west-1:123456789012:rule/";
  auto plain = RuleRef::parse(prefix + "r");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(*plain, (RuleRef{"eu-west-1", "123456789012", "default", "r"}));
  auto custom = RuleRef::parse(prefix + "b/r");
  ASSERT_TRUE(custom.ok());
  EXPECT_EQ(custom->bus, "b");
  EXPECT_EQ(custom->name, "r");
  auto partner = RuleRef::parse(prefix + "aws.partner/p/n/e/r");
  ASSERT_TRUE(partner.ok());
  EXPECT_EQ(partner->bus, "aws.partner/p/n/e");
  EXPECT_EQ(partner->arn(), prefix + "aws.partner/p/n/e/r");
}

TEST(RuleRef, RefusesWhatIsNoRule) {
  for (const char* text : {"arn:aws:events:eu-west-1:123456789012:rule/",
                           "arn:aws:events:eu-west-1:123456789012:rule/b/",
                           "arn:aws:events:eu-west-1:123456789012:rule//r",
                           "arn:aws:events:eu-west-1:123456789012:event-bus/b",
                           "arn:aws:sqs:eu-west-1:123456789012:rule/r", "r"}) {
    EXPECT_FALSE(RuleRef::parse(text).ok()) << text;
  }
}

TEST(QueueRef, KnowsFifoByName) {
  auto queue = QueueRef::parse("arn:aws:sqs:eu-west-1:123456789012:q");
  ASSERT_TRUE(queue.ok());
  EXPECT_EQ(*queue, (QueueRef{"eu-west-1", "123456789012", "q"}));
  EXPECT_FALSE(queue->is_fifo());
  auto fifo = QueueRef::parse("arn:aws:sqs:eu-west-1:123456789012:q.fifo");
  ASSERT_TRUE(fifo.ok());
  EXPECT_TRUE(fifo->is_fifo());
  EXPECT_EQ(fifo->arn(), "arn:aws:sqs:eu-west-1:123456789012:q.fifo");
}

TEST(QueueRef, RefusesWhatIsNoQueue) {
  for (const char* text :
       {"arn:aws:sns:eu-west-1:123456789012:q", "arn:aws:sqs:eu-west-1:1:q",
        "arn:aws:sqs:eu-west-1:123456789012:a/b", "arn:aws:sqs::123456789012:q"}) {
    EXPECT_FALSE(QueueRef::parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace rialto::model
