// A quick reader for the patterns that most rules are: objects of lists of scalars. It takes a
// fifth of Pattern::compile's time, which is what adding many rules takes longest for.
//
// What it reads means what Pattern::compile says it means. Whatever is out of the ordinary (an
// operator, an escape, a `$or`, an address, a path given twice, an error) it leaves to that one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::ruler {

class PlainPattern {
 public:
  struct Value {
    enum class Kind : std::uint8_t { String, Number, Literal };
    Kind kind;
    std::string_view text;
  };
  struct Field {
    std::string_view path;
    std::span<const Value> values;
  };

  // Whether it could read the text. The memory of the reading before is used again; what `fields`
  // answers points into it and into the text.
  bool read(std::string_view text);

  // Ordered by path, as those of an alternative are.
  const std::vector<Field>& fields() const { return fields_; }

 private:
  struct Range {
    std::size_t path_begin;
    std::size_t path_end;
    std::size_t value_begin;
    std::size_t value_end;
  };

  bool read_object(std::size_t depth);
  bool read_values();
  bool read_value();
  bool read_string(std::string_view& out);
  bool finish();
  bool take(char wanted);
  char peek();

  std::string_view text_;
  std::size_t at_ = 0;
  std::string paths_;  // of all fields, one behind the other
  std::string path_;
  std::vector<Value> values_;
  std::vector<Range> ranges_;
  std::vector<Field> fields_;
};

}  // namespace rialto::ruler
