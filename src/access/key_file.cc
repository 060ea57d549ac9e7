#include "access/key_file.h"

#include <algorithm>

#include "base/crypto/digest.h"
#include "base/iso_time.h"
#include "json/read.h"
#include "json/write.h"

namespace rialto::access {
namespace {

constexpr std::string_view kActive = "Active";
constexpr std::string_view kInactive = "Inactive";

// What is sealed for one key and one use opens for no other.
std::string bound_to(const std::string& id, std::string_view use) {
  return "access-key/" + id + "/" + std::string(use);
}

std::string seal_text(const AccessKey& key, std::string_view use, const std::string& plain,
                      const crypto::SecretKey& secrets) {
  return crypto::base64(crypto::seal(secrets, plain, bound_to(key.id, use)));
}

std::string text_of(const json::Value& row, std::string_view member) {
  const json::Value* value = row.find(member);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

Result<std::string> unseal_text(const json::Value& row, std::string_view member,
                                const std::string& id, const crypto::SecretKey& secrets) {
  if (row.find(member) == nullptr) return std::string();
  if (const auto sealed = crypto::from_base64(text_of(row, member))) {
    auto plain = crypto::unseal(secrets, *sealed, bound_to(id, member));
    if (plain) return *std::move(plain);
  }
  return fail(Code::Conflict, "The access key " + id +
                                  " was written with another key of secrets. Name that one with "
                                  "--secrets-key-file, or make the access key again.");
}

Result<AccessKey> read_key(const json::Value& row, const crypto::SecretKey& secrets) {
  AccessKey key;
  key.id = text_of(row, "AccessKeyId");
  RIALTO_TRY(key.secret, unseal_text(row, "SealedSecret", key.id, secrets));
  RIALTO_TRY(key.session_token, unseal_text(row, "SealedSessionToken", key.id, secrets));
  key.account = text_of(row, "Account");
  key.user = text_of(row, "User");
  const std::string status = text_of(row, "Status");
  key.is_enabled = status == kActive;
  const json::Value* admin = row.find("Admin");
  key.is_admin = admin != nullptr && admin->is_bool() && admin->as_bool();
  const auto created = parse_iso(text_of(row, "CreateDate"));
  key.created_at = created.value_or(TimePoint());
  if (row.find("Expiration") != nullptr) key.expires_at = parse_iso(text_of(row, "Expiration"));
  RIALTO_TRY_VOID(check_key(key));
  if (!created || (status != kActive && status != kInactive)) {
    return fail(Code::InvalidArgument, "The access key " + key.id +
                                           " has no CreateDate, or no Status that is Active or "
                                           "Inactive.");
  }
  std::vector<std::string> policies;
  if (const json::Value* given = row.find("Policies"); given != nullptr) {
    // Without any a key may do more, so what cannot be read is not the same as none.
    if (!given->is_array() || given->items().empty()) {
      return fail(Code::InvalidArgument,
                  "The access key " + key.id + ": its Policies are no list with a policy in it.");
    }
    for (const json::Value& policy : given->items()) policies.push_back(json::write(policy));
  }
  RIALTO_TRY_VOID(set_policies(key, std::move(policies)));
  return key;
}

json::Value to_json(const AccessKey& key, const crypto::SecretKey& secrets) {
  json::Object row{{"AccessKeyId", key.id}, {"Account", key.account}};
  if (!key.user.empty()) row.push_back({"User", key.user});
  row.push_back({"Status", key.is_enabled ? kActive : kInactive});
  if (key.is_admin) row.push_back({"Admin", true});
  row.push_back({"CreateDate", to_iso_seconds(key.created_at)});
  row.push_back({"SealedSecret", seal_text(key, "SealedSecret", key.secret, secrets)});
  if (key.expires_at) {
    row.push_back({"Expiration", to_iso_seconds(*key.expires_at)});
    row.push_back(
        {"SealedSessionToken", seal_text(key, "SealedSessionToken", key.session_token, secrets)});
  }
  json::Array policies;
  for (const std::string& text : key.policy_texts) {
    if (auto policy = json::parse(text); policy.ok()) policies.push_back(std::move(*policy));
  }
  if (!policies.empty()) row.push_back({"Policies", std::move(policies)});
  return row;
}

}  // namespace

Result<std::vector<AccessKey>> read_keys(std::string_view text, const crypto::SecretKey& secrets) {
  RIALTO_TRY(const auto root, json::parse(text));
  const json::Value* rows = root.find("Keys");
  if (rows == nullptr || !rows->is_array()) {
    return fail(Code::InvalidArgument, "It has no list of Keys.");
  }
  std::vector<AccessKey> keys;
  for (const json::Value& row : rows->items()) {
    RIALTO_TRY(auto key, read_key(row, secrets));
    if (std::ranges::find(keys, key.id, &AccessKey::id) != keys.end()) {
      return fail(Code::InvalidArgument, "It has the access key " + key.id + " twice.");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string write_keys(const std::vector<AccessKey>& keys, const crypto::SecretKey& secrets) {
  std::string out = R"({"Version":1,"Keys":[)";
  for (const AccessKey& key : keys) {
    out += &key == &keys.front() ? "\n" : ",\n";
    json::append(out, to_json(key, secrets));
  }
  return out + "\n]}\n";
}

}  // namespace rialto::access
