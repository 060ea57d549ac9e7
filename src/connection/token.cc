#include "connection/token.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/uri.h"
#include "connection/encode.h"
#include "json/number.h"
#include "json/read.h"

namespace rialto::connection {
namespace {

using Parameters = std::vector<model::ConnectionParameter>;

// Longer than any in use, and short enough for a header.
constexpr std::size_t kTokenBytesMax = 16U << 10;
constexpr std::int64_t kExpirySecondsMax = 365LL * 24 * 3'600;

// RFC 6749 §5.2.
constexpr std::array<std::string_view, 6> kErrors = {
    "invalid_request",     "invalid_client",         "invalid_grant",
    "unauthorized_client", "unsupported_grant_type", "invalid_scope"};

// Key and value for each: what the user gives replaces what we would send.
std::string form(const model::Authorization& authorization, const Parameters& given) {
  Parameters all = {{"grant_type", "client_credentials"},
                    {"client_id", authorization.name},
                    {"client_secret", authorization.secret}};
  std::erase_if(all, [&](const model::ConnectionParameter& ours) {
    return std::ranges::find(given, ours.key, &model::ConnectionParameter::key) != given.end();
  });
  all.insert(all.end(), given.begin(), given.end());
  std::string out;
  for (const model::ConnectionParameter& each : all) {
    if (!out.empty()) out += '&';
    out += encode_uri(each.key) + '=' + encode_uri(each.value);
  }
  return out;
}

void add_query(std::string& url, const std::string& query) {
  if (query.empty()) return;
  url += url.contains('?') ? '&' : '?';
  url += query;
}

std::string query_of(const Parameters& parameters) {
  std::string out;
  for (const model::ConnectionParameter& each : parameters) {
    if (!out.empty()) out += '&';
    out += encode_uri(each.key) + '=' + encode_uri(each.value);
  }
  return out;
}

// Only what can stand in a header (RFC 6750 §2.1 is narrower).
bool is_token(const json::Value* value) {
  if (value == nullptr || !value->is_string()) return false;
  const std::string& text = value->as_string();
  return !text.empty() && text.size() <= kTokenBytesMax &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::optional<std::int64_t> seconds_of(const json::Value* value) {
  if (value == nullptr) return std::nullopt;
  // Some servers write it as a string.
  if (value->is_string() && json::is_number(value->as_string())) {
    return json::to_int64(value->as_string());
  }
  if (!value->is_number()) return std::nullopt;
  const auto number = json::to_double(value->number_text());
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(std::clamp(*number, 0.0, double(kExpirySecondsMax)));
}

}  // namespace

http::Call token_call(const model::Authorization& authorization) {
  const model::ConnectionParameters none;
  const auto& given = authorization.token_parameters ? *authorization.token_parameters : none;
  http::Call call;
  call.method = authorization.http_method;
  call.url = authorization.endpoint;
  call.timeout = kTokenTimeout;
  add_query(call.url, query_of(given.query));
  // Where a GET puts them is unverified; it has no body.
  if (call.method == "GET") {
    add_query(call.url, form(authorization, given.body));
  } else {
    call.body = form(authorization, given.body);
    call.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  }
  for (const model::ConnectionParameter& header : given.headers) {
    if (is_stripped_header(header.key)) continue;
    std::erase_if(call.headers, [&](const http::Header& ours) {
      return http::is_same_name(ours.name, header.key);
    });
    call.headers.push_back({header.key, header.value});
  }
  call.headers.push_back({"User-Agent", std::string(kUserAgent)});
  return call;
}

Error no_token(std::string why) {
  return fail(Code::AccessDenied, std::move(why), "NO_PERMISSIONS");
}

Result<Token> read_token(const http::Response& response, TimePoint now) {
  const auto document = json::parse(response.body);
  if (response.status < 200 || response.status > 299) {
    std::string why =
        "The authorization endpoint answered with status " + std::to_string(response.status) + ".";
    const json::Value* error = document.ok() ? document->find("error") : nullptr;
    if (error && error->is_string() &&
        std::ranges::find(kErrors, error->as_string()) != kErrors.end()) {
      why.insert(why.size() - 1, " (" + error->as_string() + ")");
    }
    return no_token(std::move(why));
  }
  const json::Value* text = document.ok() ? document->find("access_token") : nullptr;
  if (!is_token(text)) return no_token("The authorization endpoint's answer has no access_token.");
  Token token{text->as_string(), std::nullopt};
  if (const auto seconds = seconds_of(document->find("expires_in"))) {
    token.expires_at =
        now + std::chrono::seconds(std::clamp<std::int64_t>(*seconds, 0, kExpirySecondsMax));
  }
  return token;
}

}  // namespace rialto::connection
