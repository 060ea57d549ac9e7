// Machines, documents, statements and incidents (docs/spec/02 §3).
#include <array>

#include "json/read.h"
#include "json/write.h"
#include "targets/aws/row.h"

namespace rialto::targets {
namespace {

// What SSM takes of a description.
constexpr std::size_t kDescriptionMax = 1024;

bool is_of(const model::Arn& arn, std::string_view service, std::string_view resource) {
  return arn.service == service && arn.resource.starts_with(resource);
}

Result<> make_run_command(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(const auto given, parameters(invocation, "RunCommandParameters"));
  json::Value body{json::Object{{"DocumentName", resource_name(invocation.target)}}};
  copy_members(body, given, std::array{Rename{"RunCommandTargets", "Targets"}});
  if (invocation.is_transformed) {
    RIALTO_TRY(auto payload, object_payload(invocation));
    body.add("Parameters", std::move(payload));
  }
  set_json(call, "1.1", "AmazonSSM.SendCommand", json::write(body));
  return {};
}

// `automation-definition/NAME:VERSION`.
Result<> make_automation(AwsCall& call, const Invocation& invocation) {
  const std::string name = resource_name(invocation.target);
  const std::size_t colon = name.find(':');
  json::Value body{json::Object{{"DocumentName", name.substr(0, colon)},
                                {"ClientToken", stable_token(invocation)}}};
  if (colon != name.npos) body.add("DocumentVersion", name.substr(colon + 1));
  if (invocation.is_transformed) {
    RIALTO_TRY(auto payload, object_payload(invocation));
    body.add("Parameters", std::move(payload));
  }
  set_json(call, "1.1", "AmazonSSM.StartAutomationExecution", json::write(body));
  return {};
}

json::Value operational_data(const json::Value& payload) {
  json::Value out{json::Object{}};
  if (const auto* data = payload.find("operationalData"); data && data->is_object()) {
    for (const json::Member& member : data->members()) {
      json::Value item{json::Object{}};
      static constexpr std::array kNames = {Rename{"value", "Value"}, Rename{"type", "Type"}};
      copy_members(item, member.value, kNames);
      out.add(member.key, std::move(item));
    }
  }
  if (const auto* resources = payload.find("resources"); resources && resources->is_array()) {
    json::Array arns;
    for (const json::Value& resource : resources->items()) {
      arns.push_back(resource.is_string() ? json::Value(json::Object{{"arn", resource}})
                                          : resource);
    }
    out.add("/aws/resources", json::Object{{"Type", "SearchableString"},
                                           {"Value", json::write(json::Value(std::move(arns)))}});
  }
  return out;
}

// Of an event as it is, its detail-type and its source are what an item must have (unverified).
Result<> make_ops_item(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(auto payload, object_payload(invocation));
  if (!invocation.is_transformed) {
    const json::Value& event = invocation.event->root;
    payload = json::Object{{"title", *event.find("detail-type")},
                           {"description", invocation.payload.substr(0, kDescriptionMax)},
                           {"source", *event.find("source")},
                           {"resources", *event.find("resources")}};
  }
  json::Value body{json::Object{}};
  static constexpr std::array kNames = {
      Rename{"title", "Title"},       Rename{"description", "Description"},
      Rename{"category", "Category"}, Rename{"severity", "Severity"},
      Rename{"source", "Source"},     Rename{"priority", "Priority"}};
  copy_members(body, payload, kNames);
  body.add("OperationalData", operational_data(payload));
  set_json(call, "1.1", "AmazonSSM.CreateOpsItem", json::write(body));
  return {};
}

Result<> make_incident(AwsCall& call, const Invocation& invocation) {
  json::Object trigger{
      {"source", "aws.events"},
      {"triggerArn", invocation.rule_arn},
      {"timestamp",
       json::Number{std::to_string(to_millis(model::time_of(*invocation.event)) / 1000)}},
      {"rawData", invocation.payload}};
  const json::Value body{json::Object{{"responsePlanArn", invocation.target.text()},
                                      {"clientToken", stable_token(invocation)},
                                      {"triggerDetails", std::move(trigger)}}};
  call.path = "/startIncident";
  call.headers.push_back({"Content-Type", "application/json"});
  call.body = json::write(body);
  // A response plan has no Region: the rule's is where the incident starts.
  if (call.region.empty()) {
    RIALTO_TRY(const auto rule, model::RuleRef::parse(invocation.rule_arn));
    call.region = rule.region;
  }
  return {};
}

Result<> make_ec2(AwsCall& call, const Invocation& invocation) {
  const auto id = json::parse(invocation.payload);
  if (!id.ok() || !id->is_string()) {
    return fail(Code::InvalidArgument,
                "The input must be a JSON string: the id of what is acted upon.", "INVALID_JSON");
  }
  struct Action {
    std::string_view resource;
    std::string_view action;
    std::string_view id;
  };
  static constexpr std::array<Action, 4> kActions = {{
      {"target/reboot-instance", "RebootInstances", "InstanceId.1"},
      {"target/stop-instance", "StopInstances", "InstanceId.1"},
      {"target/terminate-instance", "TerminateInstances", "InstanceId.1"},
      {"target/create-snapshot", "CreateSnapshot", "VolumeId"},
  }};
  for (const Action& action : kActions) {
    if (invocation.target.resource != action.resource) continue;
    set_form(call, {{"Action", std::string(action.action)},
                    {"Version", "2016-11-15"},
                    {action.id, id->as_string()}});
    return {};
  }
  return fail(Code::InvalidArgument,
              "There is no built-in target " + invocation.target.resource + ".",
              "INVALID_PARAMETER");
}

// A cluster's name, or a workgroup's.
Result<> make_redshift(AwsCall& call, const Invocation& invocation) {
  RIALTO_TRY(const auto given, parameters(invocation, "RedshiftDataParameters"));
  const bool is_serverless = invocation.target.service == "redshift-serverless";
  json::Value body{json::Object{
      {is_serverless ? "WorkgroupName" : "ClusterIdentifier", resource_name(invocation.target)},
      {"ClientToken", stable_token(invocation)}}};
  static constexpr std::array kNames = {Rename{"Database", "Database"},
                                        Rename{"DbUser", "DbUser"},
                                        Rename{"SecretManagerArn", "SecretArn"},
                                        Rename{"StatementName", "StatementName"},
                                        Rename{"WithEvent", "WithEvent"},
                                        Rename{"Sql", "Sql"},
                                        Rename{"Sqls", "Sqls"}};
  copy_members(body, given, kNames);
  set_json(call, "1.1",
           given.find("Sqls") != nullptr ? "RedshiftData.BatchExecuteStatement"
                                         : "RedshiftData.ExecuteStatement",
           json::write(body));
  return {};
}

Result<> make_inspector(AwsCall& call, const Invocation& invocation) {
  const json::Value body{json::Object{{"assessmentTemplateArn", invocation.target.text()}}};
  set_json(call, "1.1", "InspectorService.StartAssessmentRun", json::write(body));
  return {};
}

constexpr std::array<Row, 7> kRows = {{
    {"ssm-run-command", "arn:aws:ssm:REGION:ACCOUNT:document/NAME", "SSM SendCommand", "ssm",
     [](const model::Arn& arn) { return is_of(arn, "ssm", "document/"); }, make_run_command},
    {"ssm-automation", "arn:aws:ssm:REGION:ACCOUNT:automation-definition/NAME:VERSION",
     "SSM StartAutomationExecution", "ssm",
     [](const model::Arn& arn) { return is_of(arn, "ssm", "automation-definition/"); },
     make_automation},
    {"ssm-ops-item", "arn:aws:ssm:REGION:ACCOUNT:opsitem", "SSM CreateOpsItem", "ssm",
     [](const model::Arn& arn) { return arn.service == "ssm" && arn.resource == "opsitem"; },
     make_ops_item},
    {"incident-manager", "arn:aws:ssm-incidents::ACCOUNT:response-plan/NAME",
     "Incident Manager StartIncident", "ssm-incidents",
     [](const model::Arn& arn) { return is_of(arn, "ssm-incidents", "response-plan/"); },
     make_incident},
    {"ec2", "arn:aws:events:REGION:ACCOUNT:target/ACTION",
     "EC2 RebootInstances, StopInstances, TerminateInstances or CreateSnapshot", "ec2",
     [](const model::Arn& arn) { return is_of(arn, "events", "target/"); }, make_ec2},
    {"redshift-data", "arn:aws:redshift:REGION:ACCOUNT:cluster:NAME",
     "Redshift Data ExecuteStatement or BatchExecuteStatement", "redshift-data",
     [](const model::Arn& arn) {
       return is_of(arn, "redshift", "cluster:") || is_of(arn, "redshift-serverless", "workgroup/");
     },
     make_redshift},
    {"inspector", "arn:aws:inspector:REGION:ACCOUNT:target/ID/template/ID",
     "Inspector StartAssessmentRun", "inspector",
     [](const model::Arn& arn) { return is_of(arn, "inspector", "target/"); }, make_inspector},
}};

}  // namespace

std::span<const Row> management_rows() { return kRows; }

}  // namespace rialto::targets
