// A bag of references that grows from two to millions, in versions (memory.h): flat while it is
// small, then a list of chunks, so that a change copies kilobytes whatever the size.
#pragma once

#include <cstdint>

#include "ruler/index/memory.h"

namespace rialto::ruler {

struct Posting {
  using Item = std::uint64_t;
  static constexpr std::uint32_t kChunkSize = 256;

  Memory::Version born;
  std::uint32_t count;     // of the slots in use
  std::uint32_t capacity;  // a power of two
  bool is_tall;            // the slots are chunks, which are flat postings

  // Behind it.
  Item* slots() { return reinterpret_cast<Item*>(this + 1); }
  const Item* slots() const { return reinterpret_cast<const Item*>(this + 1); }

  // Each returns the posting that takes the place of `posting`.
  static Posting* make(Memory& memory, Item first, Item second);
  static Posting* add(Memory& memory, Posting* posting, Item item);
  // Requires that the item is there. Nothing is left of a posting without items: nullptr.
  static Posting* remove(Memory& memory, Posting* posting, Item item);

  // How many items there are; of a tall one about as many.
  std::uint64_t size() const {
    return is_tall ? std::uint64_t{count} * kChunkSize : std::uint64_t{count};
  }

  template <class Visit>
  void each(const Visit& visit) const {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (is_tall) {
        chunk(i)->each(visit);
      } else {
        visit(slots()[i]);
      }
    }
  }

 private:
  Posting* chunk(std::uint32_t i) const { return reinterpret_cast<Posting*>(slots()[i]); }
  std::uint32_t find(Item item) const;
  static std::size_t bytes_of(std::uint32_t capacity) {
    return sizeof(Posting) + capacity * sizeof(Item);
  }
  static Posting* make(Memory& memory, std::uint32_t capacity, bool is_tall);
  static Posting* own(Memory& memory, Posting* posting, std::uint32_t capacity);
  static void retire(Memory& memory, Posting* posting);
  static Posting* remove_tall(Memory& memory, Posting* posting, Item item);
};

}  // namespace rialto::ruler
