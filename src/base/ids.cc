#include "base/ids.h"

#include <array>
#include <random>

namespace rialto {
namespace {

constexpr char kHex[] = "0123456789abcdef";

std::mt19937_64 seeded_generator() {
  std::random_device device;
  std::array<std::uint32_t, 16> seed;
  for (auto& word : seed) word = device();
  std::seed_seq sequence(seed.begin(), seed.end());
  return std::mt19937_64(sequence);
}

}  // namespace

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
  std::string out(36, '-');
  std::size_t at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
    const std::uint64_t word = nibble < 16 ? high : low;
    out[at++] = kHex[(word >> (60 - 4 * (nibble % 16))) & 0xF];
  }
  return out;
}

std::string Ids::uuid() {
  const std::uint64_t high = (random() & ~0xF000ULL) | 0x4000ULL;       // version 4
  const std::uint64_t low = (random() & ~(3ULL << 62)) | (2ULL << 62);  // variant 1
  return uuid_text(high, low);
}

std::uint64_t SystemIds::random() {
  thread_local std::mt19937_64 generator = seeded_generator();
  return generator();
}

}  // namespace rialto
