#include "ruler/scan/blocks.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rialto::ruler {
namespace {

constexpr std::size_t kAhead = 8;

// The raw bits of 64 bytes, before it is known what is in a string.
struct Bits {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t commas = 0;
  std::uint64_t opens = 0;
  std::uint64_t closes = 0;
  std::uint64_t controls = 0;
  std::uint64_t not_ascii = 0;
};

// The bytes that a backslash escapes. Backslashes are few, so one after the other.
inline std::uint64_t find_escaped(std::uint64_t backslashes, BlockCarry& carry) {
  std::uint64_t escaped = carry.is_escaped;
  carry.is_escaped = 0;
  backslashes &= ~escaped;
  while (backslashes != 0) {
    const std::uint64_t first = backslashes & (~backslashes + 1);
    const std::uint64_t next = first << 1;
    if (next == 0) carry.is_escaped = 1;
    escaped |= next;
    backslashes &= ~(first | next);
  }
  return escaped;
}

template <class PrefixXor>
inline void finish(const Bits& bits, const PrefixXor& prefix_xor, Block& out, BlockCarry& carry) {
  std::uint64_t quotes = bits.quotes;
  if ((bits.backslashes | carry.is_escaped) != 0) {
    carry.backslashes |= bits.backslashes;
    quotes &= ~find_escaped(bits.backslashes, carry);
  }
  const std::uint64_t in_string = prefix_xor(quotes) ^ carry.is_in_string;
  carry.is_in_string = std::uint64_t{0} - (in_string >> 63);
  carry.controls |= bits.controls & in_string;
  carry.not_ascii |= bits.not_ascii;
  out = {quotes, bits.backslashes, bits.commas & ~in_string, bits.opens & ~in_string,
         bits.closes & ~in_string};
}

std::uint64_t prefix_xor_by_shifts(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

void make_portably(const char* bytes, std::size_t count, Block* out, BlockCarry& carry) {
  for (std::size_t i = 0; i < count; ++i) {
    Bits bits;
    for (std::size_t at = 0; at < Blocks::kSize; ++at) {
      const auto byte = static_cast<unsigned char>(bytes[i * Blocks::kSize + at]);
      const std::uint64_t bit = std::uint64_t{1} << at;
      if (byte < 0x20) bits.controls |= bit;
      if (byte >= 0x80) bits.not_ascii |= bit;
      switch (byte) {
        case '"': bits.quotes |= bit; break;
        case '\\': bits.backslashes |= bit; break;
        case ',': bits.commas |= bit; break;
        case '[':
        case '{': bits.opens |= bit; break;
        case ']':
        case '}': bits.closes |= bit; break;
        default: break;
      }
    }
    finish(bits, prefix_xor_by_shifts, out[i], carry);
  }
}

#if defined(__x86_64__)

#define RIALTO_AVX2 __attribute__((target("avx2,pclmul")))

RIALTO_AVX2 inline std::uint64_t equal(__m256i low, __m256i high, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  const auto first =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto second =
      static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return std::uint64_t{second} << 32 | first;
}

RIALTO_AVX2 inline std::uint64_t sign_bits(__m256i low, __m256i high) {
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return std::uint64_t{second} << 32 | first;
}

__attribute__((target("pclmul"))) inline std::uint64_t prefix_xor_by_product(std::uint64_t bits) {
  const __m128i all = _mm_set1_epi8(static_cast<char>(0xff));
  const __m128i product =
      _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), all, 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

RIALTO_AVX2 void make_by_avx2(const char* bytes, std::size_t count, Block* out, BlockCarry& carry) {
  for (std::size_t i = 0; i < count; ++i, bytes += Blocks::kSize) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + 32));
    // [ and { differ in one bit, ] and } in the same.
    const __m256i bit = _mm256_set1_epi8(0x20);
    const __m256i low_set = _mm256_or_si256(low, bit);
    const __m256i high_set = _mm256_or_si256(high, bit);
    const __m256i control = _mm256_set1_epi8(0x1f);
    const Bits bits{
        equal(low, high, '"'),
        equal(low, high, '\\'),
        equal(low, high, ','),
        equal(low_set, high_set, '{'),
        equal(low_set, high_set, '}'),
        sign_bits(_mm256_cmpeq_epi8(_mm256_min_epu8(low, control), low),
                  _mm256_cmpeq_epi8(_mm256_min_epu8(high, control), high)),
        sign_bits(low, high),
    };
    finish(
        bits, [](std::uint64_t quotes) RIALTO_AVX2 { return prefix_xor_by_product(quotes); },
        out[i], carry);
  }
}

#undef RIALTO_AVX2

#define RIALTO_AVX512 __attribute__((target("avx512f,avx512bw,pclmul")))

RIALTO_AVX512 inline std::uint64_t equal(__m512i bytes, char byte) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}

RIALTO_AVX512 void make_by_avx512(const char* bytes, std::size_t count, Block* out,
                                  BlockCarry& carry) {
  for (std::size_t i = 0; i < count; ++i, bytes += Blocks::kSize) {
    const __m512i all = _mm512_loadu_si512(bytes);
    // [ and { differ in one bit, ] and } in the same.
    const __m512i with_bit = _mm512_or_si512(all, _mm512_set1_epi8(0x20));
    const Bits bits{
        equal(all, '"'),          equal(all, '\\'),
        equal(all, ','),          equal(with_bit, '{'),
        equal(with_bit, '}'),     _mm512_cmplt_epu8_mask(all, _mm512_set1_epi8(0x20)),
        _mm512_movepi8_mask(all),
    };
    finish(
        bits, [](std::uint64_t quotes) RIALTO_AVX512 { return prefix_xor_by_product(quotes); },
        out[i], carry);
  }
}

#undef RIALTO_AVX512

#endif

}  // namespace

std::vector<BlockMaker> block_makers() {
  std::vector<BlockMaker> out = {BlockMaker::Portable};
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("pclmul")) return out;
  if (__builtin_cpu_supports("avx2")) out.push_back(BlockMaker::Avx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) {
    out.push_back(BlockMaker::Avx512);
  }
#endif
  return out;
}

Blocks::Blocks(BlockMaker maker) : make_(make_portably) {
#if defined(__x86_64__)
  if (maker == BlockMaker::Avx2) make_ = make_by_avx2;
  if (maker == BlockMaker::Avx512) make_ = make_by_avx512;
#else
  static_cast<void>(maker);
#endif
}

void Blocks::begin(std::string_view text, std::size_t batch) {
  text_ = text;
  batch_ = batch;
  count_ = (text.size() + kSize - 1) / kSize;
  ready_ = 0;
  carry_ = BlockCarry{};
  if (blocks_.size() < count_) blocks_.resize(count_);
  // The next text is seldom where the last one was.
  for (std::size_t i = 0; i < std::min(count_, kAhead); ++i) {
    __builtin_prefetch(text.data() + i * kSize);
  }
}

void Blocks::advance(std::size_t block) {
  const std::size_t whole = text_.size() / kSize;
  while (ready_ <= block) {
    if (ready_ == whole) {
      last_.fill(' ');
      std::copy(text_.begin() + static_cast<std::ptrdiff_t>(whole * kSize), text_.end(),
                last_.begin());
      make_(last_.data(), 1, &blocks_[ready_], carry_);
      ++ready_;
      return;
    }
    const std::size_t count = std::min(batch_, whole - ready_);
    make_(text_.data() + ready_ * kSize, count, &blocks_[ready_], carry_);
    ready_ += count;
  }
}

}  // namespace rialto::ruler
