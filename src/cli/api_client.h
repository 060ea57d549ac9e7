// Calls of the server's APIs, as an SDK makes them. Private to cli.
#pragma once

#include <functional>
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

  // Whose account the calls are for.
  Task<Result<std::string>> find_account();

  // One of Rialto's own endpoints.
  Task<Result<json::Value>> ask(std::string method, std::string path, std::string body);

  // The same for an answer that comes line by line; `take` answers false to end it.
  using TakeLine = std::function<bool(std::string_view line)>;
  Task<Result<>> follow(std::string path, TakeLine take);

 private:
  ApiClient(Connection connection, http::Client client)
      : connection_(std::move(connection)), client_(std::move(client)) {}
  http::Request request_to(std::string method, std::string path, std::string body);

  Connection connection_;
  http::Client client_;
};

// `text` as a value in the query of a path.
std::string encode_query(std::string_view text);

// JSON text as an argument gives it: itself, or @FILE. Error: NotFound.
Result<std::string> read_argument(const std::string& argument);

// A member of an answer, or nothing where an answer has none of that kind.
std::string text_of(const json::Value& row, std::string_view member);
std::string json_of(const json::Value& row, std::string_view member);
const json::Array& list_of(const json::Value& answer, std::string_view member);

// The request of an API call, for those who send it many times: to be authorized for each time.
http::Request make_request(std::string_view target, std::string body);

// Adds whose the request is, and a signature where the environment has a secret to sign with.
void authorize(http::Request& request, const Connection& connection);

// Runs `task` on an event loop of its own and answers what it answers.
int run(Task<int> task);

}  // namespace rialto::cli
