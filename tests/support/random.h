// Random numbers that depend on the seed alone, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>

namespace rialto::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // Any 64 bits.
  std::uint64_t word() { return engine_(); }

  // Below `end`, which is not 0. (The distributions of the standard differ between libraries.)
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }

  // Once in so many times.
  bool once_in(std::size_t times) { return below(times) == 0; }

  template <class List>
  const auto& one_of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace rialto::test
