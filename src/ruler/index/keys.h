// The keys that rules wait under, and those that a value satisfies: the two sides of one agreement.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ruler/address.h"
#include "ruler/fold.h"
#include "ruler/index/clause.h"
#include "ruler/index/hash.h"
#include "ruler/index/probe.h"

namespace rialto::ruler {

struct Key {
  Probe probe;
  std::uint64_t hash = 0;
};

// Where the keys of one path of one set begin.
struct KeySpace {
  std::uint64_t set_seed = 0;
  std::uint32_t path = 0;

  std::uint64_t seed(Probe probe) const { return seed_of(set_seed, path, probe); }
  Key word_key(Probe probe, std::uint64_t word) const {
    return {probe, hash_word(seed(probe), word)};
  }
  Key text_key(Probe probe, std::string_view text) const {
    return {probe, hash_text(seed(probe), text)};
  }
};

// Appends the keys of a condition's tests, each once. `is_any_number` as in Clause. Requires that
// the condition cannot be satisfied by an absent field.
void append_keys(const Condition& condition, KeySpace space, bool is_any_number,
                 std::vector<Key>& out);

// The ways in which a wildcard can wait: as a prefix, a suffix, or under some bytes of a piece.
std::vector<Pick> picks_of(const Test& wildcard);
Key key_of(const Test& wildcard, const Pick& pick, KeySpace space);

// The first bits of an address.
std::uint64_t hash_network(std::uint64_t seed, const Address& address, std::uint32_t bits);

// Finds the keys under some probes that a value satisfies.
template <class Visit>
class KeyWalk {
 public:
  // Calls `visit(hash)` with each key. `folded` is memory to use.
  KeyWalk(KeySpace space, const Leaf& leaf, std::string& folded, const Visit& visit)
      : space_(space), leaf_(leaf), folded_(folded), visit_(visit) {}

  // Requires that the probes are ordered, and each is there once.
  void run(std::span<const Probe> probes) {
    while (!probes.empty()) {
      const Probes kind = probes.first(count_of_first_kind(probes));
      switch (leaf_.kind) {
        case Leaf::Kind::String: string(kind); break;
        case Leaf::Kind::Number: number(kind); break;
        default: literal(kind); break;
      }
      probes = probes.subspan(kind.size());
    }
  }

 private:
  using Probes = std::span<const Probe>;  // of one kind

  void string(Probes probes) {
    const Probe first = probes.front();
    switch (first.kind) {
      case ProbeKind::Any: return word(first, 0);
      case ProbeKind::Text: return text(first, leaf_.text());
      case ProbeKind::Prefix: return ends<PrefixHasher>(probes, leaf_.text());
      case ProbeKind::Suffix: return ends<SuffixHasher>(probes, leaf_.text());
      case ProbeKind::FoldedText: return text(first, folded());
      case ProbeKind::FoldedPrefix: return ends<PrefixHasher>(probes, folded());
      case ProbeKind::FoldedSuffix: return ends<SuffixHasher>(probes, folded());
      case ProbeKind::Gram: return grams(probes);
      case ProbeKind::NetworkV4: return networks(probes, 4);
      case ProbeKind::NetworkV6: return networks(probes, 16);
      default: return;
    }
  }

  void number(Probes probes) {
    const Probe first = probes.front();
    switch (first.kind) {
      case ProbeKind::Any:
      case ProbeKind::AnyNumber: return word(first, 0);
      case ProbeKind::NumberText: return text(first, leaf_.text());
      case ProbeKind::Number: return word(first, leaf_.order());
      case ProbeKind::Range:
        for (const Probe& probe : probes) word(probe, leaf_.order() >> probe.parameter);
        return;
      default: return;
    }
  }

  void literal(Probes probes) {
    const Probe first = probes.front();
    if (first.kind == ProbeKind::Any) word(first, 0);
    if (first.kind == ProbeKind::Literal) word(first, static_cast<std::uint64_t>(leaf_.kind));
  }

  void word(Probe probe, std::uint64_t value) { visit_(space_.word_key(probe, value).hash); }
  void text(Probe probe, std::string_view value) { visit_(space_.text_key(probe, value).hash); }

  std::string_view folded() {
    if (!is_folded_) make_fold_key(leaf_.text(), folded_);
    is_folded_ = true;
    return folded_;
  }

  // The parameters are lengths, ascending.
  template <class Hasher>
  void ends(Probes probes, std::string_view value) {
    Hasher hasher(space_.seed({probes.front().kind, 0}), value);
    for (const Probe& probe : probes) {
      if (probe.parameter > value.size()) return;
      visit_(hasher.hash(probe.parameter));
    }
  }

  void grams(Probes probes) {
    for (const Probe& probe : probes) {
      switch (probe.parameter) {
        case 1: grams<std::uint8_t>(probe); break;
        case 2: grams<std::uint16_t>(probe); break;
        case 4: grams<std::uint32_t>(probe); break;
        default: grams<std::uint64_t>(probe); break;
      }
    }
  }

  template <class Word>
  void grams(Probe probe) {
    const std::uint64_t seed = space_.seed(probe);
    for (std::size_t at = 0; at + sizeof(Word) <= leaf_.size; ++at) {
      visit_(hash_word(seed, hashing::load<Word>(leaf_.data + at)));
    }
  }

  void networks(Probes probes, std::uint8_t size) {
    const std::optional<Address> address = parse_address(leaf_.text());
    if (!address || address->size != size) return;
    for (const Probe& probe : probes) {
      visit_(hash_network(space_.seed(probe), *address, probe.parameter));
    }
  }

  KeySpace space_;
  const Leaf& leaf_;
  std::string& folded_;
  const Visit& visit_;
  bool is_folded_ = false;
};

}  // namespace rialto::ruler
