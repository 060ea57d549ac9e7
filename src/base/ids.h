// Random identifiers from a source that is given, so that tests can repeat a run.
#pragma once

#include <cstdint>
#include <string>

namespace rialto {

// 128 bits in the text form of a UUID, 36 characters.
std::string uuid_text(std::uint64_t high, std::uint64_t low);

// Safe to call from any thread.
class Ids {
 public:
  virtual ~Ids() = default;

  // 64 random bits.
  virtual std::uint64_t random() = 0;

  // A version 4 UUID in its usual text form, 36 characters.
  std::string uuid();
};

// Unpredictable ids: a generator per thread, seeded by the operating system.
class SystemIds final : public Ids {
 public:
  std::uint64_t random() override;
};

}  // namespace rialto
