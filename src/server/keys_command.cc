#include "server/keys_command.h"

#include <algorithm>
#include <cstdio>

#include "base/crypto/digest.h"
#include "json/write.h"
#include "server/input_file.h"
#include "server/key_store.h"

namespace rialto::server {
namespace {

using access::AccessKey;
using Keys = std::vector<AccessKey>;

// `AKIA` and 16 letters and digits that nobody mistakes for each other, as AWS's.
std::string random_id(bool is_temporary) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = is_temporary ? "ASIA" : "AKIA";
  const crypto::SecretKey random = crypto::make_secret_key();
  for (std::size_t i = 0; i < 16; ++i) id += kAlphabet[random.bytes[i] % kAlphabet.size()];
  return id;
}

std::string random_text(std::size_t bytes) {
  const crypto::SecretKey random = crypto::make_secret_key();
  return crypto::base64({reinterpret_cast<const char*>(random.bytes.data()), bytes});
}

Result<std::vector<std::string>> read_files(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    RIALTO_TRY(out.emplace_back(), read_input_file(path));
  }
  return out;
}

// What nobody shows again. The JSON is what `credential_process` of an AWS profile takes.
void show_new(const AccessKey& key, bool is_json) {
  if (is_json) {
    json::Object out{{"Version", 1}, {"AccessKeyId", key.id}, {"SecretAccessKey", key.secret}};
    if (key.expires_at) {
      out.push_back({"SessionToken", key.session_token});
      out.push_back({"Expiration", to_iso_seconds(*key.expires_at)});
    }
    std::printf("%s\n", json::write(std::move(out)).c_str());
    return;
  }
  std::printf("export AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY=%s\n", key.id.c_str(),
              key.secret.c_str());
  if (key.expires_at) std::printf("export AWS_SESSION_TOKEN=%s\n", key.session_token.c_str());
}

json::Value to_json(const AccessKey& key) {
  json::Object row{{"AccessKeyId", key.id},
                   {"Account", key.account},
                   {"User", key.user},
                   {"Status", key.is_enabled ? "Active" : "Inactive"},
                   {"Admin", key.is_admin},
                   {"CreateDate", to_iso_seconds(key.created_at)},
                   {"Policies", static_cast<std::int64_t>(key.policy_texts.size())}};
  if (key.expires_at) row.push_back({"Expiration", to_iso_seconds(*key.expires_at)});
  return row;
}

Result<AccessKey> make_key(const KeysArguments& arguments) {
  const TimePoint now = SystemClock().now();
  AccessKey key;
  key.id = arguments.id.empty() ? random_id(arguments.valid_for.has_value()) : arguments.id;
  key.account = arguments.account;
  key.user = arguments.user;
  key.is_admin = arguments.is_admin;
  key.created_at = now;
  key.secret = random_text(30);
  if (!arguments.secret_file.empty()) {
    RIALTO_TRY(key.secret, read_input_file(arguments.secret_file));
    while (key.secret.ends_with('\n') || key.secret.ends_with('\r')) key.secret.pop_back();
  }
  if (arguments.valid_for) {
    key.expires_at = now + *arguments.valid_for;
    key.session_token = random_text(32);
  }
  RIALTO_TRY(auto policies, read_files(arguments.policy_files));
  RIALTO_TRY_VOID(access::set_policies(key, std::move(policies)));
  RIALTO_TRY_VOID(access::check_key(key));
  return key;
}

Result<KeyStore> open_store(const KeysArguments& arguments) {
  return open_key_store(arguments.flags, arguments.config_file);
}

int tell(const Result<>& outcome) {
  if (outcome.ok()) return 0;
  std::fprintf(stderr, "rialto keys: %s\n", outcome.error().message.c_str());
  return 1;
}

Result<> change(const KeysArguments& arguments,
                const std::function<Result<>(Keys&, AccessKey&)>& change) {
  RIALTO_TRY(const KeyStore store, open_store(arguments));
  return store.change([&](Keys& keys) -> Result<> {
    RIALTO_TRY(AccessKey* const key, find_key(keys, arguments.id));
    return change(keys, *key);
  });
}

Result<> create(const KeysArguments& arguments) {
  RIALTO_TRY(const KeyStore store, open_store(arguments));
  RIALTO_TRY(const AccessKey key, make_key(arguments));
  RIALTO_TRY_VOID(store.change([&key](Keys& keys) -> Result<> {
    if (std::ranges::find(keys, key.id, &AccessKey::id) != keys.end()) {
      return fail(Code::AlreadyExists, "There is an access key " + key.id + " already.");
    }
    keys.push_back(key);
    return {};
  }));
  show_new(key, arguments.is_json);
  return {};
}

Result<> list(const KeysArguments& arguments) {
  RIALTO_TRY(const KeyStore store, open_store(arguments));
  RIALTO_TRY(const Keys keys, store.load());
  if (!arguments.is_json) {
    std::printf("%-22s %-14s %-16s %-9s %-6s %-21s %s\n", "KEY", "ACCOUNT", "USER", "STATUS",
                "ADMIN", "EXPIRES", "POLICIES");
  }
  for (const AccessKey& key : keys) {
    if (arguments.is_json) {
      std::printf("%s\n", json::write(to_json(key)).c_str());
      continue;
    }
    std::printf("%-22s %-14s %-16s %-9s %-6s %-21s %zu\n", key.id.c_str(), key.account.c_str(),
                key.user.empty() ? "-" : key.user.c_str(), key.is_enabled ? "Active" : "Inactive",
                key.is_admin ? "yes" : "no",
                key.expires_at ? to_iso_seconds(*key.expires_at).c_str() : "never",
                key.policy_texts.size());
  }
  return {};
}

}  // namespace

int create_key(const KeysArguments& arguments) { return tell(create(arguments)); }

int list_keys(const KeysArguments& arguments) { return tell(list(arguments)); }

int enable_key(const KeysArguments& arguments, bool is_enabled) {
  return tell(change(arguments, [is_enabled](Keys&, AccessKey& key) -> Result<> {
    key.is_enabled = is_enabled;
    return {};
  }));
}

int delete_key(const KeysArguments& arguments) {
  return tell(change(arguments, [](Keys& keys, AccessKey& key) -> Result<> {
    keys.erase(keys.begin() + (&key - keys.data()));
    return {};
  }));
}

int set_key_policies(const KeysArguments& arguments) {
  return tell(change(arguments, [&arguments](Keys&, AccessKey& key) -> Result<> {
    RIALTO_TRY(auto texts, read_files(arguments.policy_files));
    return access::set_policies(key, std::move(texts));
  }));
}

}  // namespace rialto::server
