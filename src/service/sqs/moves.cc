// The SQS operations on dead letters: which queues have them here, and bringing them back.
#include "model/arn.h"
#include "service/sqs/common.h"
#include "service/sqs_service.h"

namespace rialto::service {

using namespace sqs;  // the helpers of these handlers
namespace wire = api::sqs;

namespace {

constexpr std::int64_t kMovesMax = 10;       // SQS quota
constexpr std::int64_t kPerSecondMax = 500;  // SQS quota
constexpr std::string_view kNoResource = "ResourceNotFoundException";

Error no_resource(std::string_view parameter) {
  return fail(Code::NotFound,
              "The resource that you specified for the " + std::string(parameter) +
                  " parameter doesn't exist.",
              kNoResource);
}

// The queue that `arn` names, of the caller's own. Errors: InvalidArgument when it is no ARN;
// ResourceNotFoundException.
Result<model::QueueRef> find_queue(const queue::Queues& queues, const api::Caller& caller,
                                   const std::string& arn, std::string_view parameter) {
  if (!model::Arn::parse(arn).ok()) {
    return invalid_parameter("You must use this format to specify the " + std::string(parameter) +
                             ": arn:<partition>:<service>:<region>:<account-id>:<resource-id>");
  }
  const auto ref = model::QueueRef::parse(arn);
  const bool is_own = ref.ok() && ref->account == caller.account && ref->region == caller.region;
  if (!is_own || !queues.exists(scope_of(caller), ref->name)) return no_resource(parameter);
  return *ref;
}

wire::ListMessageMoveTasksResultEntry to_wire(const queue::MoveTask& task) {
  wire::ListMessageMoveTasksResultEntry out;
  // Only a task that runs can be cancelled.
  if (task.status == queue::MoveStatus::Running) out.task_handle = queue::task_handle(task);
  out.status = std::string(queue::word_of(task.status));
  out.source_arn = model::queue_arn(task.scope.region, task.scope.account, task.source);
  out.destination_arn = task.destination;
  if (task.per_second_max) out.max_number_of_messages_per_second = *task.per_second_max;
  out.approximate_number_of_messages_moved = task.moved;
  out.approximate_number_of_messages_to_move = task.to_move;
  if (!task.failure.empty()) out.failure_reason = task.failure;
  out.started_timestamp = to_millis(task.started_at);
  return out;
}

}  // namespace

Task<Result<wire::ListDeadLetterSourceQueuesResult>> SqsService::list_dead_letter_source_queues(
    api::Caller caller, wire::ListDeadLetterSourceQueuesRequest input) {
  RIALTO_CO_TRY(const QueueAddress address, resolve(caller, input.queue_url));
  RIALTO_CO_TRY(const std::size_t count_max, list_count(input.max_results));
  RIALTO_CO_TRY(const std::string after, decode_token(input.next_token));
  if (!queues_.exists(address.scope, address.name)) {
    co_return fail(Code::NotFound, "The specified queue does not exist.",
                   queue::kQueueDoesNotExist);
  }
  const std::string arn =
      model::queue_arn(address.scope.region, address.scope.account, address.name);
  std::vector<std::string> names = queues_.list_sources(address.scope, arn, after, count_max + 1);
  wire::ListDeadLetterSourceQueuesResult out;
  out.next_token = cut_page(names, count_max, input.max_results.has_value());
  for (const std::string& name : names) out.queue_urls.push_back(queue_url(caller, name));
  co_return out;
}

Task<Result<wire::StartMessageMoveTaskResult>> SqsService::start_message_move_task(
    api::Caller caller, wire::StartMessageMoveTaskRequest input) {
  RIALTO_CO_TRY(const model::QueueRef source,
                find_queue(queues_, caller, input.source_arn, "SourceArn"));
  const store::Scope scope = scope_of(caller);
  const bool has_sources = !queues_.list_sources(scope, input.source_arn, {}, 1).empty();
  if (!has_sources && !is_rule_dead_letter_queue_(input.source_arn)) {
    co_return invalid_parameter("Source queue must be configured as a Dead Letter Queue.");
  }
  if (input.destination_arn) {
    RIALTO_CO_TRY(const model::QueueRef destination,
                  find_queue(queues_, caller, *input.destination_arn, "DestinationArn"));
    if (destination == source) {
      co_return invalid_parameter("Source queue arn and destination queue arn cannot be the same.");
    }
    if (destination.is_fifo() != source.is_fifo()) {
      co_return invalid_parameter(
          "The source queue and destination queue must be of the same queue type.");
    }
  }
  const std::int64_t rate = input.max_number_of_messages_per_second.value_or(1);
  if (rate < 1 || rate > kPerSecondMax) {
    co_return invalid_parameter(
        "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a "
        "number that's between 1 and 500.");
  }
  queue::MoveTask task{.id = {}, .scope = scope, .source = source.name};
  task.destination = std::move(input.destination_arn);
  if (input.max_number_of_messages_per_second) task.per_second_max = static_cast<int>(rate);
  RIALTO_CO_TRY(const queue::MoveTask started, co_await queues_.start_move(std::move(task)));
  co_return wire::StartMessageMoveTaskResult{.task_handle = queue::task_handle(started)};
}

Task<Result<wire::CancelMessageMoveTaskResult>> SqsService::cancel_message_move_task(
    api::Caller caller, wire::CancelMessageMoveTaskRequest input) {
  std::optional<queue::TaskName> name = queue::decode_task_handle(input.task_handle);
  if (!name) co_return invalid_parameter("Value for parameter TaskHandle is invalid.");
  RIALTO_CO_TRY(model::QueueRef source, find_queue(queues_, caller, name->source_arn, "SourceArn"));
  const Result<queue::MoveTask> cancelled =
      co_await queues_.cancel_move(scope_of(caller), std::move(source.name), std::move(name->id));
  if (!cancelled.ok() && cancelled.error().code == Code::NotFound) {
    co_return fail(Code::NotFound, cancelled.error().message, kNoResource);
  }
  if (!cancelled.ok()) co_return cancelled.error();
  co_return wire::CancelMessageMoveTaskResult{.approximate_number_of_messages_moved =
                                                  cancelled->moved};
}

Task<Result<wire::ListMessageMoveTasksResult>> SqsService::list_message_move_tasks(
    api::Caller caller, wire::ListMessageMoveTasksRequest input) {
  RIALTO_CO_TRY(const model::QueueRef source,
                find_queue(queues_, caller, input.source_arn, "SourceArn"));
  const std::int64_t count_max = input.max_results.value_or(1);
  if (count_max < 1 || count_max > kMovesMax) {
    co_return invalid_parameter(
        "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between "
        "1 and 10.");
  }
  wire::ListMessageMoveTasksResult out;
  for (const queue::MoveTask& task :
       queues_.list_moves(scope_of(caller), source.name, static_cast<std::size_t>(count_max))) {
    if (!out.results) out.results.emplace();
    out.results->push_back(to_wire(task));
  }
  co_return out;
}

}  // namespace rialto::service
