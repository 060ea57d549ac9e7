// The file of access keys: what is written is read again, and no secret stands in it.
#include "access/key_file.h"

#include <gtest/gtest.h>

#include "support.h"

namespace rialto::access {
namespace {

const std::string kPolicy =
    R"({"Statement":[{"Effect":"Allow","Action":"events:*","Resource":"*"}]})";

TEST(KeyFile, ReadsWhatItWrote) {
  const crypto::SecretKey secrets = crypto::make_secret_key();
  AccessKey plain = make_key();
  AccessKey rich = make_key("ASIAEXAMPLE");
  rich.user = "jane@example.com";
  rich.is_enabled = false;
  rich.is_admin = true;
  rich.expires_at = kNow + std::chrono::hours(1);
  rich.session_token = "a token";
  ASSERT_TRUE(set_policies(rich, {kPolicy}).ok());
  const std::string text = write_keys({plain, rich}, secrets);
  for (const AccessKey& key : {plain, rich}) {
    EXPECT_EQ(text.find(key.secret), std::string::npos);
  }
  EXPECT_EQ(text.find(rich.session_token), std::string::npos);
  const auto read = read_keys(text, secrets);
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  const AccessKey& first = read->front();
  EXPECT_EQ(first.id, plain.id);
  EXPECT_EQ(first.secret, plain.secret);
  EXPECT_EQ(first.account, plain.account);
  EXPECT_EQ(first.created_at, kNow);
  EXPECT_TRUE(first.is_enabled);
  EXPECT_FALSE(first.is_admin);
  EXPECT_EQ(first.policies, nullptr);
  const AccessKey& second = read->back();
  EXPECT_EQ(second.user, rich.user);
  EXPECT_EQ(second.session_token, rich.session_token);
  EXPECT_EQ(second.expires_at, rich.expires_at);
  EXPECT_FALSE(second.is_enabled);
  EXPECT_TRUE(second.is_admin);
  EXPECT_EQ(second.policy_texts, std::vector<std::string>{kPolicy});
  ASSERT_NE(second.policies, nullptr);
  EXPECT_EQ(second.policies->size(), 1U);
}

TEST(KeyFile, OfNoKeys) {
  const crypto::SecretKey secrets = crypto::make_secret_key();
  const auto read = read_keys(write_keys({}, secrets), secrets);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->empty());
}

TEST(KeyFile, IsOfNoUseWithAnotherKeyOfSecrets) {
  const std::string text = write_keys({make_key()}, crypto::make_secret_key());
  const auto read = read_keys(text, crypto::make_secret_key());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::Conflict);
}

// A secret that is moved to another key's line does not open there.
TEST(KeyFile, SealsEachSecretForItsKey) {
  const crypto::SecretKey secrets = crypto::make_secret_key();
  std::string text = write_keys({make_key("AKIAONE")}, secrets);
  text.replace(text.find("AKIAONE"), 7, "AKIATWO");
  EXPECT_FALSE(read_keys(text, secrets).ok());
}

TEST(KeyFile, SaysWhatIsWrong) {
  const crypto::SecretKey secrets = crypto::make_secret_key();
  EXPECT_FALSE(read_keys("{", secrets).ok());
  EXPECT_EQ(read_keys("{}", secrets).error().message, "It has no list of Keys.");
  EXPECT_EQ(read_keys(write_keys({make_key(), make_key()}, secrets), secrets).error().message,
            "It has the access key AKIAEXAMPLE twice.");
  AccessKey odd = make_key();
  odd.account = "12";
  EXPECT_EQ(read_keys(write_keys({odd}, secrets), secrets).error().message,
            "The access key AKIAEXAMPLE: its account has 12 digits.");
  const std::string good = write_keys({make_key()}, secrets);
  std::string unknown = good;
  unknown.replace(unknown.find("Active"), 6, "Asleep");
  EXPECT_FALSE(read_keys(unknown, secrets).ok());
}

// A key without policies may do more than one with some.
TEST(KeyFile, DoesNotTakePoliciesThatCannotBeReadForNone) {
  const crypto::SecretKey secrets = crypto::make_secret_key();
  AccessKey key = make_key();
  ASSERT_TRUE(set_policies(key, {kPolicy}).ok());
  const std::string good = write_keys({key}, secrets);
  ASSERT_TRUE(read_keys(good, secrets).ok());
  for (const char* policies : {"[]", "null", "\"a\"", "{}", "[1]", "[{}]"}) {
    std::string bad = good;
    bad.replace(bad.find("[" + kPolicy), kPolicy.size() + 2, policies);
    EXPECT_FALSE(read_keys(bad, secrets).ok()) << policies;
  }
}

TEST(AccessKey, IsCheckedByItsParts) {
  const auto refused = [](void (*change)(AccessKey&)) {
    AccessKey key = make_key();
    change(key);
    return !check_key(key).ok();
  };
  EXPECT_TRUE(check_key(make_key()).ok());
  EXPECT_TRUE(refused([](AccessKey& key) { key.id = "a"; }));
  EXPECT_TRUE(refused([](AccessKey& key) { key.id = "a/b/c/d"; }));
  EXPECT_TRUE(refused([](AccessKey& key) { key.secret = "short"; }));
  EXPECT_TRUE(refused([](AccessKey& key) { key.user = "a:b"; }));
  EXPECT_TRUE(refused([](AccessKey& key) { key.user = std::string(65, 'a'); }));
  EXPECT_TRUE(refused([](AccessKey& key) { key.session_token = "t"; }));
  EXPECT_TRUE(refused([](AccessKey& key) { key.expires_at = kNow; }));
  AccessKey key = make_key();
  const auto outcome = set_policies(key, {"{}"});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "The access key AKIAEXAMPLE: A policy needs a Statement.");
}

}  // namespace
}  // namespace rialto::access
