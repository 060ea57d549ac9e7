// The case mappings that fold.cc searches, ordered by character.
#pragma once

#include <cstdint>
#include <span>

namespace rialto::ruler {

// From `first` to `last` upper and lower case alternate, beginning with an upper case letter whose
// lower case is the next character.
struct CasePairs {
  std::uint16_t first;
  std::uint16_t last;
};

// Each character from `first` to `last` plus the deltas is its lower and its upper case.
struct CaseRun {
  std::uint16_t first;
  std::uint16_t last;
  std::int32_t lower_delta;
  std::int32_t upper_delta;
};

// A character with a case form of several characters; both forms in UTF-8.
struct CaseSpecial {
  std::uint16_t character;
  const char* lower;
  const char* upper;
};

std::span<const CasePairs> case_pairs();
std::span<const CaseRun> case_runs();
std::span<const CaseSpecial> case_specials();

}  // namespace rialto::ruler
