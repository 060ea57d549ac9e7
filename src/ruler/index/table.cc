#include "ruler/index/table.h"

#include <algorithm>

namespace rialto::ruler {

Table::Root* Table::make_root(Memory& memory, std::size_t capacity) const {
  auto* out = static_cast<Root*>(memory.allocate(bytes_of(capacity)));
  out->born = memory.version();
  out->capacity = capacity;
  if (root_ != nullptr) std::copy_n(root_->pages(), page_count(), out->pages());
  return out;
}

// Makes the root one of this version, with room for `capacity` pages.
void Table::own_root(Memory& memory, std::size_t capacity) {
  if (root_ != nullptr && root_->born == memory.version() && root_->capacity >= capacity) return;
  Root* old = root_;
  std::size_t room = old == nullptr ? capacity : old->capacity;
  while (room < capacity) room *= 2;
  root_ = make_root(memory, room);
  if (old != nullptr) memory.retire(old, bytes_of(old->capacity), old->born);
}

void Table::set(Memory& memory, std::size_t index, void* item) {
  Page* page = root_->pages()[index / kPageSize];
  if (page->born != memory.version()) {
    own_root(memory, page_count());
    Page* copy = new (memory.allocate(sizeof(Page))) Page(*page);
    copy->born = memory.version();
    root_->pages()[index / kPageSize] = copy;
    memory.retire(page, sizeof(Page), page->born);
    page = copy;
  }
  page->items[index % kPageSize] = item;
}

void Table::push_back(Memory& memory, void* item) {
  if (size_ % kPageSize == 0) {
    own_root(memory, page_count() + 1);
    Page* page = new (memory.allocate(sizeof(Page))) Page;
    page->born = memory.version();
    root_->pages()[size_ / kPageSize] = page;
  }
  ++size_;
  set(memory, size_ - 1, item);
}

void Table::clear(Memory& memory) {
  if (root_ == nullptr) return;
  for (std::size_t i = 0; i < page_count(); ++i) {
    memory.retire(root_->pages()[i], sizeof(Page), root_->pages()[i]->born);
  }
  memory.retire(root_, bytes_of(root_->capacity), root_->born);
  *this = Table();
}

}  // namespace rialto::ruler
