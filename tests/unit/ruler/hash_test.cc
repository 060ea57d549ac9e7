// The hashes of prefixes and suffixes do not depend on what was asked for before.
#include "ruler/index/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "support/random.h"

namespace rialto::ruler {
namespace {

std::string random_text(test::Random& random, std::size_t size) {
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>(random.word());
  return out;
}

// Ascending, some of them several times.
std::vector<std::size_t> random_lengths(test::Random& random, std::size_t size) {
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at <= size; at += random.below(1 + size / 3)) {
    out.push_back(at);
    if (random.once_in(8)) ++at;
  }
  return out;
}

// Of a copy of exactly that size, so that a sanitizer finds a look beyond its ends.
std::uint64_t hash_alone(std::uint64_t seed, std::string_view text) {
  const std::vector<char> copy(text.begin(), text.end());
  return hash_text(seed, {copy.data(), copy.size()});
}

TEST(RulerHash, OfAPrefixIsThatOfItsText) {
  test::Random random(1);
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string text = random_text(random, size);
    PrefixHasher each(size, text);
    for (std::size_t length = 0; length <= size; ++length) {
      EXPECT_EQ(each.hash(length), hash_alone(size, text.substr(0, length)));
    }
    PrefixHasher some(size, text);
    for (const std::size_t length : random_lengths(random, size)) {
      EXPECT_EQ(some.hash(length), hash_alone(size, text.substr(0, length)));
    }
  }
}

TEST(RulerHash, OfASuffixIsThatOfItsText) {
  test::Random random(2);
  const auto alone = [](std::uint64_t seed, const std::string& text) {
    return SuffixHasher(seed, text).hash(text.size());
  };
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string text = random_text(random, size);
    SuffixHasher each(size, text);
    for (std::size_t length = 0; length <= size; ++length) {
      EXPECT_EQ(each.hash(length), alone(size, text.substr(size - length)));
    }
    SuffixHasher some(size, text);
    for (const std::size_t length : random_lengths(random, size)) {
      EXPECT_EQ(some.hash(length), alone(size, text.substr(size - length)));
    }
    if (size <= 16) EXPECT_EQ(alone(size, text), hash_text(size, text));
  }
}

TEST(RulerHash, TellsNearTextsApart) {
  // A seed like those of probes: a word without a pattern. (The seed 1 would multiply by one.)
  const std::uint64_t seed = hash_word(1, 1);
  std::set<std::uint64_t> seen;
  std::size_t count = 0;
  for (std::size_t size = 0; size < 100; ++size) {
    std::string text(size, '\0');
    seen.insert(hash_text(seed, text));
    ++count;
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'\x01', '\x7f', '\x80'}) {
        text[at] = c;
        seen.insert(hash_text(seed, text));
        ++count;
        text[at] = '\0';
      }
    }
  }
  EXPECT_EQ(seen.size(), count);
}

TEST(RulerHash, OfWordsFillsAllBits) {
  std::set<std::uint64_t> high;
  std::set<std::uint64_t> low;
  for (std::uint64_t word = 0; word < 4096; ++word) {
    high.insert(hash_word(1, word) >> 52);
    low.insert(hash_word(1, word) & 4095);
  }
  // Of 4096 throws into 4096 places about 63 % are hit.
  EXPECT_GT(high.size(), 2300U);
  EXPECT_GT(low.size(), 2300U);
  EXPECT_NE(hash_word(1, 7), hash_word(2, 7));
  EXPECT_NE(hash_text(1, "seven"), hash_text(2, "seven"));
}

// What makes a factor zero with one seed does not with another.
TEST(RulerHash, NoInputHasOneHashWithEverySeed) {
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
