// From an event's text to its leaves, in one pass that looks closely only at what rules name.
#pragma once

#include <cstddef>
#include <string_view>

#include "ruler/index/paths.h"
#include "ruler/match/found.h"
#include "ruler/scan/blocks.h"

namespace rialto::ruler {

struct Scanned {
  enum class Outcome : unsigned char {
    Done,
    NoObject,   // it does not begin as one
    Malformed,  // `problem` says how, and `at` where
    Repeated,   // a key that matters may be repeated; found is of no use
  };
  Outcome outcome = Outcome::Done;
  std::size_t at = 0;
  const char* problem = "";
};

// Text from anywhere: reads and judges all of it (RFC 8259; nesting as json::read).
// Requires `found` begun; the leaves point into the text and into `found`.
Scanned scan_checked(std::string_view text, const PathTree& paths, Blocks& blocks, Found& found);

// Text that is known to be good and whose keys are each there once and have no dots: skips what no
// rule asks for, and stops when nothing is left to be found. Of other text the result means
// nothing.
void scan_trusted(std::string_view text, const PathTree& paths, Blocks& blocks, Found& found);

}  // namespace rialto::ruler
