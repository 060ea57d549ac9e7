#include "aws/binding.h"

#include <algorithm>

#include "api/conform.h"
#include "aws/query.h"
#include "aws/xml.h"
#include "base/check.h"
#include "base/text.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::aws {
namespace {

constexpr std::string_view kUnknownOperation = "UnknownOperationException";
constexpr std::string_view kJson10 = "application/x-amz-json-1.0";
constexpr std::string_view kJson11 = "application/x-amz-json-1.1";
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

using Services = std::span<const api::ServiceFacts* const>;

// `Application/JSON; charset=utf-8` → `application/json`.
std::string media_type(std::string_view header) {
  std::string type(header.substr(0, header.find(';')));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  return to_lower(type);
}

std::string_view content_type_of(api::Protocol protocol) {
  switch (protocol) {
    case api::Protocol::AwsJson10: return kJson10;
    case api::Protocol::AwsJson11: return kJson11;
  }
  return kJson11;
}

// AWS says no more than the name (docs/spec/09 §5).
Error unknown_operation() { return fail(Code::NotFound, "", kUnknownOperation); }

Route json_route(Services services, std::string_view target, const std::string& type) {
  Route route;
  route.content_type = type == kJson10 ? kJson10 : kJson11;
  const std::size_t dot = target.rfind('.');
  const std::string_view prefix = target.substr(0, dot);
  for (const api::ServiceFacts* service : services) {
    if (dot == std::string_view::npos || service->target_prefix != prefix) continue;
    route.service = service;
    route.content_type = content_type_of(service->protocol);
    route.operation = api::find_operation(*service, target.substr(dot + 1));
  }
  if (route.operation == nullptr) {
    if (route.service != nullptr) {
      route.problem = api::refuse_operation(*route.service, target.substr(dot + 1));
    }
    if (!route.problem) route.problem = unknown_operation();
  } else if (!type.empty() && type != kJson10 && type != kJson11 && type != "application/json") {
    route.operation = nullptr;
    route.problem =
        fail(Code::InvalidArgument,
             "Content-Type " + type + " is not supported; send " + route.content_type + ".",
             "UnsupportedMediaTypeException");
  }
  return route;
}

// The service that knows the action, best one of that Version; else any with the query protocol.
const api::ServiceFacts* query_service(Services services, std::string_view action,
                                       std::string_view version) {
  const api::ServiceFacts* best = nullptr;
  int best_rank = -1;
  for (const api::ServiceFacts* service : services) {
    if (!service->has_query) continue;
    const bool knows = api::find_operation(*service, action) != nullptr;
    const int rank = (knows ? 2 : 0) + (service->api_version == version ? 1 : 0);
    if (rank > best_rank) best = service;
    best_rank = std::max(rank, best_rank);
  }
  return best;
}

// Parameters may stand in the query string, in the body, or in both.
Result<Form> read_form(const Request& request, bool has_form_body) {
  RIALTO_TRY(Form form, parse_form(request.query));
  if (!has_form_body) return form;
  RIALTO_TRY(Form body, parse_form(request.body));
  std::ranges::move(body, std::back_inserter(form));
  return form;
}

Route query_route(Services services, const Request& request, bool has_form_body) {
  Route route;
  route.wire = Wire::Query;
  route.content_type = "text/xml";
  Result<Form> form = read_form(request, has_form_body);
  if (!form.ok()) {
    route.service = query_service(services, "", "");
    route.problem = std::move(form).error();
    return route;
  }
  route.form = std::move(form).value();
  const std::string* action = find_field(route.form, "Action");
  const std::string* version = find_field(route.form, "Version");
  const std::string_view name = action == nullptr ? std::string_view() : *action;
  route.service = query_service(services, name, version == nullptr ? std::string_view() : *version);
  if (route.service != nullptr) {
    route.operation = api::find_operation(*route.service, name);
    route.problem = api::refuse_operation(*route.service, name);
  }
  if (route.operation == nullptr && !route.problem) {
    route.problem =
        fail(Code::NotFound, "The action " + std::string(name) + " is not valid for this endpoint.",
             kUnknownOperation);
  }
  return route;
}

Result<json::Value> read_json(const Request& request) {
  if (request.body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return json::Value(json::Object());
  }
  Result<json::Value> parsed = json::parse(request.body);
  if (!parsed.ok()) {
    return fail(Code::InvalidArgument, parsed.error().message, api::kSerializationException);
  }
  if (parsed->is_null()) return json::Value(json::Object());
  return parsed;
}

// A queue may be named by the path alone: `/123456789012/orders` (docs/spec/09 §9).
void take_from_path(const Route& route, std::string_view path, json::Value& input) {
  const std::string_view name = route.service->path_member;
  const bool has_member = std::ranges::any_of(route.operation->input->members,
                                              [&](const api::Member& m) { return m.name == name; });
  const std::size_t slash = path.find('/', 1);
  const bool names_queue = path.starts_with('/') && slash != std::string_view::npos && slash > 1 &&
                           slash + 1 < path.size();
  if (!name.empty() && has_member && names_queue && input.find(name) == nullptr) {
    input.add(std::string(name), json::Value(path));
  }
}

std::string query_success(const Route& route, const json::Value& output,
                          std::string_view request_id) {
  const std::string name(route.operation->name);
  std::string out = "<?xml version=\"1.0\"?><" + name + "Response xmlns=\"";
  append_escaped(out, route.service->xml_namespace);
  out += "\">";
  if (route.operation->output != nullptr) {
    out += "<" + name + "Result>";
    append_xml(out, *route.operation->output, output);
    out += "</" + name + "Result>";
  }
  out += "<ResponseMetadata><RequestId>";
  append_escaped(out, request_id);
  return out + "</RequestId></ResponseMetadata></" + name + "Response>";
}

std::string_view fault(int status) { return status >= 500 ? "Receiver" : "Sender"; }

std::string query_error(const Route& route, const api::ErrorFacts& facts, std::string_view message,
                        std::string_view request_id) {
  std::string out = "<?xml version=\"1.0\"?><ErrorResponse";
  if (route.service != nullptr) {
    out += " xmlns=\"";
    append_escaped(out, route.service->xml_namespace);
    out += "\"";
  }
  out.append("><Error><Type>").append(fault(facts.query_status)).append("</Type><Code>");
  append_escaped(out, facts.query_code);
  out += "</Code><Message>";
  append_escaped(out, facts.query_message.empty() ? message : facts.query_message);
  out += "</Message><Detail/></Error><RequestId>";
  append_escaped(out, request_id);
  return out + "</RequestId></ErrorResponse>";
}

std::string json_error(std::string_view type, std::string_view message) {
  std::string out = "{\"__type\":" + json::quoted(type);
  if (!message.empty()) out += ",\"message\":" + json::quoted(message);
  return out + "}";
}

// For a request that no service of ours claims, the names of UnknownOperationException's facts.
api::ErrorFacts facts_of(const Route& route, const Error& error) {
  if (route.service != nullptr) return api::wire_error(*route.service, error);
  return {.name = kUnknownOperation, .wire_type = kUnknownOperation, .query_code = "InvalidAction"};
}

}  // namespace

