// Calls of the server's APIs, as an SDK makes them. Private to cli.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/commands.h"
#include "http/client.h"
#include "json/value.h"
#include "net/task.h"

namespace rialto::cli {

// One connection; used by one task at a time.
class ApiClient {
 public:
  // Error: InvalidArgument for an endpoint that is none.
  static Result<ApiClient> make(const Connection& connection);

  // `target` is "AWSEvents.PutRule" and the like. An error answer becomes an Error.
  Task<Result<json::Value>> call(std::string target, json::Value input);

  // One of Rialto's own endpoints.
  Task<Result<json::Value>> ask(std::string method, std::string path, std::string body);

 private:
  ApiClient(Connection connection, http::Client client)
      : connection_(std::move(connection)), client_(std::move(client)) {}

  Connection connection_;
  http::Client client_;
};

// The request of an API call, for those who send it many times.
http::Request make_request(const Connection& connection, std::string_view target, std::string body);

// Runs `task` on an event loop of its own and answers what it answers.
int run(Task<int> task);

}  // namespace rialto::cli
