// Reads a pattern's text into a Pattern. One use per object.
//
// The order in which things are looked at is the order in which AWS reports what is wrong, so it is
// kept: tokens come from parse/jackson.h, each rule is checked where AWS's library checks it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ruler/parse/jackson.h"
#include "ruler/parse/or_scan.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

class Compiler {
 public:
  // `text` must outlive the compiler and be UTF-8.
  explicit Compiler(std::string_view text) : text_(text), reader_(text) {}

  // Errors: InvalidArgument with the reason alone.
  Result<Pattern> compile();

 private:
  // An alternative in the making: its fields, ordered by the numbers of their paths.
  struct Placed {
    std::uint32_t path;
    std::uint32_t field;
  };
  using Draft = std::vector<Placed>;
  using Drafts = std::vector<Draft>;

  Result<> read_object(Drafts& drafts, bool has_parent, Node& all, bool is_in_or);
  Result<> read_field(Drafts& drafts, const std::string& name, bool has_parent, Node& all,
                      bool is_in_or);
  Result<> read_or(Drafts& drafts, bool has_parent, Node& all);
  bool is_or_ahead();
  Result<> read_matchers(Drafts& drafts, Node& all);
  static void place(Draft& draft, Placed placed);
  Pattern finish(const Drafts& drafts, Node tree);
  Result<> count_placements(std::size_t count);

  std::string_view text_;
  Reader reader_;
  std::string path_;  // of what is being read
  std::vector<Field> fields_;
  std::map<std::string, std::uint32_t> paths_;  // numbered as they are met
  OrAnswers or_answers_;
  std::size_t placements_ = 0;
  std::size_t path_bytes_ = 0;
};

}  // namespace rialto::ruler
