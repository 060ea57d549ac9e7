// An array of pointers whose versions share what they have in common: changing one element of an
// old version copies a page of 256 and the list of pages. See memory.h for versions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ruler/index/memory.h"

namespace rialto::ruler {

class Table {
 public:
  static constexpr std::size_t kPageSize = 256;

  // Trivially copyable, so that a snapshot is a copy of it.
  Table() = default;

  // Requires index < size().
  void* get(std::size_t index) const {
    return root_->pages()[index / kPageSize]->items[index % kPageSize];
  }
  std::size_t size() const { return size_; }

  // Requires index < size().
  void set(Memory& memory, std::size_t index, void* item);

  void push_back(Memory& memory, void* item);

  void clear(Memory& memory);

 private:
  struct Page {
    Memory::Version born;
    void* items[kPageSize];
  };
  struct Root {
    Memory::Version born;
    std::size_t capacity;  // in pages

    // Behind it.
    Page** pages() { return reinterpret_cast<Page**>(this + 1); }
  };

  static std::size_t bytes_of(std::size_t capacity) {
    return sizeof(Root) + capacity * sizeof(Page*);
  }
  Root* make_root(Memory& memory, std::size_t capacity) const;
  void own_root(Memory& memory, std::size_t capacity);
  std::size_t page_count() const { return (size_ + kPageSize - 1) / kPageSize; }

  Root* root_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rialto::ruler
