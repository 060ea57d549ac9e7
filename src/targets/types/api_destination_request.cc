#include "targets/types/api_destination_request.h"

#include "connection/encode.h"
#include "connection/endpoint.h"
#include "json/read.h"
#include "json/write.h"
#include "targets/types/http_parameters.h"

namespace rialto::targets {
namespace {

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

bool is_asked_header(std::string_view name) { return !connection::is_stripped_header(name); }

Result<http::Headers> make_headers(const ApiDestinationRequest& request) {
  http::Headers headers{{"Content-Type", std::string(kContentType)}};
  RIALTO_TRY(const auto asked, HttpParameters(request.target, request.event).headers());
  RIALTO_TRY_VOID(add_headers(headers, asked, is_asked_header));
  RIALTO_TRY_VOID(add_headers(headers, added_by(request.access).headers, is_asked_header));
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
  const HttpParameters::List& parameters = added_by(request.access).body;
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
  const HttpParameters asked(request.target, request.event);
  RIALTO_TRY(const auto path, asked.fill(endpoint->path));
  RIALTO_TRY(const auto parameters, asked.query());
  Query query(endpoint->query);
  query.add(parameters);
  query.add(added_by(request.access).query);
  call.url = endpoint->origin + path + (query.text().empty() ? "" : "?" + query.text());
  RIALTO_TRY(call.headers, make_headers(request));
  if (kGetAndHeadHaveBody || (call.method != "GET" && call.method != "HEAD")) {
    RIALTO_TRY(call.body, make_body(request));
  }
  return call;
}

}  // namespace rialto::targets
