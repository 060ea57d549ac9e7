#include "ruler/index/hash.h"

#include <gtest/gtest.h>

#include <string>

namespace rialto::ruler {
namespace {

// What makes a factor zero with one seed does not with another.
TEST(Hash, NoInputHasOneHashWithEverySeed) {
  EXPECT_NE(hash_word(1, hashing::kTwo), hash_word(2, hashing::kTwo));
  for (const std::size_t size : {8U, 16U, 24U, 48U}) {
    const std::uint64_t last = hashing::kTwo ^ (size * hashing::kOne);
    std::string text(size, 'x');
    std::memcpy(text.data() + size - sizeof last, &last, sizeof last);
    EXPECT_NE(hash_text(1, text), hash_text(2, text)) << size;
    text = std::string(size, 'x');
    std::memcpy(text.data() + (size <= 16 ? size - 8 : 8), &last, sizeof last);
    EXPECT_NE(SuffixHasher(1, text).hash(size), SuffixHasher(2, text).hash(size)) << size;
  }
}

}  // namespace
}  // namespace rialto::ruler
