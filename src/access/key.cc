#include "access/key.h"

#include <algorithm>

#include "model/arn.h"

namespace rialto::access {
namespace {

constexpr std::size_t kIdMin = 4;
constexpr std::size_t kIdMax = 128;
constexpr std::size_t kSecretMin = 8;
constexpr std::size_t kSecretMax = 1'024;
constexpr std::size_t kUserMax = 64;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_of_user(char c) {
  return is_word(c) || std::string_view("+=,.@-").find(c) != std::string_view::npos;
}

Error invalid(const AccessKey& key, std::string_view what) {
  return fail(Code::InvalidArgument, "The access key " + key.id + ": " + std::string(what));
}

}  // namespace

Result<> check_key(const AccessKey& key) {
  if (key.id.size() < kIdMin || key.id.size() > kIdMax || !std::ranges::all_of(key.id, is_word)) {
    return fail(Code::InvalidArgument,
                "The id of an access key has 4 to 128 letters, digits and underscores.");
  }
  if (key.secret.size() < kSecretMin || key.secret.size() > kSecretMax) {
    return invalid(key, "its secret has 8 to 1,024 bytes.");
  }
  if (!model::is_account_id(key.account)) return invalid(key, "its account has 12 digits.");
  if (key.user.size() > kUserMax || !std::ranges::all_of(key.user, is_of_user)) {
    return invalid(key, "the name of its user has at most 64 letters, digits and _+=,.@-");
  }
  if (key.expires_at.has_value() == key.session_token.empty()) {
    return invalid(key, "an end and a session token go together.");
  }
  return {};
}

Result<> set_policies(AccessKey& key, std::vector<std::string> texts) {
  auto read = std::make_shared<policy::Policies>();
  for (const std::string& text : texts) {
    auto policy = policy::Policy::parse(text, policy::Kind::Identity);
    if (!policy.ok()) return invalid(key, policy.error().message);
    read->push_back(std::move(policy).value());
  }
  key.policy_texts = std::move(texts);
  key.policies = key.policy_texts.empty() ? nullptr : std::move(read);
  return {};
}

}  // namespace rialto::access
