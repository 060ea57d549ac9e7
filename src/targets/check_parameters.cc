#include "targets/check_parameters.h"

#include <cstdlib>

namespace rialto::targets {
namespace {

Error invalid(std::string message) { return fail(Code::InvalidArgument, std::move(message)); }

std::string text_of(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  return found != nullptr && found->is_string() ? found->as_string() : std::string();
}

// Integers only: the operation's own constraints have been by then.
std::optional<long> number_of(const json::Value* object, std::string_view name) {
  const json::Value* found = object == nullptr ? nullptr : object->find(name);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return std::strtol(found->number_text().c_str(), nullptr, 10);
}

std::size_t items_of(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  return found != nullptr && found->is_array() ? found->items().size() : 0;
}

Result<> check_network(const model::Target& target, const json::Value& ecs,
                       const std::string& launch_type) {
  const json::Value* network = ecs.find("NetworkConfiguration");
  const json::Value* awsvpc = network == nullptr ? nullptr : network->find("awsvpcConfiguration");
  if (awsvpc == nullptr) {
    if (launch_type != "FARGATE") return {};
    return invalid("Parameter NetworkConfiguration must be specified for target " + target.id +
                   " when launch type is FARGATE");
  }
  if (launch_type == "EC2" && awsvpc->find("AssignPublicIp") != nullptr) {
    return invalid("Parameter AssignPublicIp for target " + target.id +
                   " is not supported when launch type is EC2");
  }
  const std::size_t subnets = items_of(*awsvpc, "Subnets");
  if (subnets < 1 || subnets > 16) {
    return invalid("Parameter Subnets is not valid. Reason: size must be in between 1 and 16");
  }
  if (items_of(*awsvpc, "SecurityGroups") > 5) {
    return invalid(
        "Parameter SecurityGroups is not valid. Reason: size must be in between 0 and 5");
  }
  return {};
}

Result<> check_ecs(const model::Target& target, const model::Arn& arn, const json::Value& ecs) {
  const std::string launch_type = text_of(ecs, "LaunchType");
  if (launch_type == "EC2" && ecs.find("PlatformVersion") != nullptr) {
    return invalid("Parameter PlatformVersion for target " + target.id +
                   " is not supported when launch type is EC2");
  }
  RIALTO_TRY_VOID(check_network(target, ecs, launch_type));
  if (number_of(&ecs, "TaskCount").value_or(1) > 10) {
    return invalid("Parameter(s) TaskCount not valid for target: " + target.id + ".");
  }
  const std::string definition = text_of(ecs, "TaskDefinitionArn");
  const auto task = model::Arn::parse(definition);
  if (task.ok() && task->region != arn.region) {
    return invalid("Region of " + arn.text() + " does not match region of " + definition);
  }
  return {};
}

Result<> check_batch(const json::Value& batch) {
  const auto size = number_of(batch.find("ArrayProperties"), "Size");
  if (size && (*size < 2 || *size > 10'000)) {
    return invalid(
        "Parameter ArrayProperties is not valid. Reason: Size must be in between 2 and 10000.");
  }
  const auto attempts = number_of(batch.find("RetryStrategy"), "Attempts");
  if (attempts && (*attempts < 1 || *attempts > 10)) {
    return invalid(
        "Parameter RetryStrategy is not valid. Reason: Attempts must be in between 1 and 10.");
  }
  return {};
}

// The end of AWS's text is not known (docs/spec/02 §2).
Result<> check_redshift(const model::Target& target, const json::Value& redshift) {
  if ((redshift.find("Sql") != nullptr) == (redshift.find("Sqls") != nullptr)) {
    return invalid(
        "Either RedshiftDataParameters.sql or RedshiftDataParameters.sqls must be specified for "
        "target: " +
        target.id + ".");
  }
  return {};
}

}  // namespace

Result<> check_parameters(const model::Target& target, const model::Arn& arn) {
  if (const json::Value* ecs = target.given.find("EcsParameters")) {
    RIALTO_TRY_VOID(check_ecs(target, arn, *ecs));
  }
  if (const json::Value* batch = target.given.find("BatchParameters")) {
    RIALTO_TRY_VOID(check_batch(*batch));
  }
  if (const json::Value* redshift = target.given.find("RedshiftDataParameters")) {
    RIALTO_TRY_VOID(check_redshift(target, *redshift));
  }
  return {};
}

}  // namespace rialto::targets
