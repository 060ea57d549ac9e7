// What matching and explaining share: the fields of a pattern, looked up in one event.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "json/value.h"
#include "ruler/match/consistency.h"
#include "ruler/pattern.h"

namespace rialto::ruler {

// One pattern against one event. Each field is looked up once, when it is first asked for.
// The pattern and the event must outlive it.
class Evaluation {
 public:
  Evaluation(const Pattern& pattern, const json::Value& event)
      : pattern_(pattern), event_(event), fields_(pattern.fields().size()) {}

  // Whether the field is satisfied by some leaf, or by there being none.
  bool passes_alone(std::size_t field);

  bool matches(const Pattern::Alternative& alternative);

  // Of an alternative whose fields all pass alone but not together: fields that exclude each other,
  // two if two alone do.
  std::vector<std::size_t> conflict(const Pattern::Alternative& alternative);

  // The first alternative that matches.
  std::optional<std::size_t> find_match();

 private:
  struct Found {
    Choices choices;
    bool is_free = false;  // whatever the other fields choose, this one is satisfied
  };

  const Found& look_up(std::size_t field);
  Found search(const Field& field) const;
  bool can_pass(std::size_t field);

  const Pattern& pattern_;
  const json::Value& event_;
  std::vector<std::optional<Found>> fields_;
};

}  // namespace rialto::ruler
