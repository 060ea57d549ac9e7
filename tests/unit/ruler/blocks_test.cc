// Every maker of blocks that this processor has makes the same ones, which are those that a plain
// walk over the bytes finds.
#include "ruler/scan/blocks.h"

#include <gtest/gtest.h>

#include <string>

#include "support/random.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

constexpr std::size_t kSize = Blocks::kSize;

// One character after the other, without blocks or carries.
struct Walked {
  std::vector<Block> blocks;
  BlockCarry carry;
};

Walked walk(std::string_view text) {
  Walked out;
  out.blocks.resize((text.size() + kSize - 1) / kSize, Block{});
  bool is_in_string = false;
  bool is_escaped = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    Block& block = out.blocks[at / kSize];
    const std::uint64_t bit = std::uint64_t{1} << (at % kSize);
    const auto c = static_cast<unsigned char>(text[at]);
    const bool was_escaped = std::exchange(is_escaped, false);
    if (c >= 0x80) out.carry.not_ascii = 1;
    if (c == '\\') {
      block.backslashes |= bit;
      out.carry.backslashes = 1;
      is_escaped = !was_escaped;
    }
    if (c == '"' && !was_escaped) {
      block.quotes |= bit;
      is_in_string = !is_in_string;
    }
    if (is_in_string && c < 0x20) out.carry.controls = 1;
    if (is_in_string) continue;
    if (c == ',') block.commas |= bit;
    if (c == '{' || c == '[') block.opens |= bit;
    if (c == '}' || c == ']') block.closes |= bit;
  }
  return out;
}

void expect_same(const Block& got, const Block& wanted) {
  EXPECT_EQ(got.quotes, wanted.quotes);
  EXPECT_EQ(got.backslashes, wanted.backslashes);
  EXPECT_EQ(got.commas, wanted.commas);
  EXPECT_EQ(got.opens, wanted.opens);
  EXPECT_EQ(got.closes, wanted.closes);
}

void expect_walked(std::string_view text) {
  // Of exactly that size, so that a sanitizer finds a look beyond its end.
  const std::vector<char> copy(text.begin(), text.end());
  const std::string_view exact(copy.data(), copy.size());
  const Walked wanted = walk(text);
  for (const BlockMaker maker : block_makers()) {
    for (const std::size_t batch : {1U, 2U, 16U}) {
      SCOPED_TRACE(static_cast<int>(maker));
      Blocks blocks(maker);
      blocks.begin(exact, batch);
      ASSERT_EQ(blocks.count(), wanted.blocks.size());
      for (std::size_t i = 0; i < blocks.count(); ++i) {
        expect_same(blocks.get(i), wanted.blocks[i]);
        if (testing::Test::HasFailure()) {
          FAIL() << "block " << i << " of " << testing::PrintToString(text);
        }
      }
      EXPECT_EQ(blocks.carry().controls != 0, wanted.carry.controls != 0);
      EXPECT_EQ(blocks.carry().not_ascii != 0, wanted.carry.not_ascii != 0);
      EXPECT_EQ(blocks.carry().backslashes != 0, wanted.carry.backslashes != 0);
    }
  }
}

TEST(RulerBlocks, HaveAtLeastThePortableMaker) {
  ASSERT_FALSE(block_makers().empty());
  EXPECT_EQ(block_makers().front(), BlockMaker::Portable);
}

TEST(RulerBlocks, KnowEveryByte) {
  for (int c = 0; c < 256; ++c) {
    const std::string byte(1, static_cast<char>(c));
    for (const std::size_t at : {0U, 1U, 31U, 32U, 63U, 64U, 65U}) {
      expect_walked(std::string(at, 'x') + byte + "x,");
      expect_walked(std::string(at, '"') + byte + "\",");
    }
  }
}

TEST(RulerBlocks, CountBackslashesAcrossTheBorder) {
  for (std::size_t count = 0; count < 70; ++count) {
    for (std::size_t before = 0; before < 70; before += before < 58 ? 7 : 1) {
      const std::string row(count, '\\');
      expect_walked("\"" + std::string(before, 'x') + row + "\",{}\",[]\"");
      expect_walked(std::string(before, ' ') + row + "\"{,\\\\\"]");
    }
  }
}

TEST(RulerBlocks, SeeQuotesAtBorders) {
  for (std::size_t first = 60; first < 68; ++first) {
    for (std::size_t second = first + 1; second < first + 70; ++second) {
      std::string text(200, ',');
      text[first] = '"';
      text[second] = '"';
      expect_walked(text);
      text[second - 1] = '\\';
      expect_walked(text);
    }
  }
}

TEST(RulerBlocks, EndWithTheText) {
  std::string text;
  for (std::size_t size = 0; size < 200; ++size) {
    expect_walked(text);
    expect_walked(text + "\"");
    expect_walked(text + "\\");
    text += "a,{}\"\\\"[]\" "[size % 11];
  }
}

TEST(RulerBlocks, OfRandomBytes) {
  test::Random random(1);
  constexpr std::string_view kNasty = "\\\\\\\"\",[]{}x \n\x80";
  for (std::size_t i = 0; i < test::scaled(4'000); ++i) {
    std::string text(random.below(400), '\0');
    const bool is_nasty = !random.once_in(4);
    for (char& c : text) {
      c = is_nasty ? random.one_of(kNasty) : static_cast<char>(random.word());
    }
    expect_walked(text);
  }
}

TEST(RulerBlocks, FindTheFirstBitAtAPlaceOrBehind) {
  const std::string text = std::string(63, ' ') + "\"" + std::string(100, 'x') + "\"";
  for (const BlockMaker maker : block_makers()) {
    Blocks blocks(maker);
    blocks.begin(text, 2);
    EXPECT_EQ(blocks.find<&Block::quotes>(0), 63U);
    EXPECT_EQ(blocks.find<&Block::quotes>(63), 63U);
    EXPECT_EQ(blocks.find<&Block::quotes>(64), 164U);
    EXPECT_EQ(blocks.find<&Block::quotes>(165), text.size());
    EXPECT_EQ(blocks.find<&Block::quotes>(10'000), text.size());
    EXPECT_EQ(blocks.find<&Block::commas>(0), text.size());
    blocks.begin({}, 2);
    EXPECT_EQ(blocks.find<&Block::quotes>(0), 0U);
  }
}

}  // namespace
}  // namespace rialto::ruler
