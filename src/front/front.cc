#include "front/front.h"

#include <algorithm>

#include "aws/binding.h"
#include "aws/form.h"
#include "base/exposition.h"
#include "front/host.h"
#include "json/number.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::front {
namespace {

constexpr std::string_view kRialtoHeader = "X-Rialto-Request";

aws::Request view_of(const http::Request& request) {
  aws::Request view;
  view.method = request.method;
  view.path = request.path();
  view.query = request.query();
  view.body = request.body;
  view.header = [&request](std::string_view name) { return request.header(name); };
  return view;
}

http::Response json_response(int status, const json::Value& body) {
  return {status, {{"Content-Type", "application/json"}}, json::write(body)};
}

http::Response error_response(int status, std::string message) {
  return json_response(status, json::Object{{"message", std::move(message)}});
}

int status_of(Code code) {
  switch (code) {
    case Code::InvalidArgument:
    case Code::Unsupported:
    case Code::AlreadyExists:
    case Code::Conflict:
    case Code::LimitExceeded: return 400;
    case Code::NotFound: return 404;
    case Code::AccessDenied: return 403;
    case Code::Throttled: return 429;
    case Code::Unavailable:
    case Code::Cancelled:
    case Code::Timeout: return 503;
    case Code::Corruption:
    case Code::Internal: return 500;
  }
  return 500;
}

http::Response error_response(const Error& error) {
  return error_response(status_of(error.code), error.message);
}

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
      options_(std::move(options)) {}

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
    response = co_await handle_rialto(std::move(request));
  }
  response.headers.push_back({std::string(kRequestIdHeader), ids_.uuid()});
  co_return response;
}

