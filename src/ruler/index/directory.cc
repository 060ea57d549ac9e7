#include "ruler/index/directory.h"

#include <algorithm>

#include "base/check.h"

namespace rialto::ruler {

std::uint64_t Directory::count(Hash hash) const {
  const Item item = find(hash);
  if (item == 0) return 0;
  return is_posting(item) ? posting(item)->size() : 1;
}

Directory::Bucket* Directory::make_bucket(Memory& memory, std::uint32_t depth) {
  auto* out = new (memory.allocate(sizeof(Bucket))) Bucket{};
  out->born = memory.version();
  out->depth = depth;
  return out;
}

// Requires room, and that the hash is not there.
void Directory::insert(Bucket& bucket, Slot slot) {
  std::size_t at = slot.hash % kSlots;
  while (bucket.slots[at].item != 0) at = (at + 1) % kSlots;
  bucket.slots[at] = slot;
  ++bucket.count;
}

// Entries behind the hole move up where it lies on their way from their own place.
void Directory::erase(Bucket& bucket, std::size_t at) {
  std::size_t hole = at;
  for (std::size_t i = (at + 1) % kSlots; bucket.slots[i].item != 0; i = (i + 1) % kSlots) {
    const std::size_t home = bucket.slots[i].hash % kSlots;
    if ((i - home) % kSlots < (i - hole) % kSlots) continue;
    bucket.slots[hole] = bucket.slots[i];
    hole = i;
  }
  bucket.slots[hole] = Slot{};
  --bucket.count;
}

// Lets all places whose hashes begin as `hash` does, as far as the bucket's depth, lead to it.
void Directory::point(Memory& memory, Hash hash, Bucket* bucket) {
  const std::size_t span = std::size_t{1} << (depth_ - bucket->depth);
  const std::size_t first = index(hash) & ~(span - 1);
  for (std::size_t i = 0; i < span; ++i) buckets_.set(memory, first + i, bucket);
}

Directory::Bucket* Directory::own_bucket(Memory& memory, Hash hash) {
  Bucket* old = bucket(hash);
  if (old->born == memory.version()) return old;
  auto* out = new (memory.allocate(sizeof(Bucket))) Bucket(*old);
  out->born = memory.version();
  point(memory, hash, out);
  memory.retire(old, sizeof(Bucket), old->born);
  return out;
}

void Directory::double_size(Memory& memory) {
  Table doubled;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    doubled.push_back(memory, buckets_.get(i));
    doubled.push_back(memory, buckets_.get(i));
  }
  buckets_.clear(memory);
  buckets_ = doubled;
  ++depth_;
}

void Directory::split(Memory& memory, Hash hash) {
  Bucket* old = bucket(hash);
  RIALTO_CHECK(old->depth < kDepthMax, "hashes are spread evenly");
  if (old->depth == depth_) double_size(memory);
  Bucket* halves[2] = {make_bucket(memory, old->depth + 1), make_bucket(memory, old->depth + 1)};
  const Hash bit = Hash{1} << (63 - old->depth);
  for (const Slot& slot : old->slots) {
    if (slot.item != 0) insert(*halves[(slot.hash & bit) != 0 ? 1 : 0], slot);
  }
  point(memory, hash & ~bit, halves[0]);
  point(memory, hash | bit, halves[1]);
  memory.retire(old, sizeof(Bucket), old->born);
}

void Directory::merge(Memory& memory, Hash hash) {
  Bucket* here = bucket(hash);
  if (here->depth == 0) {
    if (here->count > 0) return;
    memory.retire(here, sizeof(Bucket), here->born);
    buckets_.clear(memory);
    depth_ = 0;
    return;
  }
  Bucket* other = bucket(hash ^ (Hash{1} << (64 - here->depth)));
  if (other->depth != here->depth || here->count + other->count > kMerged) return;
  Bucket* both = make_bucket(memory, here->depth - 1);
  for (Bucket* half : {here, other}) {
    for (const Slot& slot : half->slots) {
      if (slot.item != 0) insert(*both, slot);
    }
  }
  point(memory, hash, both);
  for (Bucket* half : {here, other}) memory.retire(half, sizeof(Bucket), half->born);
  merge(memory, hash);
}

void Directory::add(Memory& memory, Hash hash, Item item) {
  if (buckets_.size() == 0) buckets_.push_back(memory, make_bucket(memory, 0));
  if (find(hash) == 0) {
    while (bucket(hash)->count >= kFull) split(memory, hash);
    insert(*own_bucket(memory, hash), Slot{hash, item});
    return;
  }
  Bucket* here = own_bucket(memory, hash);
  std::size_t at = hash % kSlots;
  while (here->slots[at].hash != hash || here->slots[at].item == 0) at = (at + 1) % kSlots;
  Item& held = here->slots[at].item;
  held = item_of(is_posting(held) ? Posting::add(memory, posting(held), item)
                                  : Posting::make(memory, held, item));
}

void Directory::remove(Memory& memory, Hash hash, Item item) {
  RIALTO_CHECK(find(hash) != 0, "what is removed was added");
  Bucket* here = own_bucket(memory, hash);
  std::size_t at = hash % kSlots;
  while (here->slots[at].hash != hash || here->slots[at].item == 0) at = (at + 1) % kSlots;
  Item& held = here->slots[at].item;
  if (is_posting(held)) {
    Posting* rest = Posting::remove(memory, posting(held), item);
    if (rest != nullptr) {
      held = item_of(rest);
      return;
    }
  } else {
    RIALTO_CHECK(held == item, "what is removed was added");
  }
  erase(*here, at);
  if (here->count <= kMerged) merge(memory, hash);
}

}  // namespace rialto::ruler