Route find_route(Services services, const Request& request) {
  const std::string type = media_type(request.header("content-type"));
  const std::string_view target = request.header("x-amz-target");
  if (!target.empty()) return json_route(services, target, type);
  const bool has_action =
      request.query.starts_with("Action=") || request.query.find("&Action=") != std::string::npos;
  const bool has_form_body = type == kFormType;
  if (has_form_body || has_action) return query_route(services, request, has_form_body);
  return json_route(services, "", type);
}

Result<json::Value> read_input(const Route& route, const Request& request) {
  RIALTO_CHECK(route.operation != nullptr, "a route with a problem has no input to read");
  json::Value input;
  switch (route.wire) {
    case Wire::Json: {
      RIALTO_TRY(input, read_json(request));
      break;
    }
    case Wire::Query: {
      RIALTO_TRY(input, from_form(*route.operation->input, route.form));
      take_from_path(route, request.path, input);
      break;
    }
  }
  RIALTO_TRY_VOID(api::conform(*route.operation->input, input));
  return input;
}

Answer render_success(const Route& route, const json::Value& output, std::string_view request_id) {
  RIALTO_CHECK(route.operation != nullptr, "a route with a problem has no success");
  Answer answer{.content_type = route.content_type,
                .headers = {{"x-amzn-RequestId", std::string(request_id)}}};
  if (route.wire == Wire::Query) {
    answer.body = query_success(route, output, request_id);
  } else if (route.operation->output != nullptr) {
    json::append(answer.body, output);
  }
  return answer;
}

Answer render_error(const Route& route, const Error& error, std::string_view request_id) {
  const api::ErrorFacts facts = facts_of(route, error);
  Answer answer{.status = route.wire == Wire::Query ? facts.query_status : facts.status,
                .content_type = route.content_type,
                .headers = {{"x-amzn-RequestId", std::string(request_id)}}};
  if (route.wire == Wire::Query) {
    answer.body = query_error(route, facts, error.message, request_id);
    return answer;
  }
  // SDKs that once spoke the query protocol find its names here (docs/spec/09 §9).
  if (route.service != nullptr && route.service->has_query) {
    std::string names(facts.query_code);
    names.append(";").append(fault(facts.status));
    answer.headers.emplace_back("x-amzn-query-error", std::move(names));
  }
  answer.body = json_error(facts.wire_type, error.message);
  return answer;
}

}  // namespace rialto::aws
