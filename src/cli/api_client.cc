#include "cli/api_client.h"

#include "json/read.h"
#include "json/write.h"
#include "net/runtime.h"

namespace rialto::cli {
namespace {

constexpr std::chrono::seconds kTimeout{60};

Result<json::Value> read_answer(const http::Response& response) {
  json::Value answer{json::Object{}};
  if (!response.body.empty()) {
    auto parsed = json::parse(response.body);
    if (!parsed.ok()) {
      return fail(Code::Unavailable, "The server's answer is not JSON (status " +
                                         std::to_string(response.status) + ").");
    }
    answer = std::move(parsed).value();
  }
  if (response.status == 200) return answer;
  std::string message = "status " + std::to_string(response.status);
  for (const std::string_view member : {"__type", "message"}) {
    const json::Value* text = answer.find(member);
    if (text != nullptr && text->is_string()) message += ", " + text->as_string();
  }
  return fail(Code::InvalidArgument, std::move(message));
}

Task<> keep_code(Task<int> task, int* code) { *code = co_await std::move(task); }

}  // namespace

Result<ApiClient> ApiClient::make(const Connection& connection) {
  RIALTO_TRY(auto endpoint, http::Endpoint::parse(connection.endpoint));
  return ApiClient(connection, http::Client(std::move(endpoint), kTimeout));
}

http::Request make_request(const Connection& connection, std::string_view target,
                           std::string body) {
  const bool is_sqs = target.starts_with("AmazonSQS.");
  http::Request request;
  request.method = "POST";
  request.target = "/";
  request.headers = {
      {"Content-Type", is_sqs ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1"},
      {"X-Amz-Target", std::string(target)},
      // Signatures are not verified by this version; the scope says whose the request is.
      {"Authorization", "AWS4-HMAC-SHA256 Credential=" + connection.account + "/20260101/" +
                            connection.region + "/" + (is_sqs ? "sqs" : "events") +
                            "/aws4_request, SignedHeaders=host, Signature=0"}};
  request.body = std::move(body);
  return request;
}

Task<Result<json::Value>> ApiClient::call(std::string target, json::Value input) {
  auto request = make_request(connection_, target, json::write(input));
  RIALTO_CO_TRY(const auto response, co_await client_.send(std::move(request)));
  auto answer = read_answer(response);
  if (!answer.ok()) {
    co_return fail(answer.error().code, target + ": " + answer.error().message);
  }
  co_return answer;
}

Task<Result<json::Value>> ApiClient::ask(std::string method, std::string path, std::string body) {
  auto request = make_request(connection_, "", std::move(body));
  request.method = std::move(method);
  request.target = path;
  request.headers.push_back({"X-Rialto-Request", "1"});
  RIALTO_CO_TRY(const auto response, co_await client_.send(std::move(request)));
  // Our own endpoints explain themselves in a sentence.
  if (const auto said = json::parse(response.body); response.status != 200 && said.ok()) {
    const json::Value* sentence = said->find("message");
    if (sentence != nullptr && sentence->is_string()) {
      co_return fail(Code::InvalidArgument, sentence->as_string());
    }
  }
  auto answer = read_answer(response);
  if (!answer.ok()) co_return fail(answer.error().code, path + ": " + answer.error().message);
  co_return answer;
}

int run(Task<int> task) {
  int code = 2;
  net::Runtime runtime(1);
  net::run_blocking(runtime.executor(0), keep_code(std::move(task), &code));
  return code;
}

}  // namespace rialto::cli
