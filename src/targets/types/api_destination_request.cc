#include "targets/types/api_destination_request.h"

#include <algorithm>
#include <vector>

#include "connection/encode.h"
#include "connection/endpoint.h"
#include "json/path.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::targets {
namespace {

using connection::percent_decoded;
using connection::percent_encoded;
using Parameters = std::vector<model::ConnectionParameter>;

// What EventBridge sends whatever anybody asks for; an answer is read no further than a MiB.
constexpr std::string_view kContentType = "application/json; charset=utf-8";
constexpr std::string_view kRange = "bytes=0-1048575";
constexpr std::string_view kAcceptEncoding = "gzip,deflate";

Error invalid(std::string message) {
  return fail(Code::InvalidArgument, std::move(message), "INVALID_PARAMETER");
}

const model::ConnectionParameters& added_by(const connection::Access& access) {
  static const model::ConnectionParameters none;
  const auto& given = access.authorization().invocation_parameters;
  return given ? *given : none;
}

// A value that is a path as a whole stands for what the event has there.
Result<std::string> resolve(const std::string& text, const json::Value& event) {
  if (!text.starts_with("$.")) return text;
  const auto path = json::Path::parse(text);
  json::Value made;
  const json::Value* found = path.ok() ? path->find(event, made) : nullptr;
  if (found == nullptr)
    return invalid("The event has nothing at " + text +
                   ", which the target's "
                   "HttpParameters name.");
  return found->is_string() ? found->as_string() : json::write(*found);
}

// The strings of a list among the target's HttpParameters.
Result<std::vector<std::string>> path_values(const ApiDestinationRequest& request) {
  std::vector<std::string> out;
  const json::Value* parameters = request.target.find("HttpParameters");
  const json::Value* values = parameters ? parameters->find("PathParameterValues") : nullptr;
  if (values == nullptr || !values->is_array()) return out;
  for (const json::Value& value : values->items()) {
    if (!value.is_string()) continue;
    RIALTO_TRY(out.emplace_back(), resolve(value.as_string(), request.event));
  }
  return out;
}

// Those of a map.
Result<Parameters> target_parameters(const ApiDestinationRequest& request, std::string_view map) {
  Parameters out;
  const json::Value* parameters = request.target.find("HttpParameters");
  const json::Value* values = parameters ? parameters->find(map) : nullptr;
  if (values == nullptr || !values->is_object()) return out;
  for (const json::Member& each : values->members()) {
    if (!each.value.is_string()) continue;
    RIALTO_TRY(auto value, resolve(each.value.as_string(), request.event));
    out.push_back({each.key, std::move(value)});
  }
  return out;
}

// A segment that leads up, or is none, would call something else than the endpoint says.
bool is_segment(std::string_view value) { return !value.empty() && value != "." && value != ".."; }

Result<std::string> make_path(const ApiDestinationRequest& request, std::string_view path) {
  RIALTO_TRY(const auto values, path_values(request));
  std::string out;
  std::size_t next = 0;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment != "/*") {
      out += segment;
      continue;
    }
    if (next == values.size()) {
      return invalid("The endpoint has more path parameters than the " +
                     std::to_string(values.size()) + " values of the target.");
    }
    const std::string& value = values[next++];
    if (!is_segment(value)) return invalid("A path parameter value is empty, or leads up.");
    out += '/' + percent_encoded(value);
  }
  return out.empty() ? "/" : out;
}

// One member of a query: how its key reads, and how it is written.
struct QueryMember {
  std::string key;
  std::string text;
};

// Members of a later source take the place of those of the same key in earlier ones.
void add_query(std::vector<QueryMember>& query, const Parameters& parameters) {
  std::erase_if(query, [&](const QueryMember& member) {
    return std::ranges::find(parameters, member.key, &model::ConnectionParameter::key) !=
           parameters.end();
  });
  for (const model::ConnectionParameter& each : parameters) {
    query.push_back({each.key, percent_encoded(each.key) + '=' + percent_encoded(each.value)});
  }
}

