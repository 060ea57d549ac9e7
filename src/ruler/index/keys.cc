#include "ruler/index/keys.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace rialto::ruler {
namespace {

// A side of a range is covered by blocks of the sizes of its length's first bits; what lies beyond
// the last of them is rounded up. A range without a bound at one side reaches over many powers of
// two, and so needs more bits to be fine near the bound it has.
constexpr int kBitsOfBounded = 2;
constexpr int kBitsOfUnbounded = 16;

// How many places in a piece are looked at for the bytes that fewest rules wait under.
constexpr std::size_t kGramsMax = 32;

std::string fold_key(std::string_view text) {
  std::string out;
  make_fold_key(text, out);
  return out;
}

class Appender {
 public:
  Appender(KeySpace space, bool is_any_number, std::vector<Key>& out)
      : space_(space), is_any_number_(is_any_number), out_(out) {}

  void add(const Test& test) {
    switch (test.op) {
      case Op::Text: return text(ProbeKind::Text, test.text());
      case Op::TextSet: return set(test);
      case Op::Null: return literal(Leaf::Kind::Null);
      case Op::True: return literal(Leaf::Kind::True);
      case Op::False: return literal(Leaf::Kind::False);
      case Op::Number: return word({ProbeKind::Number, 0}, test.read<std::uint64_t>());
      case Op::NumberText: return text(ProbeKind::NumberText, test.text());
      case Op::Range: return range(test.read<std::uint64_t>(), test.read<std::uint64_t>(8));
      case Op::Network: return network(test);
      case Op::Prefix: return end(ProbeKind::Prefix, test.text());
      case Op::Suffix: return end(ProbeKind::Suffix, test.text());
      case Op::AsciiText: return text(ProbeKind::FoldedText, test.text());
      case Op::AsciiPrefix: return end(ProbeKind::FoldedPrefix, test.text());
      case Op::AsciiSuffix: return end(ProbeKind::FoldedSuffix, test.text());
      case Op::FoldedText: return text(ProbeKind::FoldedText, fold_key(lower_letters(test)));
      case Op::FoldedPrefix: return end(ProbeKind::FoldedPrefix, fold_key(lower_letters(test)));
      case Op::FoldedSuffix: return end(ProbeKind::FoldedSuffix, fold_key(lower_letters(test)));
      case Op::Wildcard: out_.push_back(key_of(test, test.read<Pick>(), space_)); return;
      case Op::Nothing:
      case Op::Exists: return word({ProbeKind::Any, 0}, 0);
      case Op::Absent: return;
    }
  }

 private:
  void word(Probe probe, std::uint64_t value) { out_.push_back(space_.word_key(probe, value)); }
  void text(ProbeKind kind, std::string_view value) {
    out_.push_back(space_.text_key({kind, 0}, value));
  }
  void end(ProbeKind kind, std::string_view value) {
    Key key = space_.text_key({kind, 0}, value);
    if (kind == ProbeKind::Suffix || kind == ProbeKind::FoldedSuffix) {
      key.hash = SuffixHasher(space_.seed({kind, 0}), value).hash(value.size());
    }
    key.probe.parameter = static_cast<std::uint32_t>(value.size());
    out_.push_back(key);
  }
  void literal(Leaf::Kind kind) { word({ProbeKind::Literal, 0}, static_cast<std::uint64_t>(kind)); }

  void set(const Test& test) {
    const TextSet set(test);
    for (std::uint32_t i = 0; i < set.size(); ++i) text(ProbeKind::Text, set.text(i));
  }

  void network(const Test& test) {
    const auto bits = test.read<std::uint32_t>();
    Address first;
    first.size = static_cast<std::uint8_t>(test.read<std::uint32_t>(4));
    std::memcpy(first.bytes.data(), test.payload + 8, first.bytes.size());
    const Probe probe{first.size == 4 ? ProbeKind::NetworkV4 : ProbeKind::NetworkV6, bits};
    out_.push_back({probe, hash_network(space_.seed(probe), first, bits)});
  }

  void block(std::uint64_t first, int bits) {
    word({ProbeKind::Range, static_cast<std::uint32_t>(bits)}, first >> bits);
  }

