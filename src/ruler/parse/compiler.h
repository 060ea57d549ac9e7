// Reads a pattern's text into a Pattern. One use per object.
//
// The order in which things are looked at is the order in which AWS reports what is wrong, so it is
// kept: tokens come from parse/jackson.h, each rule is checked where AWS's library checks it.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ruler/parse/jackson.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

class Compiler {
 public:
  // `text` must outlive the compiler and be UTF-8.
  explicit Compiler(std::string_view text) : text_(text), reader_(text) {}

  // Errors: InvalidArgument with the reason alone.
  Result<Pattern> compile();

 private:
  // An alternative in the making: path -> field.
  using Draft = std::map<std::string_view, std::size_t>;
  using Drafts = std::vector<Draft>;

  Result<> read_object(Drafts& drafts, const std::string* parent, Node& all, bool is_in_or);
  Result<> read_field(Drafts& drafts, const std::string* parent, std::string name, Node& all,
                      bool is_in_or);
  Result<> read_or(Drafts& drafts, const std::string* parent, Node& all);
  bool is_or_ahead() const;
  Result<> read_matchers(Drafts& drafts, std::string path, Node& all);
  Pattern finish(const Drafts& drafts, Node tree);
  Result<> count_placements(std::size_t count);

  std::string_view text_;
  Reader reader_;
  std::vector<Field> fields_;
  std::set<std::string> paths_;  // owns what the drafts' keys point at
  std::size_t placements_ = 0;
};

}  // namespace rialto::ruler
