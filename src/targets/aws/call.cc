#include "targets/aws/call.h"

#include "base/uri.h"
#include "base/version.h"

namespace rialto::targets {
namespace {

// What is known of an endpoint `http://host:port/base`.
struct Base {
  std::string scheme;
  std::string host;
  std::string path;  // empty, or from the slash on
};

Base split(std::string_view url) {
  const std::size_t after = url.find("://") + 3;
  const std::size_t slash = url.find('/', after);
  const std::size_t end = slash == url.npos ? url.size() : slash;
  return {std::string(url.substr(0, after)), std::string(url.substr(after, end - after)),
          std::string(url.substr(end))};
}

Base base_of(const AwsCall& call, const Endpoints::Found& endpoint) {
  if (!endpoint.is_aws) return split(endpoint.url);
  return {"https://", call.host.empty() ? aws_host(call.service, call.region) : call.host, ""};
}

}  // namespace

void set_json(AwsCall& call, std::string_view version, std::string_view target, std::string body) {
  call.headers.push_back({"Content-Type", "application/x-amz-json-" + std::string(version)});
  call.headers.push_back({"X-Amz-Target", std::string(target)});
  call.body = std::move(body);
}

void set_form(AwsCall& call, const Fields& fields) {
  call.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
  for (const auto& [name, value] : fields) {
    call.body += (call.body.empty() ? "" : "&") + std::string(name) + "=" + encode_uri(value);
  }
}

http::Call make_signed(AwsCall call, const Endpoints::Found& endpoint, const aws::Keys& keys,
                       TimePoint now) {
  const Base base = base_of(call, endpoint);
  const std::string path = base.path + call.path;
  aws::Signable signable{.method = call.method,
                         .path = path,
                         .query = call.query,
                         .headers = {{"Host", base.host}},
                         .payload_sha256 = {}};
  for (http::Header& header : call.headers) {
    signable.headers.emplace_back(std::move(header.name), std::move(header.value));
  }
  const std::string_view signing = call.signing_name.empty() ? call.service : call.signing_name;
  aws::sign(signable, call.body, keys, call.region, signing, now);
  http::Call out;
  out.method = std::move(call.method);
  out.url = base.scheme + base.host + path;
  if (!call.query.empty()) out.url += "?" + call.query;
  for (auto& [name, value] : signable.headers) out.headers.push_back({name, std::move(value)});
  out.headers.push_back({"User-Agent", "Rialto/" + std::string(kVersion)});
  out.body = std::move(call.body);
  out.timeout = call.timeout;
  out.is_trusted = !endpoint.is_aws;  // the operator named it
  return out;
}

Task<Result<std::string>> AwsClient::send(AwsCall call) {
  const auto endpoint = endpoints_.find(call.service, call.account, call.region);
  if (!endpoint) co_return no_endpoint(call.service);
  RIALTO_CO_TRY(const auto keys, co_await credentials_.get(
                                     {call.role_arn, call.account, call.region, endpoint->is_aws}));
  const std::string service = call.service;
  RIALTO_CO_TRY(auto answer,
                co_await sender_.send(make_signed(std::move(call), *endpoint, keys, clock_.now())));
  if (answer.status < 200 || answer.status > 299) co_return to_error(answer, service);
  co_return std::move(answer.body);
}

}  // namespace rialto::targets