  // The numbers from `first` to `last`: cut where their first differing bit changes, and each side
  // covered by blocks that begin (or end) at the cut.
  void range(std::uint64_t first, std::uint64_t last) {
    constexpr std::uint64_t kTop = std::numeric_limits<std::uint64_t>::max();
    if (first > last) return;
    if (is_any_number_ || (first == 0 && last == kTop)) return word({ProbeKind::AnyNumber, 0}, 0);
    if (first == last) return block(first, 0);
    const int bits = first == 0 || last == kTop ? kBitsOfUnbounded : kBitsOfBounded;
    const int top = 63 - std::countl_zero(first ^ last);
    const std::uint64_t cut = last >> top << top;
    const std::uint64_t side = std::uint64_t{1} << top;
    std::uint64_t left = std::min(round_up(cut - first, bits), side);
    for (std::uint64_t end = cut; left > 0;) {
      const int size = 63 - std::countl_zero(left);
      end -= std::uint64_t{1} << size;
      block(end, size);
      left -= std::uint64_t{1} << size;
    }
    // last - cut + 1 <= side, which may be 2^63.
    std::uint64_t right = std::min(round_up(last - cut + 1, bits), side);
    for (std::uint64_t begin = cut; right > 0;) {
      const int size = 63 - std::countl_zero(right);
      block(begin, size);
      begin += std::uint64_t{1} << size;
      right -= std::uint64_t{1} << size;
    }
  }

  // To a number of which only the first `bits` bits are not 0. Requires value <= 2^63.
  static std::uint64_t round_up(std::uint64_t value, int bits) {
    const int low = 64 - std::countl_zero(value) - bits;
    if (low <= 0) return value;
    const std::uint64_t mask = (std::uint64_t{1} << low) - 1;
    return (value + mask) & ~mask;
  }

  KeySpace space_;
  bool is_any_number_;
  std::vector<Key>& out_;
};

}  // namespace

void append_keys(const Condition& condition, KeySpace space, bool is_any_number,
                 std::vector<Key>& out) {
  const std::size_t begin = out.size();
  Appender appender(space, is_any_number, out);
  condition.tests().any([&](const Test& test) {
    appender.add(test);
    return false;
  });
  const auto first = out.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto order = [](const Key& a, const Key& b) { return a.hash < b.hash; };
  const auto same = [](const Key& a, const Key& b) { return a.hash == b.hash; };
  std::sort(first, out.end(), order);
  out.erase(std::unique(first, out.end(), same), out.end());
}

std::vector<Pick> picks_of(const Test& wildcard) {
  std::vector<Pick> out;
  const auto add = [&](ProbeKind kind, std::uint32_t offset, std::uint32_t size) {
    out.push_back({static_cast<std::uint32_t>(kind), offset, size});
  };
  Pieces pieces(wildcard);
  for (bool is_first = true; pieces.left() > 0; is_first = false) {
    const std::uint32_t at = pieces.offset();
    const auto size = static_cast<std::uint32_t>(pieces.take().size());
    if (size > 0 && is_first) add(ProbeKind::Prefix, at, size);
    if (size > 0 && pieces.left() == 0) add(ProbeKind::Suffix, at, size);
    const std::uint32_t gram = size >= 8 ? 8 : std::bit_floor(size);
    const std::uint32_t places = gram == 0 ? 0 : size - gram + 1;
    const std::uint32_t step = std::max<std::uint32_t>(1, places / kGramsMax);
    for (std::uint32_t place = 0; place < places; place += step) {
      add(ProbeKind::Gram, at + place, gram);
    }
  }
  if (out.empty()) add(ProbeKind::Prefix, 0, 0);  // any string
  return out;
}

Key key_of(const Test& wildcard, const Pick& pick, KeySpace space) {
  const auto kind = static_cast<ProbeKind>(pick.probe_kind);
  const std::string_view bytes(wildcard.payload + pick.offset, pick.size);
  const Probe probe{kind, pick.size};
  if (kind == ProbeKind::Prefix) {
    return {probe, hash_text(space.seed({kind, 0}), bytes)};
  }
  if (kind == ProbeKind::Suffix) {
    return {probe, SuffixHasher(space.seed({kind, 0}), bytes).hash(bytes.size())};
  }
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  return space.word_key(probe, word);
}

std::uint64_t hash_network(std::uint64_t seed, const Address& address, std::uint32_t bits) {
  const Address first = network(address, bits).first;
  return hash_text(seed, {reinterpret_cast<const char*>(first.bytes.data()), first.bytes.size()});
}

}  // namespace rialto::ruler
