#include "targets/check.h"

#include <algorithm>
#include <array>

#include "model/api_destination.h"
#include "targets/aws/row.h"
#include "targets/check_parameters.h"
#include "targets/types/logs.h"

namespace rialto::targets {
namespace {

// The services AWS has targets for (docs/spec/02 §3).
constexpr std::array<std::string_view, 22> kAwsServices = {
    "appsync",       "batch",        "codebuild",   "codepipeline",
    "ecs",           "events",       "execute-api", "firehose",
    "glue",          "imagebuilder", "inspector",   "kinesis",
    "lambda",        "logs",         "redshift",    "redshift-serverless",
    "sagemaker",     "sns",          "sqs",         "ssm",
    "ssm-incidents", "states"};

// Services whose targets need a RoleArn (docs/spec/02 §2).
constexpr std::array<std::string_view, 14> kRoleServices = {
    "batch",     "codebuild", "codepipeline", "ecs",       "events", "firehose",      "glue",
    "inspector", "kinesis",   "redshift",     "sagemaker", "ssm",    "ssm-incidents", "states"};

// A block of parameters and the services that take it. SqsParameters is accepted anywhere.
struct Block {
  std::string_view name;
  std::array<std::string_view, 2> services;
};
constexpr std::array<Block, 8> kBlocks = {{
    {"EcsParameters", {"ecs", "ecs"}},
    {"KinesisParameters", {"kinesis", "kinesis"}},
    {"BatchParameters", {"batch", "batch"}},
    {"HttpParameters", {"events", "execute-api"}},
    {"RedshiftDataParameters", {"redshift", "redshift-serverless"}},
    {"RunCommandParameters", {"ssm", "ssm"}},
    {"SageMakerPipelineParameters", {"sagemaker", "sagemaker"}},
    {"AppSyncParameters", {"appsync", "appsync"}},
}};

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

Error invalid(std::string message) { return fail(Code::InvalidArgument, std::move(message)); }

Error unknown_service(const model::Arn& arn) {
  return invalid(arn.service + " is not a supported service for a target.");
}

Result<> check_blocks(const model::Target& target, const model::Arn& arn) {
  for (const Block& block : kBlocks) {
    const bool is_given = target.given.find(block.name) != nullptr;
    if (is_given && !contains(block.services, arn.service)) {
      return invalid("Parameter(s) " + std::string(block.name) +
                     " not supported for target: " + target.id + ".");
    }
  }
  for (const std::string_view needed : {"EcsParameters", "BatchParameters"}) {
    const std::string_view service = needed == "EcsParameters" ? "ecs" : "batch";
    if (arn.service == service && target.given.find(needed) == nullptr) {
      return invalid("Parameter(s) " + std::string(needed) +
                     " must be specified for target: " + target.id + ".");
    }
  }
  return {};
}

Result<> check_dead_letters(const model::Target& target, const model::Scope& owner) {
  if (!target.dead_letter_arn) return {};
  RIALTO_TRY(const auto arn, model::Arn::parse(*target.dead_letter_arn));
  if (arn.service != "sqs") {
    return invalid(arn.service + " is not supported as a dead letter resource");
  }
  RIALTO_TRY(const auto queue, model::QueueRef::from(arn));
  if (queue.is_fifo()) return invalid("SQS FIFO is not supported by Dead Letter Queues");
  // AWS's text for the Region is not known (docs/spec/02 §2).
  if (queue.region != owner.region || queue.account != owner.account) {
    return invalid("Dead letter queue " + arn.text() + " of target " + target.id +
                   " must be in the account and Region of the rule (" + owner.account + ", " +
                   owner.region + ").");
  }
  return {};
}

// Texts of AWS's are unverified. A rule forwards as the account of its bus: a guest there must not
// reach with it what only that account may.
Result<> check_bus_target(const model::Target& target, const model::Arn& arn,
                          const model::BusRef& bus, const std::string& owner) {
  RIALTO_TRY(const auto other, model::BusRef::parse(arn.text(), model::Scope{}));
  if (owner != bus.account && other.account != owner) {
    return invalid("Target " + arn.text() + " must be an event bus of the account that made the " +
                   "rule (" + owner + "), as the rule is on an event bus of another account.");
  }
  if (other.account == bus.account) return {};
  for (const std::string_view given : {"Input", "InputPath", "InputTransformer"}) {
    if (target.given.find(given) == nullptr) continue;
    return invalid("Parameter " + std::string(given) + " is not supported for target: " +
                   target.id + ", an event bus of another account.");
  }
  return {};
}

// Its connection's secrets are its account's; AWS's text is unverified.
Result<> check_api_destination(const model::Arn& arn, const model::Scope& owner) {
  RIALTO_TRY(const auto ref, model::ApiDestinationRef::from(arn));
  if (ref.scope.account == owner.account && ref.scope.region == owner.region) return {};
  return invalid("API destination " + arn.text() +
                 " must be in the account and Region of the rule (" + owner.account + ", " +
                 owner.region + ").");
}

Result<> check_queue_target(const model::Target& target, const model::Arn& arn,
                            const model::Scope& owner, Kind kind) {
  RIALTO_TRY(const auto queue, model::QueueRef::from(arn));
  if (queue.is_fifo() && target.given.find("SqsParameters") == nullptr) {
    return invalid("Parameter(s) SqsParameters must be specified for target: " + target.id + ".");
  }
  if (kind == Kind::Queue && queue.account != owner.account) {
    return fail(Code::Unsupported, "Target " + arn.text() +
                                       " is not supported: this version of Rialto does not " +
                                       "deliver to built-in queues of other accounts yet.");
  }
  return {};
}

}  // namespace

Result<Kind> kind_of(const model::Arn& arn, const Endpoints& endpoints) {
  if (!contains(kAwsServices, arn.service)) return unknown_service(arn);
  if (arn.service == "sqs") {
    return endpoints.find("sqs", arn.account, arn.region) ? Kind::Call : Kind::Queue;
  }
  if (arn.service == "events" && arn.resource.starts_with("event-bus/")) return Kind::Bus;
  if (model::ApiDestinationRef::names(arn) || is_log_group(arn) || find_row(arn) != nullptr) {
    return Kind::Call;
  }
  return model::invalid_arn(arn.text());
}

Result<Kind> check_target(const model::Target& target, const model::BusRef& bus,
                          const std::string& owner, const Endpoints& endpoints) {
  RIALTO_TRY(const auto arn, model::Arn::parse(target.arn));
  if (!contains(kAwsServices, arn.service)) return unknown_service(arn);
  RIALTO_TRY_VOID(check_blocks(target, arn));
  if (contains(kRoleServices, arn.service) && target.given.find("RoleArn") == nullptr) {
    return invalid("RoleArn is required for target " + target.arn + ".");
  }
  const model::Scope scope{.account = owner, .region = bus.region};
  RIALTO_TRY_VOID(check_dead_letters(target, scope));
  RIALTO_TRY(const Kind kind, kind_of(arn, endpoints));
  if (arn.service == "sqs") RIALTO_TRY_VOID(check_queue_target(target, arn, scope, kind));
  if (kind == Kind::Bus) RIALTO_TRY_VOID(check_bus_target(target, arn, bus, owner));
  if (model::ApiDestinationRef::names(arn)) RIALTO_TRY_VOID(check_api_destination(arn, scope));
  RIALTO_TRY_VOID(check_parameters(target, arn));
  return kind;
}

}  // namespace rialto::targets
