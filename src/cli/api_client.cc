#include "cli/api_client.h"

#include <fstream>
#include <iterator>

#include "aws/sigv4.h"
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

// Whose what is asked for without keys and without an account is.
constexpr std::string_view kNobody = "000000000000";

// What a call is signed for.
std::string_view service_of(std::string_view target) {
  if (target.empty()) return "rialto";  // our own endpoints (front/gate.h)
  if (target.starts_with("AmazonSQS.")) return "sqs";
  return target.starts_with("AWSEvents.") ? "events" : "sts";
}

Task<> keep_code(Task<int> task, int* code) { *code = co_await std::move(task); }

}  // namespace

Result<ApiClient> ApiClient::make(const Connection& connection) {
  RIALTO_TRY(auto endpoint, http::Endpoint::parse(connection.endpoint));
  return ApiClient(connection, http::Client(std::move(endpoint), kTimeout, connection.ca_file));
}

http::Request ApiClient::request_to(std::string method, std::string path, std::string body) {
  if (connection_.account) {
    path += (path.find('?') == path.npos ? "?account=" : "&account=") + *connection_.account;
  }
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(path);
  request.headers = {{"Content-Type", "application/json"}, {"X-Rialto-Request", "1"}};
  request.body = std::move(body);
  authorize(request, connection_);
  return request;
}

Task<Result<>> ApiClient::follow(std::string path, TakeLine take) {
  std::string rest;  // of a line that has not arrived whole
  const auto take_piece = [&rest, &take](std::string_view piece) {
    rest += piece;
    std::size_t from = 0;
    bool is_wanted = true;
    while (is_wanted) {
      const std::size_t end = rest.find('\n', from);
      if (end == rest.npos) break;
      is_wanted = take(std::string_view(rest).substr(from, end - from));
      from = end + 1;
    }
    rest.erase(0, from);
    return is_wanted;
  };
  RIALTO_CO_TRY(const auto response,
                co_await client_.stream(request_to("GET", path, ""), take_piece));
  if (response.status == 200) co_return Result<>();
  const auto answer = read_answer(response);
  co_return fail(answer.error().code, answer.error().message);
}

http::Request make_request(std::string_view target, std::string body) {
  const bool is_sqs = target.starts_with("AmazonSQS.");
  http::Request request;
  request.method = "POST";
  request.target = "/";
  request.headers = {
      {"Content-Type", is_sqs ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1"},
      {"X-Amz-Target", std::string(target)}};
  request.body = std::move(body);
  return request;
}

void authorize(http::Request& request, const Connection& connection) {
  const std::string_view target = request.header("X-Amz-Target");
  const std::string_view service = service_of(target);
  const aws::Keys& keys = connection.keys;
  const bool is_ours = target.empty();
  if (keys.secret_key.empty() || (connection.account && !is_ours)) {
    // A claim of whose it is, for servers that check no signatures.
    request.headers.push_back(
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=" + connection.account.value_or(std::string(kNobody)) +
             "/20260101/" + connection.region + "/" + std::string(service) +
             "/aws4_request, SignedHeaders=host, Signature=0"});
    return;
  }
  const auto endpoint = http::Endpoint::parse(connection.endpoint);
  aws::Signable signable;
  signable.method = request.method;
  signable.path = request.path();
  signable.query = request.query();
  if (endpoint.ok()) signable.headers.emplace_back("Host", endpoint->text());
  if (!is_ours) signable.headers.emplace_back("X-Amz-Target", target);
  const std::size_t sent = signable.headers.size();
  aws::sign(signable, request.body, keys, connection.region, service, SystemClock().now());
  for (std::size_t i = sent; i < signable.headers.size(); ++i) {
    request.headers.push_back({signable.headers[i].first, signable.headers[i].second});
  }
}

Task<Result<std::string>> ApiClient::find_account() {
  if (connection_.account) co_return *connection_.account;
  RIALTO_CO_TRY(const auto who, co_await call("AWSSecurityTokenServiceV20110615.GetCallerIdentity",
                                              json::Object{}));
  co_return text_of(who, "Account");
}

Task<Result<json::Value>> ApiClient::call(std::string target, json::Value input) {
  auto request = make_request(target, json::write(input));
  authorize(request, connection_);
  RIALTO_CO_TRY(const auto response, co_await client_.send(std::move(request)));
  auto answer = read_answer(response);
  if (!answer.ok()) {
    co_return fail(answer.error().code, target + ": " + answer.error().message);
  }
  co_return answer;
}

Task<Result<json::Value>> ApiClient::ask(std::string method, std::string path, std::string body) {
  auto request = request_to(std::move(method), path, std::move(body));
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

Result<std::string> read_argument(const std::string& argument) {
  if (!argument.starts_with('@')) return argument;
  std::ifstream in(argument.substr(1), std::ios::binary);
  if (!in) return fail(Code::NotFound, "Cannot read " + argument.substr(1) + ".");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string text_of(const json::Value& row, std::string_view member) {
  const json::Value* value = row.find(member);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

std::string json_of(const json::Value& row, std::string_view member) {
  const json::Value* value = row.find(member);
  return value != nullptr ? json::write(*value) : "";
}

const json::Array& list_of(const json::Value& answer, std::string_view member) {
  static const json::Array kNone;
  const json::Value* list = answer.find(member);
  return list != nullptr && list->is_array() ? list->items() : kNone;
}

std::string encode_query(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0xF];
    }
  }
  return out;
}

int run(Task<int> task) {
  int code = 2;
  net::Runtime runtime(1);
  net::run_blocking(runtime.executor(0), keep_code(std::move(task), &code));
  return code;
}

}  // namespace rialto::cli
