// CreateQueue to ListQueueTags: names, attributes, tags.
#include "fixture.h"

namespace rialto::service {
namespace {

using Attributes = api::Map<std::string>;
using Urls = std::vector<std::string>;

constexpr std::string_view kGone = "The specified queue does not exist.";

TEST_F(SqsTest, CreatesAQueueOnce) {
  EXPECT_EQ(create("q", {{"VisibilityTimeout", "10"}}), url_);
  EXPECT_EQ(create("q"), url_) << "attributes that are not given are not compared";
  EXPECT_EQ(create("q", {{"VisibilityTimeout", "10"}, {"DelaySeconds", "0"}}), url_);
  expect_error(
      run(sqs_.create_queue(
          caller_, {.queue_name = "q", .attributes = Attributes{{"VisibilityTimeout", "11"}}})),
      "QueueNameExists",
      "A queue already exists with the same name and a different value for attribute "
      "VisibilityTimeout");
}

TEST_F(SqsTest, ChecksNamesOfQueues) {
  constexpr std::string_view kText =
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
  for (std::string bad : {std::string(), std::string("a b"), std::string("a.b"),
                          std::string("\xc3\xa9"), std::string("q.fifo"), std::string(81, 'a')}) {
    expect_error(run(sqs_.create_queue(caller_, {.queue_name = bad})),
                 "InvalidParameterValueException", kText);
  }
  create(std::string(80, 'a'));
  create("A-z_0");
}

TEST_F(SqsTest, RefusesWhatDoesNotActYet) {
  const auto refused = [&](std::string name, Attributes attributes, std::string_view message) {
    expect_error(run(sqs_.create_queue(caller_, {.queue_name = std::move(name),
                                                 .attributes = std::move(attributes)})),
                 "UnsupportedOperation", message);
  };
  refused("q", {{"KmsMasterKeyId", "alias/aws/sqs"}},
          "The attribute KmsMasterKeyId is not supported yet by this server.");
  EXPECT_FALSE(queues_.exists({"000000000000", "eu-west-1"}, "q"));
}

TEST_F(SqsTest, ChecksAttributes) {
  create();
  const auto unknown = [&](std::string name) {
    expect_error(set({{name, "1"}}), "InvalidAttributeName", "Unknown Attribute " + name + ".");
  };
  for (const char* name : {"Foo", "All", "QueueArn", "CreatedTimestamp", "FifoQueue",
                           "ContentBasedDeduplication", "ApproximateNumberOfMessages"}) {
    unknown(name);
  }
  const auto invalid = [&](std::string name, std::string value) {
    expect_error(set({{name, value}}), "InvalidAttributeValue",
                 "Invalid value for the parameter " + name + ".");
  };
  invalid("DelaySeconds", "901");
  invalid("DelaySeconds", "-1");
  invalid("DelaySeconds", "");
  invalid("DelaySeconds", "1x");
  invalid("DelaySeconds", "99999999999999999999");
  invalid("MaximumMessageSize", "1023");
  invalid("MaximumMessageSize", "1048577");
  invalid("MessageRetentionPeriod", "59");
  invalid("MessageRetentionPeriod", "1209601");
  invalid("ReceiveMessageWaitTimeSeconds", "21");
  invalid("VisibilityTimeout", "43201");
  invalid("Policy", "no json");
  invalid("SqsManagedSseEnabled", "maybe");
}

TEST_F(SqsTest, GivesAttributes) {
  create("q", {{"DelaySeconds", "900"}, {"Policy", R"({"Version":"2012-10-17"})"}});
  EXPECT_EQ(attributes(), (Attributes{
                              {"ApproximateNumberOfMessages", "0"},
                              {"ApproximateNumberOfMessagesDelayed", "0"},
                              {"ApproximateNumberOfMessagesNotVisible", "0"},
                              {"CreatedTimestamp", "1768478400"},
                              {"DelaySeconds", "900"},
                              {"LastModifiedTimestamp", "1768478400"},
                              {"MaximumMessageSize", "1048576"},
                              {"MessageRetentionPeriod", "345600"},
                              {"Policy", R"({"Version":"2012-10-17"})"},
                              {"QueueArn", "arn:aws:sqs:eu-west-1:000000000000:q"},
                              {"ReceiveMessageWaitTimeSeconds", "0"},
                              {"VisibilityTimeout", "30"},
                          }));
  EXPECT_EQ(attributes({"DelaySeconds", "RedrivePolicy"}), (Attributes{{"DelaySeconds", "900"}}));
  EXPECT_EQ(attributes({}), Attributes());
  expect_error(
      run(sqs_.get_queue_attributes(caller_, {.queue_url = url_, .attribute_names = Urls{"Foo"}})),
      "InvalidAttributeName", "Unknown Attribute Foo.");
}

TEST_F(SqsTest, SetsAttributes) {
  create();
  clock_.advance(5s);
  ASSERT_TRUE(set({{"VisibilityTimeout", "7"}, {"MaximumMessageSize", "1024"}}).ok());
  Attributes got = attributes();
  EXPECT_EQ(got["VisibilityTimeout"], "7");
  EXPECT_EQ(got["MaximumMessageSize"], "1024");
  EXPECT_EQ(got["CreatedTimestamp"], "1768478400");
  EXPECT_EQ(got["LastModifiedTimestamp"], "1768478405");
  // One that is wrong, and nothing is changed.
  EXPECT_FALSE(set({{"DelaySeconds", "3"}, {"VisibilityTimeout", "x"}}).ok());
  EXPECT_EQ(attributes()["DelaySeconds"], "0");
  ASSERT_TRUE(set({{"Policy", "{}"}}).ok());
  ASSERT_TRUE(set({{"Policy", ""}}).ok());
  EXPECT_FALSE(attributes().contains("Policy"));
}

TEST_F(SqsTest, CountsMessages) {
  create();
  ASSERT_TRUE(send("a").ok());
  ASSERT_TRUE(send("b").ok());
  ASSERT_TRUE(
      run(sqs_.send_message(caller_, {.queue_url = url_, .message_body = "c", .delay_seconds = 9}))
          .ok());
  receive({.max_number_of_messages = 1});
  Attributes got = attributes();
  EXPECT_EQ(got["ApproximateNumberOfMessages"], "1");
  EXPECT_EQ(got["ApproximateNumberOfMessagesNotVisible"], "1");
  EXPECT_EQ(got["ApproximateNumberOfMessagesDelayed"], "1");
}

TEST_F(SqsTest, FindsQueuesByTheEndOfTheirUrl) {
  create();
  for (const char* url : {"http://127.0.0.1:1591/000000000000/q",
                          "https://sqs.us-east-1.amazonaws.com/000000000000/q",
                          "http://host/some/path/000000000000/q/", "/000000000000/q",
                          "000000000000/q", "http://h/000000000000/q?Action=SendMessage"}) {
    url_ = url;
    EXPECT_TRUE(send("a").ok()) << url;
  }
  for (const char* url : {"", "q", "http://host", "http://host/", "http://host/q",
                          "http://host/queue/q", "arn:aws:sqs:eu-west-1:000000000000:q"}) {
    url_ = url;
    expect_error(send("a"), "InvalidAddress",
                 "The address " + url_ + " is not valid for this endpoint.");
  }
  for (const char* url : {"http://h/111111111111/q", "http://h/000000000000/nope",
                          "http://h/000000000000/q.fifo", "http://h/000000000000/%00"}) {
    url_ = url;
    expect_error(send("a"), "QueueDoesNotExist", kGone);
  }
}

TEST_F(SqsTest, GivesTheUrlOfAQueue) {
  create();
  auto out = run(sqs_.get_queue_url(caller_, {.queue_name = "q"}));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->queue_url, url_);
  EXPECT_TRUE(run(sqs_.get_queue_url(
                      caller_, {.queue_name = "q", .queue_owner_aws_account_id = "000000000000"}))
                  .ok());
  expect_error(run(sqs_.get_queue_url(caller_, {.queue_name = "p"})), "QueueDoesNotExist", kGone);
  expect_error(run(sqs_.get_queue_url(
                   caller_, {.queue_name = "q", .queue_owner_aws_account_id = "111111111111"})),
               "QueueDoesNotExist", kGone);
  caller_.region = "us-east-1";
  expect_error(run(sqs_.get_queue_url(caller_, {.queue_name = "q"})), "QueueDoesNotExist", kGone);
}

TEST_F(SqsTest, ListsQueuesInPages) {
  EXPECT_FALSE(run(sqs_.list_queues(caller_, {}))->queue_urls);
  const Urls urls = {create("a1"), create("a2"), create("a3"), create("b1")};
  EXPECT_EQ(run(sqs_.list_queues(caller_, {}))->queue_urls, urls);
  EXPECT_EQ(run(sqs_.list_queues(caller_, {.queue_name_prefix = "b"}))->queue_urls, Urls{urls[3]});
  auto page = run(sqs_.list_queues(caller_, {.queue_name_prefix = "a", .max_results = 2}));
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->queue_urls, (Urls{urls[0], urls[1]}));
  ASSERT_TRUE(page->next_token);
  auto rest = run(sqs_.list_queues(
      caller_, {.queue_name_prefix = "a", .next_token = page->next_token, .max_results = 2}));
  EXPECT_EQ(rest->queue_urls, Urls{urls[2]});
  EXPECT_FALSE(rest->next_token);
  expect_error(run(sqs_.list_queues(caller_, {.next_token = "!"})),
               "InvalidParameterValueException", "Invalid or expired next token.");
  expect_error(run(sqs_.list_queues(caller_, {.max_results = 1001})),
               "InvalidParameterValueException",
               "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer "
               "between 1 and 1000.");
}

