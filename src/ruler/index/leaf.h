// A value of the event that some rule asks for: a scalar at a path.
#pragma once

#include <cstdint>
#include <string_view>

namespace rialto::ruler {

struct Leaf {
  enum class Kind : std::uint8_t { String, Number, True, False, Null };

  const char* data = nullptr;  // a string's content, a number's text
  std::uint32_t size = 0;
  std::uint32_t path = 0;
  std::uint32_t element = 0;  // the innermost element of an array that it lies in; 0: none
  std::uint32_t next = 0;     // the place of the path's next leaf; 0: this is the last
  Kind kind = Kind::Null;

  std::string_view text() const { return {data, size}; }

  // Of a number: the order of the nearest double. Read once.
  std::uint64_t order() const {
    if (!has_order_) read_order();
    return order_;
  }

  // Of a number: whether it can be compared (number.h). Costs more than its order; so ask last.
  bool is_comparable() const {
    if (comparable_ == Known::Not) look_closely();
    return comparable_ == Known::Yes;
  }

 private:
  enum class Known : std::uint8_t { Not, Yes, No };

  void read_order() const;
  void look_closely() const;

  mutable bool has_order_ = false;
  mutable Known comparable_ = Known::Not;
  mutable std::uint64_t order_ = 0;
};

// An integer for each double so that the one is less where the other is. Requires no NaN; 0 and -0
// are the same.
std::uint64_t order_of(double value);

// The double of that place.
double value_at(std::uint64_t order);

}  // namespace rialto::ruler
