// FiredV1, byte for byte: whoever changes this test changes the format on disk
// (docs/internals/storage.md).
#include "schedule/fired.h"

#include <gtest/gtest.h>

#include "base/crypto/digest.h"

namespace rialto::schedule {
namespace {

constexpr Fired kFired{from_millis(0x0102), from_millis(0x030405)};

TEST(FiredV1, IsPinned) {
  EXPECT_EQ(crypto::hex(encode(kFired)),
            "01"                  // version
            "0000000000000102"    // anchor
            "0000000000030405");  // due
}

TEST(FiredV1, IsReadBackWhole) { EXPECT_EQ(*decode_fired(encode(kFired)), kFired); }

TEST(FiredV1, ThatWasCutOrChangedIsCorrupt) {
  const std::string bytes = encode(kFired);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_fired(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, Code::Corruption);
  }
  EXPECT_FALSE(decode_fired(bytes + "x").ok());
  EXPECT_FALSE(decode_fired("\x02" + bytes.substr(1)).ok()) << "another version";
}

}  // namespace
}  // namespace rialto::schedule
