#include "ruler/index/memory.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "base/check.h"

namespace rialto::ruler {
namespace {

// Chunks grow with the set, so that a bus with one rule takes a few kilobytes.
constexpr std::size_t kChunkBytesMin = 4U << 10;
constexpr std::size_t kHugePage = 2U << 20;

constexpr std::size_t kSweepMin = 256;

void* take(std::size_t bytes) {
  void* out = std::malloc(bytes);
  RIALTO_CHECK(out != nullptr, "out of memory");
  return out;
}

// Large sets live in huge pages: their look-ups go everywhere, and would miss the processor's table
// of small pages most of the time.
void* take_chunk(std::size_t bytes) {
  if (bytes < kHugePage) return take(bytes);
  void* out = std::aligned_alloc(kHugePage, bytes);
  RIALTO_CHECK(out != nullptr, "out of memory");
#if defined(MADV_HUGEPAGE)
  madvise(out, bytes, MADV_HUGEPAGE);
#endif
  return out;
}

}  // namespace

Memory::~Memory() {
  for (Large* large = large_.next; large != &large_;) std::free(std::exchange(large, large->next));
  for (void* chunk : chunks_) std::free(chunk);
}

void* Memory::allocate(std::size_t bytes) {
  if (bytes > kSmallMax) {
    auto* large = static_cast<Large*>(take(sizeof(Large) + bytes));
    large->previous = &large_;
    large->next = large_.next;
    large->next->previous = large;
    large_.next = large;
    return large + 1;
  }
  FreePiece*& head = free_[class_of(bytes)];
  if (head == nullptr) return carve((bytes + 7) / 8 * 8);
  FreePiece* out = head;
  head = out->next;
  return out;
}

void* Memory::carve(std::size_t bytes) {
  if (left_ < bytes) {
    // What is left of the old chunk serves smaller pieces.
    if (left_ > 0) release(at_, left_);
    chunk_bytes_ = std::clamp(chunk_bytes_ * 2, kChunkBytesMin, kHugePage);
    at_ = static_cast<char*>(take_chunk(chunk_bytes_));
    chunks_.push_back(at_);
    left_ = chunk_bytes_;
  }
  void* out = at_;
  at_ += bytes;
  left_ -= bytes;
  return out;
}

void Memory::release(void* piece, std::size_t bytes) {
  if (bytes > kSmallMax) {
    Large* large = static_cast<Large*>(piece) - 1;
    large->previous->next = large->next;
    large->next->previous = large->previous;
    std::free(large);
    return;
  }
  FreePiece*& head = free_[class_of(bytes)];
  head = new (piece) FreePiece{head};
}

void Memory::retire(void* piece, std::size_t bytes, Version born) {
  if (born == version_) {
    release(piece, bytes);
  } else {
    retired_.push_back({piece, bytes, born, version_});
  }
}

std::unique_ptr<Memory::Lease> Memory::publish() {
  auto has_ended = std::make_shared<std::atomic<bool>>(false);
  live_.push_back({version_, has_ended});
  ++version_;
  reclaim();
  return std::unique_ptr<Lease>(new Lease(std::move(has_ended)));
}

// A piece that was retired while version v was made is in snapshots born .. v - 1.
bool Memory::is_seen(const Retired& retired) const {
  const auto first =
      std::lower_bound(live_.begin(), live_.end(), retired.born,
                       [](const Live& live, Version version) { return live.version < version; });
  return first != live_.end() && first->version < retired.retired;
}

void Memory::reclaim() {
  std::erase_if(live_,
                [](const Live& live) { return live.has_ended->load(std::memory_order_acquire); });
  // Whoever keeps an old snapshot pins pieces; looking at those again and again is not worth it.
  if (retired_.size() < sweep_at_) return;
  std::erase_if(retired_, [this](const Retired& retired) {
    if (is_seen(retired)) return false;
    release(retired.piece, retired.bytes);
    return true;
  });
  sweep_at_ = std::max(kSweepMin, retired_.size() * 2);
}

}  // namespace rialto::ruler
