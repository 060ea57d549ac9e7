#include "targets/endpoints.h"

#include <algorithm>
#include <array>

#include "model/arn.h"

namespace rialto::targets {
namespace {

// What an operator may give an endpoint: by the names that ARNs and the AWS CLI use.
constexpr std::array<std::string_view, 24> kServices = {
    kAnyService, "appsync", "batch",       "codebuild",     "codepipeline",  "ec2",
    "ecs",       "events",  "execute-api", "firehose",      "glue",          "imagebuilder",
    "inspector", "kinesis", "lambda",      "logs",          "redshift-data", "sagemaker",
    "sns",       "sqs",     "ssm",         "ssm-incidents", "states",        "sts"};

Error takes(std::string_view what) {
  return fail(Code::InvalidArgument, "it takes " + std::string(what));
}

bool is_place(std::string_view place) {
  if (place.empty() || model::is_account_id(place)) return true;
  const std::size_t slash = place.find('/');
  if (slash == place.npos) return model::is_region(place);
  return model::is_account_id(place.substr(0, slash)) && model::is_region(place.substr(slash + 1));
}

bool is_url(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    return !rest.empty() && rest.front() != '/' && rest.find_first_of("?#@ \t\r\n") == rest.npos;
  }
  return false;
}

std::string key_of(std::string_view service, std::string_view place) {
  return std::string(service) + (place.empty() ? "" : "@" + std::string(place));
}

}  // namespace

Result<> Endpoints::add(std::string_view service, std::string_view place, std::string_view url) {
  if (std::ranges::find(kServices, service) == kServices.end()) {
    std::string known;
    for (const std::string_view each : kServices) {
      known += (known.empty() ? "" : ", ") + std::string(each);
    }
    return takes("endpoints of the services " + known);
  }
  if (!is_place(place)) return takes("an account of 12 digits, a Region, or ACCOUNT/REGION");
  while (url.ends_with('/')) url.remove_suffix(1);
  if (url != kAwsEndpoint && !is_url(url)) {
    return takes("an endpoint such as http://127.0.0.1:9001, or aws for AWS's own");
  }
  lines_.insert_or_assign(key_of(service, place), std::string(url));
  return {};
}

std::optional<Endpoints::Found> Endpoints::find(std::string_view service, std::string_view account,
                                                std::string_view region) const {
  for (const std::string_view name : {service, kAnyService}) {
    if (name == kAnyService && service == "sqs") break;
    const std::string both = std::string(account) + "/" + std::string(region);
    for (const std::string_view place :
         {std::string_view(both), account, region, std::string_view()}) {
      const auto line = lines_.find(key_of(name, place));
      if (line != lines_.end()) return Found{line->second, line->second == kAwsEndpoint};
    }
  }
  return std::nullopt;
}

bool Endpoints::has(std::string_view service) const {
  return std::ranges::any_of(lines_, [service](const auto& line) {
    const std::string_view key = line.first;
    return key.substr(0, key.find('@')) == service;
  });
}

Result<Endpoints> Endpoints::parse(std::string_view text) {
  Endpoints out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    if (equals == line.npos) {
      return takes(
          "pairs of a service and an endpoint, such as lambda=http://127.0.0.1:9001, "
          "with commas between them");
    }
    const std::string_view key = line.substr(0, equals);
    const std::size_t at = key.find('@');
    const std::string_view place = at == key.npos ? std::string_view() : key.substr(at + 1);
    RIALTO_TRY_VOID(out.add(key.substr(0, at), place, line.substr(equals + 1)));
  }
  return out;
}

std::string Endpoints::text() const {
  std::string out;
  for (const auto& [key, url] : lines_) out += (out.empty() ? "" : ",") + key + "=" + url;
  return out;
}

Error no_endpoint(std::string_view service) {
  const std::string name(service);
  return fail(Code::Unsupported,
              "No endpoint of " + name + " is configured. Add `[targets." + name +
                  "]` with a line `endpoint = \"http://HOST:PORT\"` to the configuration file, or "
                  "`endpoint = \"aws\"` for AWS's own.",
              "SDK_CLIENT_ERROR");
}

std::string aws_host(std::string_view service, std::string_view region) {
  const std::string_view suffix =
      model::partition_of(region) == "aws-cn" ? ".amazonaws.com.cn" : ".amazonaws.com";
  const std::string prefix = service == "sagemaker" ? "api.sagemaker" : std::string(service);
  return prefix + "." + std::string(region) + std::string(suffix);
}

}  // namespace rialto::targets
