#include "ruler/index/posting.h"

#include <algorithm>

#include "base/check.h"

namespace rialto::ruler {
namespace {

Posting::Item item_of(Posting* chunk) { return reinterpret_cast<Posting::Item>(chunk); }

}  // namespace

Posting* Posting::make(Memory& memory, std::uint32_t capacity, bool is_tall) {
  auto* out = static_cast<Posting*>(memory.allocate(bytes_of(capacity)));
  out->born = memory.version();
  out->count = 0;
  out->capacity = capacity;
  out->is_tall = is_tall;
  return out;
}

Posting* Posting::make(Memory& memory, Item first, Item second) {
  Posting* out = make(memory, 2, false);
  out->slots()[out->count++] = first;
  out->slots()[out->count++] = second;
  return out;
}

void Posting::retire(Memory& memory, Posting* posting) {
  memory.retire(posting, bytes_of(posting->capacity), posting->born);
}

// The posting as one of this version with that capacity, which has room for all its items.
Posting* Posting::own(Memory& memory, Posting* posting, std::uint32_t capacity) {
  if (posting->born == memory.version() && posting->capacity == capacity) return posting;
  Posting* out = make(memory, capacity, posting->is_tall);
  out->count = posting->count;
  std::copy_n(posting->slots(), posting->count, out->slots());
  retire(memory, posting);
  return out;
}

Posting* Posting::add(Memory& memory, Posting* posting, Item item) {
  if (!posting->is_tall) {
    if (posting->count < kChunkSize) {
      const bool is_full = posting->count == posting->capacity;
      posting = own(memory, posting, is_full ? posting->capacity * 2 : posting->capacity);
      posting->slots()[posting->count++] = item;
      return posting;
    }
    Posting* tall = make(memory, 4, true);
    tall->slots()[tall->count++] = item_of(posting);
    posting = tall;
  }
  Posting* last = posting->chunk(posting->count - 1);
  const bool is_full = last->count == kChunkSize;
  const std::uint32_t needed = posting->count + (is_full ? 1 : 0);
  posting =
      own(memory, posting, needed > posting->capacity ? posting->capacity * 2 : posting->capacity);
  if (is_full) {
    posting->slots()[posting->count++] = item_of(make(memory, kChunkSize, false));
    last = posting->chunk(posting->count - 1);
  }
  posting->slots()[posting->count - 1] = item_of(add(memory, last, item));
  return posting;
}

std::uint32_t Posting::find(Item item) const {
  return static_cast<std::uint32_t>(std::find(slots(), slots() + count, item) - slots());
}

Posting* Posting::remove(Memory& memory, Posting* posting, Item item) {
  if (posting->is_tall) return remove_tall(memory, posting, item);
  const std::uint32_t place = posting->find(item);
  RIALTO_CHECK(place < posting->count, "what is removed was added");
  if (posting->count == 1) {
    retire(memory, posting);
    return nullptr;
  }
  const bool is_sparse = posting->capacity > 2 && posting->count - 1 <= posting->capacity / 4;
  posting = own(memory, posting, posting->capacity);
  posting->slots()[place] = posting->slots()[--posting->count];
  return is_sparse ? own(memory, posting, posting->capacity / 2) : posting;
}

// The hole is filled with an item of the last chunk, so that all others stay full.
Posting* Posting::remove_tall(Memory& memory, Posting* posting, Item item) {
  std::uint32_t holder = 0;
  while (holder < posting->count) {
    const Posting* chunk = posting->chunk(holder);
    if (chunk->find(item) < chunk->count) break;
    ++holder;
  }
  RIALTO_CHECK(holder < posting->count, "what is removed was added");
  posting = own(memory, posting, posting->capacity);
  const std::uint32_t last = posting->count - 1;
  const Item filler = posting->chunk(last)->slots()[posting->chunk(last)->count - 1];
  if (filler != item) {
    Posting* chunk = own(memory, posting->chunk(holder), kChunkSize);
    chunk->slots()[chunk->find(item)] = filler;
    posting->slots()[holder] = item_of(chunk);
  }
  Posting* shorter = remove(memory, posting->chunk(last), filler);
  // A chunk of a tall posting keeps its capacity, to be filled again.
  if (shorter == nullptr) {
    --posting->count;
  } else {
    posting->slots()[last] = item_of(own(memory, shorter, kChunkSize));
  }
  if (posting->count > 1) return posting;
  Posting* flat = posting->chunk(0);
  retire(memory, posting);
  return flat;
}

}  // namespace rialto::ruler
