// The attributes of FIFO queues and of dead letters, and the operations on them.
#include "fixture.h"

namespace rialto::service {
namespace {

using Attributes = api::Map<std::string>;

constexpr std::string_view kInvalid = "InvalidParameterValueException";

std::string arn_of(std::string_view queue) {
  return "arn:aws:sqs:eu-west-1:000000000000:" + std::string(queue);
}

std::string policy(std::string_view queue, std::string_view count = "3") {
  return R"({"deadLetterTargetArn":")" + arn_of(queue) + R"(","maxReceiveCount":)" +
         std::string(count) + "}";
}

class RedriveTest : public SqsTest {
 protected:
  Result<wire::CreateQueueResult> try_create(std::string name, Attributes attributes) {
    return run(sqs_.create_queue(
        caller_, {.queue_name = std::move(name), .attributes = std::move(attributes)}));
  }
  void refuse(const std::string& text, const std::string& reason) {
    expect_error(set({{"RedrivePolicy", text}}), kInvalid,
                 "Value " + text + " for parameter RedrivePolicy is invalid. Reason: " + reason);
  }
};

TEST_F(RedriveTest, AsksForTheNameOfAFifoQueue) {
  for (const std::string& name : {std::string("q"), std::string("a b.fifo"), std::string(".fifo"),
                                  std::string(76, 'a') + ".fifo"}) {
    expect_error(try_create(name, {{"FifoQueue", "true"}}), kInvalid,
                 "The name of a FIFO queue can only include alphanumeric characters, hyphens, or "
                 "underscores, must end with .fifo suffix and be 1 to 80 in length.");
  }
  EXPECT_TRUE(try_create(std::string(75, 'a') + ".fifo", {{"FifoQueue", "true"}}).ok());
  expect_error(try_create("q", {{"FifoQueue", "false"}}), "InvalidAttributeName",
               "Unknown Attribute FifoQueue.");
}

TEST_F(RedriveTest, GivesAndChangesTheAttributesOfAFifoQueue) {
  create("q.fifo", {{"FifoQueue", "true"}});
  EXPECT_TRUE(try_create("q.fifo", {{"FifoQueue", "true"}}).ok()) << "the same queue";
  url_ += ".fifo";
  const Attributes fresh = attributes();
  EXPECT_EQ(fresh.at("FifoQueue"), "true");
  EXPECT_EQ(fresh.at("ContentBasedDeduplication"), "false");
  EXPECT_EQ(fresh.at("DeduplicationScope"), "queue");
  EXPECT_EQ(fresh.at("FifoThroughputLimit"), "perQueue");
  EXPECT_TRUE(set({{"ContentBasedDeduplication", "true"},
                   {"DeduplicationScope", "messageGroup"},
                   {"FifoThroughputLimit", "perMessageGroupId"},
                   {"FifoQueue", "true"}})
                  .ok());
  EXPECT_EQ(attributes({"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}),
            (Attributes{{"ContentBasedDeduplication", "true"},
                        {"DeduplicationScope", "messageGroup"},
                        {"FifoThroughputLimit", "perMessageGroupId"}}));
  expect_error(set({{"FifoQueue", "false"}}), "InvalidAttributeValue",
               "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not "
               "supported.");
  expect_error(set({{"DeduplicationScope", "x"}}), "InvalidAttributeValue",
               "Invalid value for the parameter DeduplicationScope.");
  expect_error(set({{"DeduplicationScope", "queue"}}), "InvalidAttributeValue",
               "Invalid value for the parameter FifoThroughputLimit. Reason: The "
               "perMessageGroupId value is allowed only when the value for DeduplicationScope is "
               "messageGroup.");
}

TEST_F(RedriveTest, GivesThePolicyAsSqsWritesIt) {
  create("dead");
  create("q", {{"RedrivePolicy", " {\"maxReceiveCount\": \"5\", \"deadLetterTargetArn\": \"" +
                                     arn_of("dead") + "\"}"}});
  EXPECT_EQ(attributes({"RedrivePolicy"}), (Attributes{{"RedrivePolicy", policy("dead", "5")}}));
  EXPECT_TRUE(try_create("q", {{"RedrivePolicy", policy("dead", "5")}}).ok());
  ASSERT_TRUE(set({{"RedrivePolicy", ""}}).ok());
  EXPECT_FALSE(attributes().contains("RedrivePolicy"));
}

TEST_F(RedriveTest, ChecksThePolicy) {
  create("dead");
  create("dead.fifo", {{"FifoQueue", "true"}});
  create();
  for (const char* text : {"x", "[]", "1"}) {
    expect_error(set({{"RedrivePolicy", text}}), kInvalid,
                 "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a "
                 "valid JSON map.");
  }
  refuse("{}", "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  refuse(R"({"maxReceiveCount":1})",
         "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  for (const char* count : {"0", "1001", "-3", R"("x")", "1.5"}) {
    std::string shown = count;
    std::erase(shown, '"');
    refuse(policy("dead", count), "Invalid value for maxReceiveCount: " + shown +
                                      ", valid values are from 1 to 1000 both inclusive.");
  }
  refuse(R"({"maxReceiveCount":1,"deadLetterTargetArn":"dead"})",
         "Dead-letter target ARN should be fully qualified ARN.");
  refuse(policy("nope"), "Dead letter target does not exist.");
  refuse(policy("dead.fifo"), "Dead-letter queue must be same type of queue as the source..");
  refuse(R"({"maxReceiveCount":1,"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:1:dead"})",
         "Dead letter target does not exist.");
  EXPECT_TRUE(set({{"RedrivePolicy", policy("dead")}}).ok());
}

TEST_F(RedriveTest, KeepsToTheAllowPolicyOfTheDeadLetterQueue) {
  create("dead", {{"RedriveAllowPolicy", R"({"redrivePermission":"denyAll"})"}});
  create();
  const auto allow = [&](std::string text) {
    const std::string url = std::exchange(url_, "http://h/000000000000/dead");
    const Result<> out = set({{"RedriveAllowPolicy", std::move(text)}});
    url_ = url;
    return out;
  };
  EXPECT_FALSE(set({{"RedrivePolicy", policy("dead")}}).ok());
  ASSERT_TRUE(
      allow(R"({"redrivePermission":"byQueue","sourceQueueArns":[")" + arn_of("other") + "\"]}")
          .ok());
  EXPECT_FALSE(set({{"RedrivePolicy", policy("dead")}}).ok());
  const std::string by_queue =
      R"({"redrivePermission":"byQueue","sourceQueueArns":[")" + arn_of("q") + "\"]}";
  ASSERT_TRUE(allow(by_queue).ok());
  EXPECT_TRUE(set({{"RedrivePolicy", policy("dead")}}).ok());
  url_ = "http://h/000000000000/dead";
  EXPECT_EQ(attributes({"RedriveAllowPolicy"}), (Attributes{{"RedriveAllowPolicy", by_queue}}));
}

TEST_F(RedriveTest, ChecksTheAllowPolicy) {
  create();
  for (const char* text :
       {"x", "{}", R"({"redrivePermission":"some"})", R"({"redrivePermission":"allowAll","x":1})",
        R"({"redrivePermission":"byQueue","sourceQueueArns":"a"})"}) {
    expect_error(set({{"RedriveAllowPolicy", text}}), kInvalid,
                 "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't "
                 "create the redrive allow policy, as it\xE2\x80\x99s in an unsupported format.");
  }
  const auto refused = [&](const std::string& text, const std::string& reason) {
    expect_error(set({{"RedriveAllowPolicy", text}}), kInvalid,
                 "Value " + text +
                     " for parameter RedriveAllowPolicy is invalid. Reason: Amazon SQS can't "
                     "create the redrive allow policy. " +
                     reason);
  };
  refused(R"({"redrivePermission":"byQueue"})",
          "When you specify the byQueue permission type, you must also specify one or more "
          "sourceQueueArns values.");
  refused(R"({"redrivePermission":"allowAll","sourceQueueArns":["a"]})",
          "To specify one or more source queue ARNs, you must set redrivePermission to byQueue.");
  refused(R"({"redrivePermission":"byQueue","sourceQueueArns":["1","2","3","4","5","6","7","8",)"
          R"("9","10","11"]})",
          "The maximum number of source queue ARNs you can specify is 10.");
}

TEST_F(RedriveTest, ListsTheSourcesOfADeadLetterQueueInPages) {
  create("dead");
  for (const char* name : {"a", "b", "c"}) create(name, {{"RedrivePolicy", policy("dead")}});
  create("other");
  const auto list = [&](std::optional<std::int64_t> max, std::optional<std::string> token) {
    auto out = run(sqs_.list_dead_letter_source_queues(
        caller_,
        {.queue_url = "http://h/000000000000/dead", .next_token = token, .max_results = max}));
    EXPECT_TRUE(out.ok());
    return std::move(out).value();
  };
  const std::string base = caller_.base_url + "/000000000000/";
  EXPECT_EQ(list({}, {}).queue_urls,
            (std::vector<std::string>{base + "a", base + "b", base + "c"}));
  const auto first = list(2, {});
  ASSERT_TRUE(first.next_token);
  EXPECT_EQ(first.queue_urls.size(), 2U);
  const auto second = list(2, first.next_token);
  EXPECT_FALSE(second.next_token);
  EXPECT_EQ(second.queue_urls, std::vector<std::string>{base + "c"});
  expect_error(run(sqs_.list_dead_letter_source_queues(
                   caller_, {.queue_url = "http://h/000000000000/nope"})),
               "QueueDoesNotExist", "The specified queue does not exist.");
}

TEST_F(RedriveTest, ChecksMoveTasks) {
  create("dead");
  create("dead.fifo", {{"FifoQueue", "true"}});
  create("q", {{"RedrivePolicy", policy("dead")}});
  const auto refused = [&](wire::StartMessageMoveTaskRequest request, std::string_view name,
                           std::string_view message) {
    expect_error(run(sqs_.start_message_move_task(caller_, std::move(request))), name, message);
  };
  refused({.source_arn = "dead"}, kInvalid,
          "You must use this format to specify the SourceArn: "
          "arn:<partition>:<service>:<region>:<account-id>:<resource-id>");
  refused({.source_arn = arn_of("nope")}, "ResourceNotFoundException",
          "The resource that you specified for the SourceArn parameter doesn't exist.");
  refused({.source_arn = arn_of("q")}, kInvalid,
          "Source queue must be configured as a Dead Letter Queue.");
  refused({.source_arn = arn_of("dead"), .destination_arn = arn_of("nope")},
          "ResourceNotFoundException",
          "The resource that you specified for the DestinationArn parameter doesn't exist.");
  refused({.source_arn = arn_of("dead"), .destination_arn = arn_of("dead")}, kInvalid,
          "Source queue arn and destination queue arn cannot be the same.");
  refused({.source_arn = arn_of("dead"), .destination_arn = arn_of("dead.fifo")}, kInvalid,
          "The source queue and destination queue must be of the same queue type.");
  for (const std::int64_t rate : {0, 501}) {
    refused({.source_arn = arn_of("dead"), .max_number_of_messages_per_second = rate}, kInvalid,
            "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter "
            "a number that's between 1 and 500.");
  }
}

TEST_F(RedriveTest, ListsAndCancelsMoveTasks) {
  create("dead");
  create("q", {{"RedrivePolicy", policy("dead")}});
  const auto started = run(sqs_.start_message_move_task(
      caller_, {.source_arn = arn_of("dead"), .max_number_of_messages_per_second = 5}));
  ASSERT_TRUE(started.ok());
  expect_error(run(sqs_.start_message_move_task(caller_, {.source_arn = arn_of("dead")})), kInvalid,
               "There is already a task running. Only one active task is allowed for a source "
               "queue arn at a given time.");
  const auto list = [&] {
    auto out = run(sqs_.list_message_move_tasks(caller_, {.source_arn = arn_of("dead")}));
    EXPECT_TRUE(out.ok() && out->results);
    return (*std::move(out).value().results)[0];
  };
  const auto running = list();
  EXPECT_EQ(running.status, "RUNNING");
  EXPECT_EQ(running.task_handle, *started->task_handle);
  EXPECT_EQ(running.source_arn, arn_of("dead"));
  EXPECT_EQ(running.max_number_of_messages_per_second, 5);
  EXPECT_FALSE(running.destination_arn || running.failure_reason);
  const auto cancel = [&](std::string handle) {
    return run(sqs_.cancel_message_move_task(caller_, {.task_handle = std::move(handle)}));
  };
  expect_error(cancel("x"), kInvalid, "Value for parameter TaskHandle is invalid.");
  queue::MoveTask other{.id = "x", .scope = {"000000000000", "eu-west-1"}, .source = "dead"};
  expect_error(cancel(queue::task_handle(other)), "ResourceNotFoundException",
               "Task does not exist.");
  other.source = "nope";
  expect_error(cancel(queue::task_handle(other)), "ResourceNotFoundException",
               "The resource that you specified for the SourceArn parameter doesn't exist.");
  const auto cancelled = cancel(*started->task_handle);
  ASSERT_TRUE(cancelled.ok());
  EXPECT_EQ(cancelled->approximate_number_of_messages_moved, 0);
  EXPECT_EQ(list().status, "CANCELLING");
  EXPECT_FALSE(list().task_handle);
  run(queues_.run_moves_once());
  EXPECT_EQ(list().status, "CANCELLED");
  expect_error(cancel(*started->task_handle), "UnsupportedOperation",
               "Only active tasks can be cancelled.");
  expect_error(
      run(sqs_.list_message_move_tasks(caller_, {.source_arn = arn_of("dead"), .max_results = 11})),
      kInvalid,
      "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer "
      "between 1 and 10.");
}

}  // namespace
}  // namespace rialto::service
