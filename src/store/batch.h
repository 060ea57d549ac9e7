// One atomic set of changes: all of them are durable, or none is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rialto::store {

// Each table is a space of keys of its own (a column family in RocksDB). The numbers are stored:
// never change or reuse one. What each holds: docs/internals/storage.md.
enum class Table : std::uint8_t {
  Meta = 0,
  Resource = 1,
  Event = 2,
  Delivery = 3,
  Message = 4,
  MessageState = 5,
  Archive = 6,
  Deduplication = 7,
  Due = 8,
};
inline constexpr std::size_t kTableCount = 9;

// Built by one thread, then handed over by move.
class Batch {
 public:
  void put(Table table, std::string_view key, std::string_view value);
  // As `put`, of a key that was never there before: erased again soon, it leaves no trace.
  void insert(Table table, std::string_view key, std::string_view value);
  void erase(Table table, std::string_view key);
  // Erases every key of [from, to).
  void erase_range(Table table, std::string_view from, std::string_view to);
  // Takes over the changes of `other`, after the ones already here.
  void append(Batch other);

  bool empty() const { return changes_.empty(); }
  std::size_t size_bytes() const { return changes_.size(); }

  // The changes as bytes, and back: what `bytes` of a batch answered, and nothing else.
  std::string_view bytes() const { return changes_; }
  static Batch from_bytes(std::string bytes);

  // Calls put(table, key, value), insert(table, key, value), erase(table, key) and
  // erase_range(table, from, to) of `visitor`, in the order in which they were added.
  template <class Visitor>
  void visit(Visitor&& visitor) const;

 private:
  enum class Op : std::uint8_t { Put, Erase, EraseRange, Insert };

  void add(Op op, Table table, std::string_view first, std::string_view second);

  // Per change: op u8, table u8, two lengths u32, the two texts. In the journal: never change.
  std::string changes_;
};

namespace detail {
std::uint32_t read_u32(const char* at);
}

template <class Visitor>
void Batch::visit(Visitor&& visitor) const {
  const char* at = changes_.data();
  const char* const end = at + changes_.size();
  while (at < end) {
    const auto op = static_cast<Op>(at[0]);
    const auto table = static_cast<Table>(at[1]);
    const std::uint32_t first_size = detail::read_u32(at + 2);
    const std::uint32_t second_size = detail::read_u32(at + 6);
    const std::string_view first(at + 10, first_size);
    const std::string_view second(at + 10 + first_size, second_size);
    at += 10 + first_size + second_size;
    switch (op) {
      case Op::Put: visitor.put(table, first, second); break;
      case Op::Insert: visitor.insert(table, first, second); break;
      case Op::Erase: visitor.erase(table, first); break;
      case Op::EraseRange: visitor.erase_range(table, first, second); break;
    }
  }
}

}  // namespace rialto::store
