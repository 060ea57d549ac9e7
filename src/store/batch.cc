#include "store/batch.h"

#include <cstring>

namespace rialto::store {

std::uint32_t detail::read_u32(const char* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void Batch::put(Table table, std::string_view key, std::string_view value) {
  add(Op::Put, table, key, value);
}

void Batch::insert(Table table, std::string_view key, std::string_view value) {
  add(Op::Insert, table, key, value);
}

Batch Batch::from_bytes(std::string bytes) {
  Batch out;
  out.changes_ = std::move(bytes);
  return out;
}

void Batch::erase(Table table, std::string_view key) { add(Op::Erase, table, key, {}); }

void Batch::erase_range(Table table, std::string_view from, std::string_view to) {
  add(Op::EraseRange, table, from, to);
}

void Batch::append(Batch other) {
  if (changes_.empty()) {
    changes_ = std::move(other.changes_);
  } else {
    changes_ += other.changes_;
  }
}

void Batch::add(Op op, Table table, std::string_view first, std::string_view second) {
  const auto first_size = static_cast<std::uint32_t>(first.size());
  const auto second_size = static_cast<std::uint32_t>(second.size());
  char head[10];
  head[0] = static_cast<char>(op);
  head[1] = static_cast<char>(table);
  std::memcpy(head + 2, &first_size, sizeof first_size);
  std::memcpy(head + 6, &second_size, sizeof second_size);
  changes_.append(head, sizeof head);
  changes_ += first;
  changes_ += second;
}

}  // namespace rialto::store
