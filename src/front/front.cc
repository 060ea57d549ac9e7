#include "front/front.h"

#include <algorithm>

#include "base/exposition.h"
#include "front/answer.h"
#include "front/host.h"
#include "front/own_endpoints.h"
#include "json/write.h"

namespace rialto::front {
namespace {

// Browsers may ask from any page (docs/spec/09 §10): the API needs credentials that pages do not
// have, while ours, which do not, ask for a header that no page can send unasked.
void add_cors(const http::Request& request, http::Response& response) {
  if (request.header("Origin").empty()) return;
  response.headers.push_back({"Access-Control-Allow-Origin", "*"});
  response.headers.push_back({"Access-Control-Expose-Headers",
                              "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"});
}

http::Response preflight(const http::Request& request) {
  http::Response response;
  add_cors(request, response);
  response.headers.push_back({"Access-Control-Allow-Methods", "POST"});
  const std::string_view asked = request.header("Access-Control-Request-Headers");
  if (!asked.empty()) {
    response.headers.push_back({"Access-Control-Allow-Headers", std::string(asked)});
  }
  response.headers.push_back({"Access-Control-Max-Age", "172800"});
  return response;
}

constexpr std::string_view kRequestIdHeader = "x-amzn-RequestId";

// What a client is told that sent no readable request: the error's name and its text.
struct RefusalText {
  std::string_view type, message;
};

RefusalText refusal_text(int status) {
  switch (status) {
    case 408: return {"RequestTimeout", "The request did not arrive in time."};
    case 413: return {"RequestEntityTooLargeException", "The request body is larger than 10 MB."};
    case 431: return {"BadRequest", "The request line and headers are too large."};
    case 503: return {"ServiceUnavailable", "The server is reading too many requests; try again."};
    default: return {"BadRequest", "The request could not be read as HTTP/1.1."};
  }
}

std::vector<const api::ServiceFacts*> facts_of(const std::vector<api::Service*>& services) {
  std::vector<const api::ServiceFacts*> out;
  for (const api::Service* service : services) out.push_back(&service->facts());
  return out;
}

http::Response to_response(aws::Answer answer) {
  http::Response response;
  response.status = answer.status;
  if (!answer.content_type.empty()) {
    response.headers.push_back({"Content-Type", std::move(answer.content_type)});
  }
  for (auto& [name, value] : answer.headers) {
    response.headers.push_back({std::move(name), std::move(value)});
  }
  response.body = std::move(answer.body);
  return response;
}

}  // namespace

Front::Front(std::vector<api::Service*> services, RialtoPort& port, Ids& ids, FrontOptions options)
    : services_(std::move(services)),
      facts_(facts_of(services_)),
      metrics_(facts_),
      port_(port),
      ids_(ids),
      options_(std::move(options)),
      gate_(options_.gate),
      own_(std::make_unique<OwnEndpoints>(port_, gate_, options_)) {}

Front::~Front() = default;

Task<http::Response> Front::handle(http::Request request) {
  const std::string_view path = request.path();
  const bool is_metrics = path == "/metrics" && request.method == "GET";
  const bool is_ours = is_metrics || path.starts_with("/health/") || path.starts_with("/_rialto/");
  if (!is_ours && request.method != "OPTIONS") co_return co_await handle_aws(std::move(request));
  http::Response response;
  if (!is_ours) {
    response = preflight(request);
  } else if (is_metrics) {
    response = show_metrics(request);
  } else if (path.starts_with("/health/")) {
    response = health(request);
  } else {
    response = co_await own_->handle(std::move(request));
  }
  response.headers.push_back({std::string(kRequestIdHeader), ids_.uuid()});
  co_return response;
}

Task<http::Response> Front::handle_aws(http::Request request) {
  const Stopwatch watch;
  const aws::Request view = view_of(request);
  const std::string request_id = ids_.uuid();
  const aws::Route route = aws::find_route(facts_, view);
  const auto output = co_await call(&route, &view, request_id);
  aws::Answer answer = output.ok() ? aws::render_success(route, *output, request_id)
                                   : aws::render_error(route, output.error(), request_id);
  if (route.problem) {
    ++metrics_.unknown;
  } else {
    metrics_.count(*route.service, *route.operation, answer.status, request.body.size(),
                   watch.elapsed());
  }
  http::Response response = to_response(std::move(answer));
  add_cors(request, response);
  co_return response;
}

// What all operations have in common, in AWS's order: who asks, what for, whether he may.
Task<Result<json::Value>> Front::call(const aws::Route* route, const aws::Request* request,
                                      std::string request_id) {
  if (route->problem) co_return *route->problem;
  RIALTO_CO_TRY(Asker asker, gate_.admit(*request, route->service->signing_name));
  RIALTO_CO_TRY(auto input, aws::read_input(*route, *request));
  RIALTO_CO_TRY_VOID(gate_.permit_call(asker.caller, *route->service, *route->operation, input));
  asker.caller.request_id = std::move(request_id);
  const auto at = std::ranges::find(facts_, route->service) - facts_.begin();
  co_return co_await api::invoke(*services_[static_cast<std::size_t>(at)], *route->operation,
                                 std::move(asker.caller), std::move(input));
}

bool Front::may_read_metrics(const std::string& peer) const {
  const auto address = net::IpAddress::parse(peer);
  if (is_loopback_host(peer.find(':') == peer.npos ? peer : "[" + peer + "]")) return true;
  return std::ranges::any_of(options_.metrics_allow, [&](const http::EgressRule& rule) {
    return rule.covers(peer, address);
  });
}

http::Response Front::health(const http::Request& request) const {
  if (request.path() == "/health/live") return json_response(200, json::Object{{"status", "live"}});
  if (request.path() != "/health/ready") return error_response(404, "There is no such page.");
  if (is_ready_) return json_response(200, json::Object{{"status", "ready"}});
  return json_response(503, json::Object{{"status", "starting"}});
}

// Prometheus sends no header of ours, and does not sign. A page of another origin may send the
// request, then, but its browser lets it read no answer without CORS headers, and nothing is
// changed by it.
http::Response Front::show_metrics(const http::Request& request) const {
  if (!gate_.checks_signatures()) {
    if (auto refused = own_->check_host(request)) return *std::move(refused);
  } else if (!may_read_metrics(request.peer)) {
    return error_response(403,
                          "Metrics are for this machine, and for those whom the option "
                          "metrics_allow names; " +
                              request.peer + " is neither.");
  }
  return {200, {{"Content-Type", std::string(kExpositionType)}}, port_.metrics()};
}

http::Response Front::refuse(int status) const {
  const RefusalText text = refusal_text(status);
  return {status,
          {{"Content-Type", "application/x-amz-json-1.1"},
           {std::string(kRequestIdHeader), ids_.uuid()}},
          json::write(json::Object{{"__type", std::string(text.type)},
                                   {"message", std::string(text.message)}})};
}

}  // namespace rialto::front
