#include "ruler/reference.h"

#include "ruler/match/evaluate.h"

namespace rialto::ruler {

bool matches(const Pattern& pattern, const json::Value& event) {
  return Evaluation(pattern, event).find_match().has_value();
}

}  // namespace rialto::ruler
