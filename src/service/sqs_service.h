// The SQS API over the built-in queues: checks and texts are SQS's, the behaviour is queue's.
//
// A queue is named by its URL, of which only the last two segments count: the account and the name
// (whatever host the client was told). The region is the caller's. Queues of other accounts do not
// exist for a caller, as long as there are no queue policies.
#pragma once

#include <functional>
#include <string_view>

#include "api/sqs.h"
#include "queue/queues.h"

namespace rialto::service {

// Any thread; `queues` must outlive it.
class SqsService final : public api::sqs::Sqs {
 public:
  // Whether a rule sends what it cannot deliver to the queue of an ARN. EventBridge's dead letters
  // may be moved as SQS's may.
  using IsRuleDeadLetterQueue = std::function<bool(std::string_view arn)>;

  explicit SqsService(
      queue::Queues& queues,
      IsRuleDeadLetterQueue is_rule_dead_letter_queue = [](std::string_view) { return false; })
      : queues_(queues), is_rule_dead_letter_queue_(std::move(is_rule_dead_letter_queue)) {}

  Task<Result<api::sqs::CreateQueueResult>> create_queue(
      api::Caller caller, api::sqs::CreateQueueRequest input) override;
  Task<Result<>> delete_queue(api::Caller caller, api::sqs::DeleteQueueRequest input) override;
  Task<Result<api::sqs::GetQueueUrlResult>> get_queue_url(
      api::Caller caller, api::sqs::GetQueueUrlRequest input) override;
  Task<Result<api::sqs::ListQueuesResult>> list_queues(api::Caller caller,
                                                       api::sqs::ListQueuesRequest input) override;
  Task<Result<api::sqs::GetQueueAttributesResult>> get_queue_attributes(
      api::Caller caller, api::sqs::GetQueueAttributesRequest input) override;
  Task<Result<>> set_queue_attributes(api::Caller caller,
                                      api::sqs::SetQueueAttributesRequest input) override;
  Task<Result<>> purge_queue(api::Caller caller, api::sqs::PurgeQueueRequest input) override;
  Task<Result<>> tag_queue(api::Caller caller, api::sqs::TagQueueRequest input) override;
  Task<Result<>> untag_queue(api::Caller caller, api::sqs::UntagQueueRequest input) override;
  Task<Result<api::sqs::ListQueueTagsResult>> list_queue_tags(
      api::Caller caller, api::sqs::ListQueueTagsRequest input) override;

  Task<Result<api::sqs::SendMessageResult>> send_message(
      api::Caller caller, api::sqs::SendMessageRequest input) override;
  Task<Result<api::sqs::SendMessageBatchResult>> send_message_batch(
      api::Caller caller, api::sqs::SendMessageBatchRequest input) override;
  Task<Result<api::sqs::ReceiveMessageResult>> receive_message(
      api::Caller caller, api::sqs::ReceiveMessageRequest input) override;
  Task<Result<>> delete_message(api::Caller caller, api::sqs::DeleteMessageRequest input) override;
  Task<Result<api::sqs::DeleteMessageBatchResult>> delete_message_batch(
      api::Caller caller, api::sqs::DeleteMessageBatchRequest input) override;
  Task<Result<>> change_message_visibility(api::Caller caller,
                                           api::sqs::ChangeMessageVisibilityRequest input) override;
  Task<Result<api::sqs::ChangeMessageVisibilityBatchResult>> change_message_visibility_batch(
      api::Caller caller, api::sqs::ChangeMessageVisibilityBatchRequest input) override;

  Task<Result<api::sqs::ListDeadLetterSourceQueuesResult>> list_dead_letter_source_queues(
      api::Caller caller, api::sqs::ListDeadLetterSourceQueuesRequest input) override;
  Task<Result<api::sqs::StartMessageMoveTaskResult>> start_message_move_task(
      api::Caller caller, api::sqs::StartMessageMoveTaskRequest input) override;
  Task<Result<api::sqs::CancelMessageMoveTaskResult>> cancel_message_move_task(
      api::Caller caller, api::sqs::CancelMessageMoveTaskRequest input) override;
  Task<Result<api::sqs::ListMessageMoveTasksResult>> list_message_move_tasks(
      api::Caller caller, api::sqs::ListMessageMoveTasksRequest input) override;

 private:
  queue::Queues& queues_;
  const IsRuleDeadLetterQueue is_rule_dead_letter_queue_;
};

}  // namespace rialto::service
