// A value of the event that some rule asks for: a scalar at a path.
#pragma once

#include <cstdint>
#include <string_view>

namespace rialto::ruler {

struct Leaf {
  enum class Kind : std::uint8_t { String, Number, True, False, Null };
  enum class Order : std::uint8_t { Unknown, Comparable, Incomparable };

  const char* data = nullptr;  // a string's content, a number's text
  std::uint32_t size = 0;
  std::uint32_t path = 0;
  std::uint32_t element = 0;  // the innermost element of an array that it lies in; 0: none
  std::uint32_t next = 0;     // the place of the path's next leaf; 0: this is the last
  Kind kind = Kind::Null;
  mutable Order order = Order::Unknown;  // of a number, once it has been asked for
  mutable std::uint64_t place = 0;       // of a comparable number: order_of its value

  std::string_view text() const { return {data, size}; }

  // Of a number: whether it can be compared, and then `place` is set. Reads its text once.
  bool is_comparable() const {
    if (order == Order::Unknown) read_number();
    return order == Order::Comparable;
  }

 private:
  void read_number() const;
};

// An integer for each double so that the one is less where the other is. Requires no NaN; 0 and -0
// are the same.
std::uint64_t order_of(double value);

// The double of that place.
double value_at(std::uint64_t order);

}  // namespace rialto::ruler
