// API Gateway (docs/spec/02 §3.1).
#include <algorithm>
#include <array>

#include "base/uri.h"
#include "targets/aws/row.h"
#include "targets/types/http_parameters.h"

namespace rialto::targets {
namespace {

constexpr std::chrono::seconds kTimeout{5};

// Unverified at AWS: what is called where the ARN takes any method.
constexpr std::string_view kMethodOfAny = "POST";

// What users may not set. AWS refuses it in words that are not known; here it is left out.
bool is_asked_header(std::string_view name) {
  static constexpr std::array<std::string_view, 13> kForbidden = {"Authorization",
                                                                  "Connection",
                                                                  "Content-Encoding",
                                                                  "Content-Length",
                                                                  "Host",
                                                                  "Max-Forwards",
                                                                  "TE",
                                                                  "Transfer-Encoding",
                                                                  "Trailer",
                                                                  "Upgrade",
                                                                  "Via",
                                                                  "WWW-Authenticate",
                                                                  "X-Forwarded-For"};
  const bool is_amazons = name.size() >= 5 && http::is_same_name(name.substr(0, 5), "X-Amz");
  return !is_amazons && std::ranges::none_of(kForbidden, [name](std::string_view each) {
    return http::is_same_name(name, each);
  });
}

// `api/stage/METHOD/path/*`.
struct Resource {
  std::string_view api;
  std::string_view stage;
  std::string_view method;
  std::string_view path;  // from its slash on; maybe empty
};

std::string_view take_segment(std::string_view& text) {
  const std::string_view segment = text.substr(0, text.find('/'));
  text.remove_prefix(std::min(text.size(), segment.size() + 1));
  return segment;
}

Resource split(std::string_view resource) {
  Resource out;
  out.api = take_segment(resource);
  out.stage = take_segment(resource);
  const std::size_t slash = std::min(resource.find('/'), resource.size());
  out.method = resource.substr(0, slash);
  out.path = resource.substr(slash);
  return out;
}

Result<> make_gateway(AwsCall& call, const Invocation& invocation) {
  const model::Arn& arn = invocation.target;
  const Resource resource = split(arn.resource);
  const HttpParameters asked(invocation.parameters->given, invocation.event->root);
  RIALTO_TRY(const auto path, asked.fill(resource.path));
  RIALTO_TRY(const auto parameters, asked.query());
  RIALTO_TRY(const auto headers, asked.headers());
  Query query("");
  query.add(parameters);
  call.host = std::string(resource.api) + "." + aws_host("execute-api", arn.region);
  call.method = resource.method == "*" ? kMethodOfAny : resource.method;
  call.path = "/" + encode_uri(resource.stage) + (path == "/" ? "" : path);
  call.query = query.text();
  call.timeout = kTimeout;
  call.headers.push_back({"Content-Type", "application/json"});
  RIALTO_TRY_VOID(add_headers(call.headers, headers, is_asked_header));
  set_header(call.headers, "X-Amz-Source-Arn", invocation.rule_arn);
  RIALTO_TRY(const auto rule, model::RuleRef::parse(invocation.rule_arn));
  set_header(call.headers, "X-Amz-Source-Account", rule.account);
  if (!invocation.event->trace_header.empty()) {
    set_header(call.headers, "X-Amzn-Trace-Id", invocation.event->trace_header);
  }
  if (call.method != "GET" && call.method != "HEAD") call.body = invocation.payload;
  return {};
}

constexpr std::array<Row, 1> kRows = {{
    {"api-gateway", "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH",
     "an HTTP request of the API's", "execute-api",
     [](const model::Arn& arn) {
       return arn.service == "execute-api" && std::ranges::count(arn.resource, '/') >= 2;
     },
     make_gateway},
}};

}  // namespace

std::span<const Row> gateway_rows() { return kRows; }

}  // namespace rialto::targets