Result<std::string> make_query(const ApiDestinationRequest& request, std::string_view own) {
  std::vector<QueryMember> query;
  while (!own.empty()) {
    const std::string_view member = own.substr(0, own.find('&'));
    own.remove_prefix(std::min(own.size(), member.size() + 1));
    if (member.empty()) continue;
    query.push_back({percent_decoded(member.substr(0, member.find('='))), std::string(member)});
  }
  RIALTO_TRY(const auto asked, target_parameters(request, "QueryStringParameters"));
  add_query(query, asked);
  add_query(query, added_by(request.access).query);
  std::string out;
  for (const QueryMember& member : query) {
    out += out.empty() ? '?' : '&';
    out += member.text;
  }
  return out;
}

void set_header(http::Headers& headers, std::string_view name, std::string_view value) {
  std::erase_if(headers, [name](const http::Header& header) {
    return http::is_same_name(header.name, name);
  });
  headers.push_back({std::string(name), std::string(value)});
}

Result<> add_headers(http::Headers& headers, const Parameters& parameters) {
  for (const model::ConnectionParameter& each : parameters) {
    if (connection::is_stripped_header(each.key)) continue;
    // Its text may have come with the event.
    if (!connection::is_header_value(each.value)) {
      return invalid("The value of the header " + each.key + " has control characters in it.");
    }
    set_header(headers, each.key, each.value);
  }
  return {};
}

Result<http::Headers> make_headers(const ApiDestinationRequest& request) {
  http::Headers headers{{"Content-Type", std::string(kContentType)}};
  RIALTO_TRY(const auto asked, target_parameters(request, "HeaderParameters"));
  RIALTO_TRY_VOID(add_headers(headers, asked));
  RIALTO_TRY_VOID(add_headers(headers, added_by(request.access).headers));
  // EventBridge takes any text as the name of an API key.
  const http::Header& proof = request.access.header;
  if (!connection::is_header_name(proof.name) || connection::is_stripped_header(proof.name)) {
    return invalid("The name of the connection's API key cannot be that of a header.");
  }
  set_header(headers, proof.name, proof.value);
  set_header(headers, "User-Agent", connection::kUserAgent);
  set_header(headers, "Range", kRange);
  set_header(headers, "Accept-Encoding", kAcceptEncoding);
  if (!request.trace_header.empty()) {
    set_header(headers, "X-Amzn-Trace-Id", request.trace_header);
  }
  return headers;
}

Result<std::string> make_body(const ApiDestinationRequest& request) {
  const Parameters& parameters = added_by(request.access).body;
  if (parameters.empty()) return std::string(request.payload);
  if (request.payload.size() > kMergedPayloadBytesMax) {
    return invalid("The payload has " + std::to_string(request.payload.size()) +
                   " bytes; with the body parameters of a connection it may have 65536.");
  }
  auto payload = json::parse(request.payload);
  if (!payload.ok() || !payload->is_object()) {
    return fail(Code::InvalidArgument,
                "The payload is not a JSON object, which the body parameters of the connection "
                "need.",
                "INVALID_JSON");
  }
  for (const model::ConnectionParameter& each : parameters) {
    if (json::Value* member = payload->find(each.key)) {
      *member = each.value;
    } else {
      payload->add(each.key, each.value);
    }
  }
  return json::write(*payload);
}

}  // namespace

Result<http::Call> make_request(const ApiDestinationRequest& request) {
  const auto endpoint = connection::Endpoint::parse(request.destination.endpoint);
  if (!endpoint) return invalid("The endpoint of the API destination is no URL.");
  http::Call call;
  call.method = request.destination.http_method;
  call.timeout = kEndpointTimeout;
  RIALTO_TRY(const auto path, make_path(request, endpoint->path));
  RIALTO_TRY(const auto query, make_query(request, endpoint->query));
  call.url = endpoint->origin + path + query;
  RIALTO_TRY(call.headers, make_headers(request));
  if (kGetAndHeadHaveBody || (call.method != "GET" && call.method != "HEAD")) {
    RIALTO_TRY(call.body, make_body(request));
  }
  return call;
}

}  // namespace rialto::targets
