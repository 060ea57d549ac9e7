// Text that begins at a multiple of a block in memory, as a disk wants what it takes without a copy
// in the kernel's cache.
#pragma once

#include <cstddef>
#include <new>
#include <string>

namespace rialto::store {

// Of memory and of files; what disks of today want, and often more.
inline constexpr std::size_t kBlockBytes = 4096;

template <class T>
struct BlockAllocator {
  using value_type = T;

  BlockAllocator() = default;
  template <class U>
  BlockAllocator(const BlockAllocator<U>& /*other*/) {}  // NOLINT(google-explicit-constructor)

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{kBlockBytes}));
  }
  void deallocate(T* at, std::size_t /*count*/) {
    ::operator delete(at, std::align_val_t{kBlockBytes});
  }
  friend bool operator==(const BlockAllocator&, const BlockAllocator&) { return true; }
};

using BlockString = std::basic_string<char, std::char_traits<char>, BlockAllocator<char>>;

}  // namespace rialto::store
