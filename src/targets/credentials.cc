#include "targets/credentials.h"

#include "base/iso_time.h"
#include "targets/aws/call.h"
#include "targets/aws/element.h"

namespace rialto::targets {
namespace {

// Keys that expire sooner than that are fetched anew (our number; the SDKs take five minutes).
constexpr std::chrono::minutes kBeforeExpiry{5};
constexpr std::chrono::seconds kAssumeTimeout{10};
constexpr std::string_view kSessionName = "rialto";
// Roles that are kept; beyond that all are forgotten, and assumed again when they are needed.
constexpr std::size_t kRolesMax = 10'000;

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// A refusal stays one; what may pass is tried again.
Error as_assume_error(Error error, const std::string& role) {
  const bool may_pass = is_retryable(error.code);
  return fail(may_pass ? error.code : Code::AccessDenied,
              "The role " + role + " could not be assumed: " + error.message,
              may_pass ? "TRANSIENT_ASSUME_ROLE" : "FAILED_TO_ASSUME_ROLE");
}

}  // namespace

Result<aws::Keys> parse_credentials(std::string_view text, std::string_view profile) {
  aws::Keys keys;
  bool is_ours = false;
  bool is_found = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      is_ours = trim(line.substr(1, line.find(']') - 1)) == profile;
      is_found = is_found || is_ours;
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!is_ours || equals == line.npos) continue;
    const std::string_view name = trim(line.substr(0, equals));
    const std::string value(trim(line.substr(equals + 1)));
    if (name == "aws_access_key_id") keys.access_key = value;
    if (name == "aws_secret_access_key") keys.secret_key = value;
    if (name == "aws_session_token") keys.session_token = value;
  }
  if (!is_found) {
    return fail(Code::InvalidArgument, "it has no profile [" + std::string(profile) + "]");
  }
  if (keys.access_key.empty() || keys.secret_key.empty()) {
    return fail(Code::InvalidArgument, "its profile [" + std::string(profile) +
                                           "] lacks aws_access_key_id or aws_secret_access_key");
  }
  return keys;
}

Result<aws::Keys> Credentials::own_keys(const Need& need) const {
  if (!own_.access_key.empty()) return own_;
  if (!need.is_aws) return aws::Keys{need.account, "none", {}};
  return fail(Code::AccessDenied,
              "There are no credentials to call AWS with. Set AWS_ACCESS_KEY_ID and "
              "AWS_SECRET_ACCESS_KEY, or aws_credentials_file in the configuration file.",
              "FAILED_TO_ASSUME_ROLE");
}

std::shared_ptr<Credentials::Assumed> Credentials::assumed(const Need& need) {
  const std::lock_guard guard(mutex_);
  if (assumed_.size() >= kRolesMax) assumed_.clear();
  auto& entry = assumed_[need.role_arn + " " + need.account + " " + need.region];
  if (!entry) entry = std::make_shared<Assumed>();
  return entry;
}

Task<Result<aws::Keys>> Credentials::get(Need need) {
  const bool is_assumed = !need.role_arn.empty() && endpoints_.has("sts");
  if (!is_assumed) co_return own_keys(need);
  const auto entry = assumed(need);
  co_await entry->turn.take();
  Result<> outcome;
  if (entry->expires_at - clock_.now() < kBeforeExpiry) outcome = co_await assume(entry, need);
  // Keys that still hold are better than none.
  const bool holds = outcome.ok() || entry->expires_at > clock_.now();
  aws::Keys keys = entry->keys;
  entry->turn.pass();
  if (!holds) co_return as_assume_error(outcome.error(), need.role_arn);
  co_return keys;
}

Task<Result<>> Credentials::assume(std::shared_ptr<Assumed> into, Need need) {
  const auto endpoint = endpoints_.find("sts", need.account, need.region);
  if (!endpoint) co_return no_endpoint("sts");
  need.is_aws = endpoint->is_aws;
  RIALTO_CO_TRY(const auto own, own_keys(need));
  AwsCall call{.service = "sts", .account = need.account, .region = need.region};
  set_form(call, {{"Action", "AssumeRole"},
                  {"Version", "2011-06-15"},
                  {"RoleArn", need.role_arn},
                  {"RoleSessionName", std::string(kSessionName)}});
  call.timeout = kAssumeTimeout;
  RIALTO_CO_TRY(const auto answer,
                co_await sender_.send(make_signed(std::move(call), *endpoint, own, clock_.now())));
  if (answer.status != 200) co_return to_error(answer, "sts");
  const std::string_view body = answer.body;
  const auto expires = parse_iso(element(body, "Expiration"));
  aws::Keys keys{std::string(element(body, "AccessKeyId")),
                 std::string(element(body, "SecretAccessKey")),
                 std::string(element(body, "SessionToken"))};
  if (!expires || keys.access_key.empty() || keys.secret_key.empty()) {
    co_return fail(Code::Unavailable, "sts answered without credentials.");
  }
  into->keys = std::move(keys);
  into->expires_at = *expires;
  co_return Result<>();
}

}  // namespace rialto::targets
