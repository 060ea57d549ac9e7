// Counts what the program takes from the heap; for the programs that allocations.cc is
// linked into.
#pragma once

#include <cstddef>

#include "support/scale.h"

namespace rialto::test {

// Under a sanitizer, whose heap is its own, nothing is counted; nor without glibc.
#if defined(__GLIBC__)
inline constexpr bool kCountsAllocations = !kIsSanitized;
#else
inline constexpr bool kCountsAllocations = false;
#endif

// How many pieces were taken so far, by any thread.
std::size_t allocations();

// The bytes of those not given back.
std::size_t live_bytes();

}  // namespace rialto::test
