// Hashes of the keys in the index: short texts, prefixes and suffixes of one text, numbers.
//
// Multiply-and-fold on 16 bytes at a time. Not cryptographic: a set's seed keeps strangers from
// choosing keys that collide, and whoever follows a hash compares the keys. The seed is in both
// factors, for who could choose one of them would choose zero.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rialto::ruler {

namespace hashing {

// Words of bytes are hashed, and compared with words of values.
static_assert(std::endian::native == std::endian::little);

inline constexpr std::uint64_t kOne = 0x9E3779B97F4A7C15U;
inline constexpr std::uint64_t kTwo = 0xC2B2AE3D27D4EB4FU;

__extension__ using Wide = unsigned __int128;

inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// The second factor: all of it but what is hashed.
inline std::uint64_t other(std::uint64_t state) { return std::rotl(state, 32) ^ kTwo; }

template <class Word>
Word load(const char* at) {
  Word out;
  std::memcpy(&out, at, sizeof out);
  return out;
}

// The last (in a suffix: the first) bytes of the text with its length.
inline std::uint64_t finish(std::uint64_t state, std::uint64_t a, std::uint64_t b,
                            std::size_t size) {
  return fold(state ^ a ^ kOne, other(state) ^ b ^ (std::uint64_t{size} * kOne));
}

// For up to 16 bytes: all of them in two words.
inline std::uint64_t finish_short(std::uint64_t state, const char* text, std::size_t size) {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  if (size >= 8) {
    a = load<std::uint64_t>(text);
    b = load<std::uint64_t>(text + size - 8);
  } else if (size >= 4) {
    a = load<std::uint32_t>(text);
    b = load<std::uint32_t>(text + size - 4);
  } else if (size > 0) {
    const auto byte = [&](std::size_t i) {
      return std::uint64_t{static_cast<unsigned char>(text[i])};
    };
    a = byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
  }
  return finish(state, a, b, size);
}

inline std::uint64_t step(std::uint64_t state, const char* block) {
  return fold(state ^ load<std::uint64_t>(block), other(state) ^ load<std::uint64_t>(block + 8));
}

}  // namespace hashing

// The hashes of a text's prefixes, asked for in the order of their lengths: time proportional to
// the text, not to the sum of the lengths.
class PrefixHasher {
 public:
  PrefixHasher(std::uint64_t seed, std::string_view text) : state_(seed), text_(text) {}

  // Requires size <= the text's, and not less than before.
  std::uint64_t hash(std::size_t size) {
    if (size <= 16) return hashing::finish_short(state_, text_.data(), size);
    for (; size - done_ > 16; done_ += 16) state_ = hashing::step(state_, text_.data() + done_);
    const char* tail = text_.data() + size - 16;
    return hashing::finish(state_, hashing::load<std::uint64_t>(tail),
                           hashing::load<std::uint64_t>(tail + 8), size);
  }

 private:
  std::uint64_t state_;
  std::string_view text_;
  std::size_t done_ = 0;
};

// The same for suffixes, read backwards.
class SuffixHasher {
 public:
  SuffixHasher(std::uint64_t seed, std::string_view text) : state_(seed), text_(text) {}

  std::uint64_t hash(std::size_t size) {
    const char* end = text_.data() + text_.size();
    if (size <= 16) return hashing::finish_short(state_, end - size, size);
    for (; size - done_ > 16; done_ += 16) state_ = hashing::step(state_, end - done_ - 16);
    return hashing::finish(state_, hashing::load<std::uint64_t>(end - size),
                           hashing::load<std::uint64_t>(end - size + 8), size);
  }

 private:
  std::uint64_t state_;
  std::string_view text_;
  std::size_t done_ = 0;
};

inline std::uint64_t hash_text(std::uint64_t seed, std::string_view text) {
  return PrefixHasher(seed, text).hash(text.size());
}

inline std::uint64_t hash_word(std::uint64_t seed, std::uint64_t word) {
  return hashing::fold(seed ^ word ^ hashing::kOne, hashing::other(seed) ^ word);
}

}  // namespace rialto::ruler
