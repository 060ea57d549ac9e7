// Sealed texts: they open with their key at their place, unchanged, and not otherwise.
#include "base/crypto/seal.h"

#include <gtest/gtest.h>

#include "base/crypto/digest.h"

namespace rialto::crypto {
namespace {

TEST(Seal, GivesBackWhatWasSealed) {
  const SecretKey key = make_secret_key();
  for (const std::string plain : {"", "a", "a long secret with \n and \x01 in it"}) {
    const std::string sealed = seal(key, plain, "place");
    EXPECT_EQ(sealed.size(), plain.size() + 28);
    EXPECT_EQ(unseal(key, sealed, "place"), plain);
  }
}

TEST(Seal, IsAnotherTextEveryTime) {
  const SecretKey key = make_secret_key();
  EXPECT_NE(seal(key, "secret", "p"), seal(key, "secret", "p"));
  EXPECT_NE(make_secret_key().bytes, key.bytes);
  EXPECT_EQ(seal(key, "plain text", "p").find("plain text"), std::string::npos);
}

TEST(Seal, OpensAtItsOwnPlaceOnly) {
  const SecretKey key = make_secret_key();
  EXPECT_EQ(unseal(key, seal(key, "secret", "one"), "other"), std::nullopt);
  EXPECT_EQ(unseal(make_secret_key(), seal(key, "secret", "one"), "one"), std::nullopt);
}

TEST(Seal, RefusesEveryChangedByteAndEveryCut) {
  const SecretKey key = make_secret_key();
  const std::string sealed = seal(key, "secret", "p");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(unseal(key, changed, "p"), std::nullopt) << at;
    EXPECT_EQ(unseal(key, sealed.substr(0, at), "p"), std::nullopt) << at;
  }
}

// NIST's GCM test vectors (gcmEncryptExtIV256): the first with 16 bytes of text and 16 bound.
TEST(Seal, OpensWhatOthersSealed) {
  const auto key =
      read_secret_key("92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b");
  ASSERT_TRUE(key);
  const auto bytes = [](std::string_view digits) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      out += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
    }
    return out;
  };
  const auto plain = unseal(*key,
                            bytes("ac93a1a6145299bde902f21a"
                                  "8995ae2e6df3dbf96fac7b7137bae67f"
                                  "eca5aa77d51d4a0a14d9c51e1da474ab"),
                            bytes("1e0889016f67601c8ebea4943bc23ad6"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(hex(*plain), "2d71bcfa914e4ac045b2aa60955fad24");
}

TEST(SecretKey, IsReadFromBytesOrDigits) {
  EXPECT_TRUE(read_secret_key(std::string(32, '\x80')));
  const auto digits = read_secret_key(std::string(64, 'F') + "\n");
  ASSERT_TRUE(digits);
  EXPECT_EQ(digits->bytes.back(), 0xFF);
  for (const std::string& text : {std::string(), std::string(31, 'a'), std::string(33, 'a'),
                                  std::string(64, 'g'), std::string(63, 'a')}) {
    EXPECT_FALSE(read_secret_key(text)) << text;
  }
}

}  // namespace
}  // namespace rialto::crypto
