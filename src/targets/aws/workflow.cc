// State machines, tasks, jobs, builds and pipelines (docs/spec/02 §3).
#include <array>

#include "json/read.h"
#include "json/write.h"
#include "model/arn.h"
#include "targets/aws/row.h"

namespace rialto::targets {
namespace {

// What ECS takes for startedBy (unverified: EventBridge's own text).
constexpr std::size_t kStartedByMax = 36;

bool is_json(const std::string& text) { return json::parse(text).ok(); }

Result<> make_states(AwsCall& call, const Invocation& invocation) {
  if (!is_json(invocation.payload)) {
    return fail(Code::InvalidArgument,
                "The transformed input is not JSON, which a state machine takes.", "INVALID_JSON");
  }
  const json::Value body{
      json::Object{{"stateMachineArn", invocation.target.text()},
                   {"name", invocation.event->id + "_" + stable_token(invocation)},
                   {"input", invocation.payload}}};
  set_json(call, "1.0", "AWSStepFunctions.StartExecution", json::write(body));
  return {};
}

json::Value task_network(const json::Value& given) {
  json::Value out{json::Object{}};
  if (const json::Value* awsvpc = given.find("awsvpcConfiguration")) {
    out.add("awsvpcConfiguration", with_small_keys(*awsvpc));
  }
  return out;
}

Result<> make_ecs(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(const auto given, parameters(invocation, "EcsParameters"));
  RIALTO_TRY(const auto rule, model::RuleRef::parse(invocation.rule_arn));
  json::Value body{
      json::Object{{"cluster", invocation.target.text()},
                   {"startedBy", ("events-rule/" + rule.name).substr(0, kStartedByMax)}}};
  static constexpr std::array kNames = {
      Rename{"TaskDefinitionArn", "taskDefinition"},
      Rename{"TaskCount", "count"},
      Rename{"LaunchType", "launchType"},
      Rename{"PlatformVersion", "platformVersion"},
      Rename{"Group", "group"},
      Rename{"CapacityProviderStrategy", "capacityProviderStrategy"},
      Rename{"PlacementConstraints", "placementConstraints"},
      Rename{"PlacementStrategy", "placementStrategy"},
      Rename{"EnableECSManagedTags", "enableECSManagedTags"},
      Rename{"EnableExecuteCommand", "enableExecuteCommand"},
      Rename{"PropagateTags", "propagateTags"},
      Rename{"ReferenceId", "referenceId"}};
  copy_members(body, given, kNames);
  if (given.find("TaskCount") == nullptr) body.add("count", 1);
  if (const auto* tags = given.find("Tags")) body.add("tags", with_small_keys(*tags));
  if (const auto* network = given.find("NetworkConfiguration")) {
    body.add("networkConfiguration", task_network(*network));
  }
  if (invocation.is_transformed) {
    RIALTO_TRY(auto overrides, object_payload(invocation));
    body.add("overrides", std::move(overrides));
  }
  set_json(call, "1.1", "AmazonEC2ContainerServiceV20141113.RunTask", json::write(body));
  return {};
}

// A success may have started nothing.
Result<> judge_ecs(const std::string& body) {
  const auto answer = json::parse(body);
  const json::Value* failures = answer.ok() ? answer->find("failures") : nullptr;
  if (failures == nullptr || !failures->is_array() || failures->items().empty()) return {};
  const json::Value* reason = failures->items().front().find("reason");
  const std::string text = reason != nullptr && reason->is_string() ? reason->as_string() : "";
  // No room in the cluster is what may pass.
  const bool may_pass = text.starts_with("RESOURCE:") || text == "AGENT" || text == "CAPACITY";
  return fail(may_pass ? Code::Unavailable : Code::InvalidArgument,
              "ecs started no task: " + text + ".", "ERROR_FROM_TARGET");
}

Result<> make_batch(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(const auto given, parameters(invocation, "BatchParameters"));
  json::Value body{json::Object{{"jobQueue", invocation.target.text()}}};
  static constexpr std::array kNames = {Rename{"JobDefinition", "jobDefinition"},
                                        Rename{"JobName", "jobName"}};
  copy_members(body, given, kNames);
  if (const auto* array = given.find("ArrayProperties")) {
    body.add("arrayProperties", with_small_keys(*array));
  }
  if (const auto* retry = given.find("RetryStrategy")) {
    body.add("retryStrategy", with_small_keys(*retry));
  }
  const auto payload = json::parse(invocation.payload);
  if (payload.ok() && payload->is_object()) {
    if (const auto* overrides = payload->find("ContainerOverrides")) {
      body.add("containerOverrides", with_small_keys(*overrides));
    }
    if (const auto* depends = payload->find("DependsOn")) {
      body.add("dependsOn", with_small_keys(*depends));
    }
    // Names of the job definition's own, so their letters stay.
    if (const auto* named = payload->find("Parameters")) body.add("parameters", *named);
  }
  call.path = "/v1/submitjob";
  call.headers.push_back({"Content-Type", "application/json"});
  call.body = json::write(body);
  return {};
}

Result<> make_codebuild(AwsCall& call, const Invocation& invocation) {
  json::Value body{json::Object{{"projectName", resource_name(invocation.target)}}};
  bool is_batch = false;
  if (invocation.is_transformed) {
    RIALTO_TRY(const auto payload, object_payload(invocation));
    for (const json::Member& member : payload.members()) {
      if (member.key == "buildType") {
        is_batch = member.value.is_string() && member.value.as_string() == "BATCH";
      } else if (member.key != "projectName") {
        body.add(member.key, member.value);
      }
    }
  }
  set_json(call, "1.1",
           is_batch ? "CodeBuild_20161006.StartBuildBatch" : "CodeBuild_20161006.StartBuild",
           json::write(body));
  return {};
}

Result<> make_codepipeline(AwsCall& call, const Invocation& invocation) {
  json::Value body{json::Object{{"name", invocation.target.resource},
                                {"clientRequestToken", stable_token(invocation)}}};
  if (invocation.is_transformed) {
    RIALTO_TRY(const auto payload, object_payload(invocation));
    static constexpr std::array kNames = {Rename{"variables", "variables"},
                                          Rename{"sourceRevisions", "sourceRevisions"}};
    copy_members(body, payload, kNames);
  }
  set_json(call, "1.1", "CodePipeline_20150709.StartPipelineExecution", json::write(body));
  return {};
}

Result<> make_sagemaker(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(const auto given, parameters(invocation, "SageMakerPipelineParameters"));
  json::Value body{json::Object{{"PipelineName", resource_name(invocation.target)},
                                {"ClientRequestToken", stable_token(invocation)}}};
  copy_members(body, given, std::array{Rename{"PipelineParameterList", "PipelineParameters"}});
  set_json(call, "1.1", "SageMaker.StartPipelineExecution", json::write(body));
  return {};
}

// NotifyEvent is in no SDK: its members are our guess (unverified).
Result<> make_glue(AwsCall& call, const Invocation& invocation) {
  const json::Value body{json::Object{{"WorkflowName", resource_name(invocation.target)},
                                      {"EventIds", json::Array{invocation.event->id}}}};
  set_json(call, "1.1", "AWSGlue.NotifyEvent", json::write(body));
  return {};
}

Result<> make_imagebuilder(AwsCall& call, const Invocation& invocation) {
  const json::Value body{json::Object{{"imagePipelineArn", invocation.target.text()},
                                      {"clientToken", stable_token(invocation)}}};
  call.method = "PUT";
  call.path = "/StartImagePipelineExecution";
  call.headers.push_back({"Content-Type", "application/json"});
  call.body = json::write(body);
  return {};
}

constexpr std::array<Row, 8> kRows = {{
    {"step-functions", "arn:aws:states:REGION:ACCOUNT:stateMachine:NAME",
     "Step Functions StartExecution", "states",
     [](const model::Arn& arn) {
       return arn.service == "states" && arn.resource.starts_with("stateMachine:");
     },
     make_states, nullptr, true},
    {"ecs", "arn:aws:ecs:REGION:ACCOUNT:cluster/NAME", "ECS RunTask", "ecs",
     [](const model::Arn& arn) {
       return arn.service == "ecs" && arn.resource.starts_with("cluster/");
     },
     make_ecs, judge_ecs},
    {"batch", "arn:aws:batch:REGION:ACCOUNT:job-queue/NAME", "Batch SubmitJob", "batch",
     [](const model::Arn& arn) {
       return arn.service == "batch" && arn.resource.starts_with("job-queue/");
     },
     make_batch},
    {"codebuild", "arn:aws:codebuild:REGION:ACCOUNT:project/NAME",
     "CodeBuild StartBuild or StartBuildBatch", "codebuild",
     [](const model::Arn& arn) {
       return arn.service == "codebuild" && arn.resource.starts_with("project/");
     },
     make_codebuild},
    {"codepipeline", "arn:aws:codepipeline:REGION:ACCOUNT:NAME",
     "CodePipeline StartPipelineExecution", "codepipeline",
     [](const model::Arn& arn) { return arn.service == "codepipeline"; }, make_codepipeline},
    {"sagemaker-pipeline", "arn:aws:sagemaker:REGION:ACCOUNT:pipeline/NAME",
     "SageMaker StartPipelineExecution", "sagemaker",
     [](const model::Arn& arn) {
       return arn.service == "sagemaker" && arn.resource.starts_with("pipeline/");
     },
     make_sagemaker},
    {"glue-workflow", "arn:aws:glue:REGION:ACCOUNT:workflow/NAME", "Glue NotifyEvent", "glue",
     [](const model::Arn& arn) {
       return arn.service == "glue" && arn.resource.starts_with("workflow/");
     },
     make_glue},
    {"image-builder", "arn:aws:imagebuilder:REGION:ACCOUNT:image-pipeline/NAME",
     "Image Builder StartImagePipelineExecution", "imagebuilder",
     [](const model::Arn& arn) {
       return arn.service == "imagebuilder" && arn.resource.starts_with("image-pipeline/");
     },
     make_imagebuilder},
}};

}  // namespace

std::span<const Row> workflow_rows() { return kRows; }

}  // namespace rialto::targets
