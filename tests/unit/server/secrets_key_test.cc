// Where the key of secrets comes from, and what is refused with which sentence.
#include "server/secrets_key.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace rialto::server {
namespace {

namespace fs = std::filesystem;

class SecretsKeyTest : public ::testing::Test {
 protected:
  SecretsKeyTest() {
    std::string name = (fs::temp_directory_path() / "rialto-key-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~SecretsKeyTest() override { fs::remove_all(directory_); }

  std::string write(const std::string& text, fs::perms perms = fs::perms::owner_read) {
    const std::string path = directory_ + "/mine";
    fs::remove(path);
    std::ofstream(path) << text;
    fs::permissions(path, perms);
    return path;
  }

  std::string directory_;
};

TEST_F(SecretsKeyTest, IsMadeOnceForItsOwnerOnly) {
  const auto made = load_secrets_key({"", directory_, true});
  ASSERT_TRUE(made.ok()) << made.error().message;
  const auto perms = fs::status(directory_ + "/secrets.key").permissions();
  EXPECT_EQ(perms, fs::perms::owner_read | fs::perms::owner_write);
  const auto read = load_secrets_key({"", directory_, false});
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->bytes, made->bytes);
}

TEST_F(SecretsKeyTest, IsNotMadeAnewWhereItIsMissed) {
  const auto missing = load_secrets_key({"", directory_, false});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(
      missing.error().message,
      "There are secrets, and the key that they were written with is gone: bring back the file " +
          directory_ + "/secrets.key as it was, or name it with --secrets-key-file.");
  EXPECT_FALSE(fs::exists(directory_ + "/secrets.key"));
}

TEST_F(SecretsKeyTest, OfTheOperatorIsReadAndNeverMade) {
  const auto key = load_secrets_key({write(std::string(64, 'a') + "\n"), directory_, true});
  ASSERT_TRUE(key.ok()) << key.error().message;
  EXPECT_EQ(key->bytes[0], 0xAA);
  EXPECT_FALSE(fs::exists(directory_ + "/secrets.key"));
  EXPECT_EQ(load_secrets_key({directory_ + "/none", directory_, true}).error().code,
            Code::Unavailable);
}

TEST_F(SecretsKeyTest, ThatOthersMayReadIsRefused) {
  const std::string path =
      write(std::string(64, 'a'), fs::perms::owner_read | fs::perms::group_read);
  const auto open = load_secrets_key({path, directory_, true});
  ASSERT_FALSE(open.ok());
  EXPECT_EQ(open.error().message, "Others than its owner may use the key of secrets " + path +
                                      ". Say `chmod 600 " + path + "`.");
}

TEST_F(SecretsKeyTest, ThatIsNoneIsRefused) {
  const auto short_one = load_secrets_key({write("short"), directory_, true});
  ASSERT_FALSE(short_one.ok());
  EXPECT_EQ(short_one.error().code, Code::InvalidArgument);
}

}  // namespace
}  // namespace rialto::server