TEST_F(SqsTest, DeletesQueues) {
  create();
  ASSERT_TRUE(run(sqs_.delete_queue(caller_, {.queue_url = url_})).ok());
  expect_error(run(sqs_.delete_queue(caller_, {.queue_url = url_})), "QueueDoesNotExist", kGone);
  expect_error(send("a"), "QueueDoesNotExist", kGone);
  create();
  EXPECT_TRUE(receive().empty());
}

TEST_F(SqsTest, PurgesQueuesOnceAMinute) {
  create();
  ASSERT_TRUE(send("a").ok());
  ASSERT_TRUE(run(sqs_.purge_queue(caller_, {.queue_url = url_})).ok());
  EXPECT_TRUE(receive().empty());
  expect_error(run(sqs_.purge_queue(caller_, {.queue_url = url_})), "PurgeQueueInProgress",
               "Only one PurgeQueue operation on q is allowed every 60 seconds.");
}

TEST_F(SqsTest, TagsQueues) {
  auto made = run(sqs_.create_queue(
      caller_, {.queue_name = "q", .tags = Attributes{{"team", "red"}, {"a", "b"}}}));
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(
      run(sqs_.tag_queue(caller_, {.queue_url = url_, .tags = {{"team", "blue"}, {"c", ""}}}))
          .ok());
  ASSERT_TRUE(run(sqs_.untag_queue(caller_, {.queue_url = url_, .tag_keys = {"a", "z"}})).ok());
  auto tags = run(sqs_.list_queue_tags(caller_, {.queue_url = url_}));
  ASSERT_TRUE(tags.ok());
  EXPECT_EQ(*tags->tags, (Attributes{{"c", ""}, {"team", "blue"}}));

  Attributes many;
  for (int i = 0; i < 49; ++i) many["k" + std::to_string(i)] = "v";
  expect_error(run(sqs_.tag_queue(caller_, {.queue_url = url_, .tags = many})),
               "InvalidParameterValueException", "Too many tags added for queue q.");
  EXPECT_FALSE(run(sqs_.tag_queue(caller_, {.queue_url = url_, .tags = {{"aws:x", "y"}}})).ok());
  EXPECT_FALSE(
      run(sqs_.tag_queue(caller_, {.queue_url = url_, .tags = {{std::string(129, 'k'), ""}}}))
          .ok());
  expect_error(run(sqs_.tag_queue(caller_, {.queue_url = url_})),
               "MissingRequiredParameterException", "The request must contain the parameter Tags.");
  EXPECT_EQ(run(sqs_.list_queue_tags(caller_, {.queue_url = url_}))->tags->size(), 2U);
}

}  // namespace
}  // namespace rialto::service
