// Where a JSON text's structure is: for each 64 bytes, one bit for each quote, comma and bracket
// that is no part of a string. Made lazily from the front, so that who stops early pays little.
//
// The idea of finding quotes by a running exclusive or is that of G. Langdale and D. Lemire,
// "Parsing gigabytes of JSON per second".
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rialto::ruler {

struct Block {
  std::uint64_t quotes;  // that begin or end a string
  std::uint64_t backslashes;
  std::uint64_t commas;  // these and the brackets: outside of strings
  std::uint64_t opens;   // [ {
  std::uint64_t closes;  // ] }
};

// What one block must know of those before.
struct BlockCarry {
  std::uint64_t is_escaped = 0;    // 1: the next byte follows an odd row of backslashes
  std::uint64_t is_in_string = 0;  // all bits: the next byte is in a string
  std::uint64_t controls = 0;      // not 0: a control character was in a string
  std::uint64_t not_ascii = 0;     // not 0: a byte was not ASCII
  std::uint64_t backslashes = 0;   // not 0: there was one
};

// The ways to make blocks. All make the same ones.
enum class BlockMaker : std::uint8_t { Portable, Avx2, Avx512 };

// Those that this processor has; the last is the quickest.
std::vector<BlockMaker> block_makers();

class Blocks {
 public:
  static constexpr std::size_t kSize = 64;

  Blocks() : Blocks(block_makers().back()) {}
  // Requires one of block_makers().
  explicit Blocks(BlockMaker maker);

  // `text` must outlive the use. `batch`: so many blocks are made at once; many when all of the
  // text will be asked for.
  void begin(std::string_view text, std::size_t batch);

  const Block& get(std::size_t block) {
    if (block >= ready_) advance(block);
    return blocks_[block];
  }
  std::size_t count() const { return count_; }

  // Of the blocks made so far.
  const BlockCarry& carry() const { return carry_; }

  // The first bit of a mask at `from` or behind; the text's size where there is none.
  template <std::uint64_t Block::* kMask>
  std::size_t find(std::size_t from) {
    if (from >= text_.size()) return text_.size();
    std::size_t block = from / kSize;
    std::uint64_t bits = get(block).*kMask >> (from % kSize);
    if (bits != 0) return from + static_cast<std::size_t>(std::countr_zero(bits));
    while (++block < count_) {
      bits = get(block).*kMask;
      if (bits != 0) return block * kSize + static_cast<std::size_t>(std::countr_zero(bits));
    }
    return text_.size();
  }

  // Whether a mask has a bit from `begin` up to `end`, which is no more than the text's size.
  template <std::uint64_t Block::* kMask>
  bool has(std::size_t begin, std::size_t end) {
    std::uint64_t wanted = ~std::uint64_t{0} << (begin % kSize);
    for (std::size_t block = begin / kSize; block * kSize < end; ++block) {
      const std::size_t left = end - block * kSize;
      if (left < kSize) wanted &= ~(~std::uint64_t{0} << left);
      if ((get(block).*kMask & wanted) != 0) return true;
      wanted = ~std::uint64_t{0};
    }
    return false;
  }

 private:
  using Make = void (*)(const char* bytes, std::size_t count, Block* out, BlockCarry& carry);

  void advance(std::size_t block);

  Make make_;
  std::string_view text_;
  std::size_t count_ = 0;
  std::size_t ready_ = 0;
  std::size_t batch_ = 1;
  BlockCarry carry_;
  std::vector<Block> blocks_;
  std::array<char, kSize> last_{};  // what is left of the text behind the last whole block
};

}  // namespace rialto::ruler
