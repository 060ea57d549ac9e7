// The bindings of the AWS protocols (docs/spec/09): which operation a request is for, its input as
// JSON, and the answer's bytes. No HTTP library in sight and no I/O: a front end calls, in order,
//
//   Route route = find_route(services, request);                     // headers only, for JSON
//   if (route.problem) → render_error(route, *route.problem, id)
//   ... authenticate, permit ...
//   Result<json::Value> input = read_input(route, request);
//   Result<json::Value> output = co_await api::invoke(service, *route.operation, caller, *input);
//   render_success(route, *output, id)  or  render_error(route, error, id)
//
// Pure functions; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/operation.h"
#include "aws/form.h"
#include "aws/request.h"

namespace rialto::aws {

enum class Wire : std::uint8_t { Json, Query };

struct Route {
  Wire wire = Wire::Json;
  const api::ServiceFacts* service = nullptr;   // nullptr: for none of ours
  const api::Operation* operation = nullptr;    // nullptr exactly when there is a problem
  std::optional<Error> problem = std::nullopt;  // what the caller is to be told
  std::string content_type = {};                // of the answer
  Form form = {};                               // of a query request
};

struct Answer {
  int status = 200;
  std::string content_type = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

// By X-Amz-Target, else by `Action` in the query string or in a form.
Route find_route(std::span<const api::ServiceFacts* const> services, const Request& request);

// The operation's input as conform()ed JSON. Requires a route without a problem, and the request
// it was found for. Errors: SerializationException, and unreadable query parameters.
Result<json::Value> read_input(const Route& route, const Request& request);

// `output` is what api::invoke gave.
Answer render_success(const Route& route, const json::Value& output, std::string_view request_id);

// Also for a route with a problem, and for errors that no operation knows.
Answer render_error(const Route& route, const Error& error, std::string_view request_id);

}  // namespace rialto::aws