Task<http::Response> Front::handle_aws(http::Request request) {
  const Stopwatch watch;
  const aws::Request view = view_of(request);
  const std::string request_id = ids_.uuid();
  aws::Answer answer;
  const aws::Route route = aws::find_route(facts_, view);
  if (route.problem) {
    answer = aws::render_error(route, *route.problem, request_id);
  } else {
    api::Caller caller = identify(view, options_.identity);
    caller.request_id = request_id;
    auto input = aws::read_input(route, view);
    if (!input.ok()) {
      answer = aws::render_error(route, input.error(), request_id);
    } else {
      const auto at = std::ranges::find(facts_, route.service) - facts_.begin();
      api::Service& service = *services_[static_cast<std::size_t>(at)];
      const auto output = co_await api::invoke(service, *route.operation, std::move(caller),
                                               std::move(input).value());
      answer = output.ok() ? aws::render_success(route, *output, request_id)
                           : aws::render_error(route, output.error(), request_id);
    }
  }
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

http::Response Front::health(const http::Request& request) const {
  if (request.path() == "/health/live") return json_response(200, json::Object{{"status", "live"}});
  if (request.path() != "/health/ready") return error_response(404, "There is no such page.");
  if (is_ready_) return json_response(200, json::Object{{"status", "ready"}});
  return json_response(503, json::Object{{"status", "starting"}});
}

std::optional<http::Response> Front::check_host(const http::Request& request) const {
  if (!options_.takes_any_host && !is_loopback_host(request.header("Host"))) {
    return error_response(403, "The Host header must name this machine (localhost, 127.0.0.1).");
  }
  return std::nullopt;
}

// Prometheus sends no header of ours. A page of another origin may send the request, then, but its
// browser lets it read no answer without CORS headers, and nothing is changed by it.
http::Response Front::show_metrics(const http::Request& request) const {
  if (auto refused = check_host(request)) return *std::move(refused);
  return {200, {{"Content-Type", std::string(kExpositionType)}}, port_.metrics()};
}

std::optional<http::Response> Front::check_rialto(const http::Request& request) const {
  if (auto refused = check_host(request)) return refused;
  if (request.header(kRialtoHeader) != "1") {
    return error_response(403, "Send the header " + std::string(kRialtoHeader) +
                                   ": 1. It keeps web pages from calling this endpoint.");
  }
  return std::nullopt;
}

Task<http::Response> Front::handle_rialto(http::Request request) {
  if (auto refused = check_rialto(request)) co_return *std::move(refused);
  const std::string_view path = request.path();
  const bool is_post = request.method == "POST";
  if (path == "/_rialto/status" && request.method == "GET") {
    co_return json_response(200, port_.status());
  }
  if (path == "/_rialto/events" && is_post) co_return co_await put_envelopes(std::move(request));
  if (path == "/_rialto/explain" && is_post) co_return co_await explain(std::move(request));
  if (path == "/_rialto/trace" && request.method == "GET") co_return trace(request);
  if (path == "/_rialto/tail" && request.method == "GET") {
    co_return co_await tail(std::move(request));
  }
  if (path == "/_rialto/targets" && request.method == "GET") {
    co_return co_await targets(std::move(request));
  }
  if (path == "/_rialto/replay" && is_post) co_return co_await start_replay(std::move(request));
  if (path == "/_rialto/replay" && request.method == "GET") co_return describe_replay(request);
  if (path == "/_rialto/backup" && is_post) co_return co_await backup(std::move(request));
  if (path == "/_rialto/reset" && is_post) {
    if (!options_.is_dev) {
      co_return error_response(403, "Only a server with dev = true can be emptied.");
    }
    const Result<> outcome = co_await port_.reset();
    co_return outcome.ok() ? json_response(200, json::Object{}) : error_response(outcome.error());
  }
  if (path == "/_rialto/clock" && is_post) co_return advance_clock(request);
  co_return error_response(
      404, "There is no such endpoint: " + request.method + " " + std::string(path) + ".");
}

Result<Front::BusOf> Front::find_bus(const http::Request& request) const {
  RIALTO_TRY(const aws::Form query, aws::parse_form(request.query()));
  BusOf out;
  out.caller = identify(view_of(request), options_.identity);
  if (const std::string* account = aws::find_field(query, "account")) out.caller.account = *account;
  if (const std::string* region = aws::find_field(query, "region")) out.caller.region = *region;
  if (!is_account(out.caller.account) || !is_region(out.caller.region)) {
    return fail(Code::InvalidArgument, "'account' takes 12 digits, 'region' a Region's name.");
  }
  if (const std::string* bus = aws::find_field(query, "bus")) out.bus = *bus;
  if (const std::string* name = aws::find_field(query, "name")) out.name = *name;
  return out;
}

Task<http::Response> Front::put_envelopes(http::Request request) {
  auto envelopes = json::read_items(request.body);
  if (!envelopes.ok()) co_return error_response(envelopes.error());
  auto to = find_bus(request);
  if (!to.ok()) co_return error_response(to.error());
  const auto count = co_await port_.put_envelopes(std::move(to->caller), std::move(to->bus),
                                                  std::move(envelopes).value());
  if (!count.ok()) co_return error_response(count.error());
  co_return json_response(200, json::Object{{"Accepted", static_cast<std::int64_t>(*count)}});
}

Task<http::Response> Front::explain(http::Request request) {
  auto event = json::parse(request.body);
  if (!event.ok()) co_return error_response(event.error());
  if (!event->is_object()) co_return error_response(400, "An event is a JSON object.");
  auto of = find_bus(request);
  if (!of.ok()) co_return error_response(of.error());
  const auto answer =
      co_await port_.explain(std::move(of->caller), std::move(of->bus), std::move(event).value());
  co_return answer.ok() ? json_response(200, *answer) : error_response(answer.error());
}

http::Response Front::trace(const http::Request& request) const {
  const auto query = aws::parse_form(request.query());
  if (!query.ok()) return error_response(query.error());
  const std::string* id = aws::find_field(*query, "id");
  if (id == nullptr || id->empty()) return error_response(400, "'id' takes an event's id.");
  const auto answer = port_.trace(*id);
  return answer.ok() ? json_response(200, *answer) : error_response(answer.error());
}

Task<http::Response> Front::targets(http::Request request) {
  auto of = find_bus(request);
  if (!of.ok()) co_return error_response(of.error());
  co_return json_response(200, co_await port_.targets(std::move(of->caller)));
}

Task<http::Response> Front::tail(http::Request request) {
  auto of = find_bus(request);
  if (!of.ok()) co_return error_response(of.error());
  std::optional<std::string> pattern;
  // find_bus has read the query already.
  const auto query = aws::parse_form(request.query());
  if (const std::string* given = aws::find_field(*query, "pattern")) pattern = *given;
  auto stream = co_await port_.tail(std::move(of->caller), std::move(of->bus), std::move(pattern));
  if (!stream.ok()) co_return error_response(stream.error());
  http::Response response{200, {{"Content-Type", "application/x-ndjson"}}, {}};
  response.stream = std::move(stream).value();
  co_return response;
}

http::Response Front::advance_clock(const http::Request& request) {
  if (!options_.is_dev) {
    return error_response(403, "Only the clock of a server with dev = true can be moved.");
  }
  const auto body = json::parse(request.body);
  if (!body.ok()) return error_response(body.error());
  const json::Value* by = body->is_object() ? body->find("advance_seconds") : nullptr;
  const auto seconds = by != nullptr && by->is_number() ? json::to_int64(by->number_text())
                                                        : std::optional<std::int64_t>();
  if (!seconds || *seconds < 0) {
    return error_response(400,
                          "Send {\"advance_seconds\": N}, a whole number that is not negative.");
  }
  const auto now = port_.advance_clock(std::chrono::seconds(*seconds));
  if (!now.ok()) return error_response(now.error());
  return json_response(200, json::Object{{"Now", to_iso_millis(*now)}});
}

Task<http::Response> Front::start_replay(http::Request request) {
  auto asked = json::parse(request.body);
  if (!asked.ok()) co_return error_response(asked.error());
  auto of = find_bus(request);
  if (!of.ok()) co_return error_response(of.error());
  const auto answer = co_await port_.start_replay(std::move(of->caller), std::move(asked).value());
  co_return answer.ok() ? json_response(200, *answer) : error_response(answer.error());
}

http::Response Front::describe_replay(const http::Request& request) const {
  const auto of = find_bus(request);
  if (!of.ok()) return error_response(of.error());
  const auto answer = port_.describe_replay(of->caller, of->name);
  return answer.ok() ? json_response(200, *answer) : error_response(answer.error());
}

Task<http::Response> Front::backup(http::Request request) {
  const auto input = json::parse(request.body);
  if (!input.ok()) co_return error_response(input.error());
  const json::Value* directory = input->find("Directory");
  if (directory == nullptr || !directory->is_string() || !directory->as_string().starts_with('/')) {
    co_return error_response(400, "'Directory' takes an absolute path on the server's machine.");
  }
  const Result<> outcome = co_await port_.backup(directory->as_string());
  co_return outcome.ok() ? json_response(200, json::Object{}) : error_response(outcome.error());
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
