// Writes clauses: an alternative of a compiled pattern as the bytes of clause.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ruler/index/clause.h"
#include "ruler/index/plain_pattern.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

// Puts together the bytes of one clause after the other, in memory that is kept.
class ClauseWriter {
 public:
  void begin(RuleId id);

  // What the next tests belong to. `path` is the number of the field's path.
  void begin_condition(std::uint32_t path);
  void end_condition();

  void add(const Matcher& matcher);
  void add(const ValueTest& test);
  void add_text(std::string_view text);
  void add_number(std::string_view text);
  void add_literal(std::string_view word);

  // Many strings of which one must be the value's.
  void add_set(std::span<const std::string_view> texts);

  // The clause so far, to be read, or completed in place. Ends at the next change.
  Clause& clause() { return *reinterpret_cast<Clause*>(bytes_.data()); }
  std::span<const char> bytes() const { return bytes_; }

 private:
  friend struct TestWriter;
  std::size_t begin_test();
  void end_test(std::size_t begin, Op op);
  void add_bytes(const void* bytes, std::size_t size);
  void add_word(std::uint32_t word) { add_bytes(&word, sizeof word); }
  void add_plain(Op op, std::string_view text);

  std::vector<char> bytes_;
  std::size_t condition_ = 0;
};

// Writes the tests of a field; many strings become one set.
void write_tests(ClauseWriter& writer, const Field& field);
void write_tests(ClauseWriter& writer, const PlainPattern::Field& field);

}  // namespace rialto::ruler
