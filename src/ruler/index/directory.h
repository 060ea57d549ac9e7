// A multimap from 64-bit hashes to references, in versions (memory.h): extendible hashing, so that
// growing splits one bucket of 32 entries and never rehashes the rest. A look-up is two steps in
// small arrays and one in the bucket.
//
// Equal hashes of different keys are told apart by whoever follows the reference. References are
// pointers to what is aligned to 8 bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ruler/index/memory.h"
#include "ruler/index/posting.h"
#include "ruler/index/table.h"

namespace rialto::ruler {

class Directory {
 public:
  using Hash = std::uint64_t;
  using Item = Posting::Item;

  // Trivially copyable, so that a snapshot is a copy of it. Empty.
  Directory() = default;

  // Calls `visit(Item)` with each reference under the hash.
  template <class Visit>
  void each(Hash hash, const Visit& visit) const {
    if (const Item found = find(hash); found != 0) spread(found, visit);
  }

  // The same in steps, between which memory has time to answer: ask for the bucket, look into it,
  // ask for what was found (0: nothing), and visit it.
  void prefetch(Hash hash) const {
    if (buckets_.size() > 0) __builtin_prefetch(&bucket(hash)->slots[hash % kSlots]);
  }
  Item find(Hash hash) const {
    if (buckets_.size() == 0) return 0;
    const Bucket* found = bucket(hash);
    std::size_t at = hash % kSlots;
    while (found->slots[at].item != 0 && found->slots[at].hash != hash) at = (at + 1) % kSlots;
    return found->slots[at].item;
  }
  static void prefetch_found(Item found) {
    const auto* at = reinterpret_cast<const char*>(found & ~Item{1});
    __builtin_prefetch(at);
    __builtin_prefetch(at + kLine);
  }
  template <class Visit>
  static void spread(Item found, const Visit& visit) {
    if (is_posting(found)) {
      posting(found)->each(visit);
    } else {
      visit(found);
    }
  }

  // Calls `visit(Item)` with each reference under any hash.
  template <class Visit>
  void each(const Visit& visit) const;

  // How many references are under the hash; of very many about how many.
  std::uint64_t count(Hash hash) const;

  void add(Memory& memory, Hash hash, Item item);
  // Requires that the reference is there.
  void remove(Memory& memory, Hash hash, Item item);

 private:
  static constexpr std::size_t kSlots = 32;
  // Splitting at fewer leaves room, so that probing is short.
  static constexpr std::uint32_t kFull = 27;
  static constexpr std::uint32_t kMerged = 12;  // two buckets with no more become one
  static constexpr std::uint32_t kDepthMax = 40;
  static constexpr std::size_t kLine = 64;

  struct Slot {
    Hash hash;
    Item item;  // 0: the slot is free; odd: a posting
  };
  struct Bucket {
    Memory::Version born;
    std::uint32_t depth;  // how many of the first bits all its hashes share
    std::uint32_t count;
    Slot slots[kSlots];
  };

  static bool is_posting(Item item) { return (item & 1) != 0; }
  static Posting* posting(Item item) { return reinterpret_cast<Posting*>(item - 1); }
  static Item item_of(Posting* posting) { return reinterpret_cast<Item>(posting) + 1; }

  std::size_t index(Hash hash) const { return (hash >> 1) >> (63 - depth_); }
  Bucket* bucket(Hash hash) const { return static_cast<Bucket*>(buckets_.get(index(hash))); }

  static Bucket* make_bucket(Memory& memory, std::uint32_t depth);
  static void insert(Bucket& bucket, Slot slot);
  static void erase(Bucket& bucket, std::size_t at);
  Bucket* own_bucket(Memory& memory, Hash hash);
  void point(Memory& memory, Hash hash, Bucket* bucket);
  void split(Memory& memory, Hash hash);
  void merge(Memory& memory, Hash hash);
  void double_size(Memory& memory);

  Table buckets_;  // by the first `depth_` bits of the hash
  std::uint32_t depth_ = 0;
};

template <class Visit>
void Directory::each(const Visit& visit) const {
  for (std::size_t i = 0; i < buckets_.size();) {
    const auto* here = static_cast<const Bucket*>(buckets_.get(i));
    for (const Slot& slot : here->slots) {
      if (slot.item != 0) spread(slot.item, visit);
    }
    i += std::size_t{1} << (depth_ - here->depth);
  }
}

}  // namespace rialto::ruler
