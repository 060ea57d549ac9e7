#include <gtest/gtest.h>

#include <set>

#include "base/clock.h"
#include "base/crypto/digest.h"
#include "base/ids.h"
#include "base/result.h"

namespace rialto {
namespace {

TEST(Clock, FormatsUtc) {
  EXPECT_EQ(to_iso_seconds(from_millis(1'736'942'400'999)), "2025-01-15T12:00:00Z");
  EXPECT_EQ(to_iso_millis(from_millis(1'736'942'400'007)), "2025-01-15T12:00:00.007Z");
  EXPECT_EQ(to_iso_seconds(from_millis(-1)), "1969-12-31T23:59:59Z");
}

TEST(Ids, AreVersionFourUuids) {
  SystemIds ids;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.uuid();
    ASSERT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '4') << id;
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
    EXPECT_EQ(id[8], '-');
    EXPECT_EQ(id[23], '-');
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(Digest, MatchesKnownVectors) {
  EXPECT_EQ(crypto::hex(crypto::md5("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(crypto::hex(crypto::sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Base64, RoundTripsAndRefuses) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\x00x"}) {
    EXPECT_EQ(crypto::from_base64(crypto::base64(text)), text);
  }
  EXPECT_EQ(crypto::base64("foob"), "Zm9vYg==");
  EXPECT_FALSE(crypto::from_base64("Zm9vYg=").has_value());
  EXPECT_FALSE(crypto::from_base64("Zm9vYg ").has_value());
  EXPECT_FALSE(crypto::from_base64("Zm9*Yg==").has_value());
}

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Code::InvalidArgument, "odd");
  return number / 2;
}

Result<int> quarter(int number) {
  RIALTO_TRY(const int once, half(number));
  return half(once);
}

TEST(Result, CarriesTheFirstError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_TRUE(is_retryable(Code::Throttled));
  EXPECT_FALSE(is_retryable(Code::LimitExceeded));
}

}  // namespace
}  // namespace rialto
