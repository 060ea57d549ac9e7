// The ways in which a value leads to rules. Every rule waits under the keys of one of its fields,
// one key for each matcher; a value asks for the keys it satisfies.
//
// A probe is one kind of key with a parameter. Of each field it is known which probes some rule
// waits for, so that nothing else is asked.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>

#include "ruler/index/hash.h"

namespace rialto::ruler {

enum class ProbeKind : std::uint8_t {
  Any,           // whatever the value is
  AnyNumber,     // ranges, where a field has few of them
  Literal,       // null, true, false
  Text,          // the string
  Prefix,        // parameter: bytes
  Suffix,        // parameter: bytes
  FoldedText,    // the string with all forms of a character made one (fold.h)
  FoldedPrefix,  // parameter: bytes of the folded text
  FoldedSuffix,  // parameter: bytes of the folded text
  Gram,          // some bytes anywhere in the string; parameter: 8, 4, 2 or 1
  Number,        // the number's place in the order of doubles
  NumberText,    // the number as written
  Range,         // the same place without its last bits; parameter: how many
  NetworkV4,     // an address's first bits; parameter: how many
  NetworkV6,
  Child,   // not of a value: a member's name below a path
  Always,  // not of a value: rules that want nothing to be there
};

struct Probe {
  ProbeKind kind = ProbeKind::Any;
  std::uint32_t parameter = 0;
  auto operator<=>(const Probe&) const = default;
};

// How many of the ordered probes, of which there are some, are of the first one's kind. There may
// be one for each length of a string; so who has no use for them does not look at each.
inline std::size_t count_of_first_kind(std::span<const Probe> probes) {
  const ProbeKind kind = probes.front().kind;
  if (probes.back().kind == kind) return probes.size();
  const auto end = std::partition_point(probes.begin(), probes.end(),
                                        [&](const Probe& probe) { return probe.kind == kind; });
  return static_cast<std::size_t>(end - probes.begin());
}

// Whether there is one of that kind among the ordered probes.
inline bool has_kind(std::span<const Probe> probes, ProbeKind kind) {
  const auto first = std::lower_bound(probes.begin(), probes.end(), Probe{kind, 0});
  return first != probes.end() && first->kind == kind;
}

// Where the hashes of one probe of one path begin. A length needs no place in it: hashes of texts
// include theirs, and one hasher serves all lengths.
inline std::uint64_t seed_of(std::uint64_t set_seed, std::uint32_t path, Probe probe) {
  const std::uint64_t place = std::uint64_t{path} << 32 | std::uint64_t{probe.parameter} << 5;
  return (place | static_cast<std::uint64_t>(probe.kind)) * hashing::kTwo ^ set_seed;
}

}  // namespace rialto::ruler
