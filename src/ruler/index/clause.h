// One alternative of one rule as bytes: the fields that must all be satisfied, each with the tests
// of which one must pass. The index leads to clauses, and a clause judges an event by itself; so an
// index may lead to too many, but never to too few.
//
// Layout: Clause, then for each field a Condition, then for each of its tests a word (operator and
// size) and that many bytes, padded to four.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "ruler/index/leaf.h"
#include "ruler/index/memory.h"
#include "ruler/rule_id.h"

namespace rialto::ruler {

enum class Op : std::uint8_t {
  Text,     // the string
  TextSet,  // one of many strings: their count, the ends of all, their bytes; ordered
  Null,
  True,
  False,
  Number,      // u64: order_of the value
  NumberText,  // the number as written
  Range,       // u64 first, u64 last: places in the order of doubles; u32 RangeShape
  Network,     // u32 bits, u32 size, 16 bytes: the first address
  Prefix,
  Suffix,
  AsciiText,  // ignoring case; the test's text is in lower case
  AsciiPrefix,
  AsciiSuffix,
  FoldedText,  // ignoring case: u8 size and u8 size, lower form, upper form of each letter
  FoldedPrefix,
  FoldedSuffix,  // the letters from the last to the first
  Wildcard,      // Pick, u32 count, then u32 size and the bytes of each piece
  Nothing,       // `anything-but`: none of the tests inside passes
  Exists,
  Absent,
};

// The key that a wildcard waits under: the bytes of a piece, as a prefix, a suffix, or anywhere.
struct Pick {
  std::uint32_t probe_kind = 0;
  std::uint32_t offset = 0;  // of the bytes from the Pick
  std::uint32_t size = 0;
};

// How a range was written; for showing it.
struct RangeShape {
  static constexpr std::uint32_t kBottom = 1;
  static constexpr std::uint32_t kOpenBottom = 2;
  static constexpr std::uint32_t kTop = 4;
  static constexpr std::uint32_t kOpenTop = 8;
};

// A view of a test.
struct Test {
  Op op;
  std::uint32_t size;
  const char* payload;

  std::string_view text() const { return {payload, size}; }
  template <class T>
  T read(std::size_t offset = 0) const {
    T out;
    std::memcpy(&out, payload + offset, sizeof out);
    return out;
  }
};

// The strings of a TextSet, in order.
class TextSet {
 public:
  explicit TextSet(const Test& test) : test_(test), count_(test.read<std::uint32_t>()) {}

  std::uint32_t size() const { return count_; }
  // Requires i < size().
  std::string_view text(std::uint32_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : end_of(i - 1);
    return test_.text().substr(kWord * (1 + std::size_t{count_}) + begin, end_of(i) - begin);
  }

 private:
  static constexpr std::size_t kWord = sizeof(std::uint32_t);
  std::uint32_t end_of(std::uint32_t i) const {
    return test_.read<std::uint32_t>(kWord * (1 + std::size_t{i}));
  }

  const Test& test_;
  std::uint32_t count_;
};

// The pieces of a Wildcard, one after the other: `a*b` has two.
class Pieces {
 public:
  explicit Pieces(const Test& test) : test_(test), left_(test.read<std::uint32_t>(sizeof(Pick))) {}

  std::uint32_t left() const { return left_; }
  // Where the next piece's bytes will be, from the payload's begin.
  std::uint32_t offset() const { return at_ + kWord; }
  // Requires left() > 0.
  std::string_view take() {
    const auto size = test_.read<std::uint32_t>(at_);
    const std::string_view piece = test_.text().substr(at_ + kWord, size);
    at_ += kWord + size;
    --left_;
    return piece;
  }

 private:
  static constexpr std::uint32_t kWord = sizeof(std::uint32_t);

  const Test& test_;
  std::uint32_t left_;
  std::uint32_t at_ = sizeof(Pick) + kWord;
};

// The lower forms of the letters of a FoldedText, FoldedPrefix or FoldedSuffix, in their order.
std::string lower_letters(const Test& test);

// The tests in [begin, end).
class Tests {
 public:
  Tests(const char* begin, const char* end) : begin_(begin), end_(end) {}

  // Calls `visit(const Test&)` until it returns true; whether it did.
  template <class Visit>
  bool any(const Visit& visit) const {
    for (const char* at = begin_; at < end_;) {
      std::uint32_t word = 0;
      std::memcpy(&word, at, sizeof word);
      const Test test{static_cast<Op>(word & 0xff), word >> 8, at + sizeof word};
      if (visit(test)) return true;
      at = test.payload + (test.size + 3) / 4 * 4;
    }
    return false;
  }

 private:
  const char* begin_;
  const char* end_;
};

struct Condition {
  std::uint32_t path;
  std::uint32_t bytes;  // with this header
  // How many keys from the root on the path shares with the path of the access field.
  std::uint16_t shared;
  bool may_be_absent;
  bool is_related;  // one of the two paths leads through the other

  const char* begin() const { return reinterpret_cast<const char*>(this + 1); }
  const char* end() const { return reinterpret_cast<const char*>(this) + bytes; }
  Tests tests() const { return {begin(), end()}; }
  // Whether there is one test, Absent, which no value passes.
  bool wants_absence_only() const {
    return may_be_absent && bytes == sizeof(Condition) + sizeof(std::uint32_t);
  }
  const Condition* next() const { return reinterpret_cast<const Condition*>(end()); }
};

struct Clause {
  RuleId id;
  Memory::Version born;
  std::uint32_t ordinal;   // small, of no other clause of the set
  std::uint32_t bytes;     // with this header
  std::uint32_t access;    // where the condition is under whose keys the clause waits; kNoAccess
  bool has_absence;        // some condition may be satisfied by a field that is not there
  bool has_siblings : 1;   // the rule has other clauses
  bool has_many_keys : 1;  // a leaf may lead to it more than once
  bool is_any_number : 1;  // its ranges wait under AnyNumber

  static constexpr std::uint32_t kNoAccess = 0;

  const Condition* begin() const { return reinterpret_cast<const Condition*>(this + 1); }
  const Condition* end() const {
    return reinterpret_cast<const Condition*>(reinterpret_cast<const char*>(this) + bytes);
  }
  // Requires that there is one.
  const Condition* access_condition() const {
    return reinterpret_cast<const Condition*>(reinterpret_cast<const char*>(this) + access);
  }
};

// Whether the value passes the test by itself (docs/spec/01 §3.2).
bool passes(const Test& test, const Leaf& leaf);

inline bool passes(const Condition& condition, const Leaf& leaf) {
  return condition.tests().any([&](const Test& test) { return passes(test, leaf); });
}

}  // namespace rialto::ruler
