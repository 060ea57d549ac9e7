// The agreement between those who wait and those who ask: whatever passes a condition leads to one
// of the keys that the condition waits under.
#include "ruler/index/keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <set>

#include "conditions.h"
#include "ruler/number.h"
#include "ruler/utf8.h"
#include "support/scale.h"

namespace rialto::ruler {
namespace {

using sample::OneCondition;
using sample::Scalar;
using test::Random;

constexpr KeySpace kSpace{12345, 7};

std::vector<Key> keys_of(const OneCondition& condition, bool is_any_number) {
  std::vector<Key> out;
  append_keys(condition.get(), kSpace, is_any_number, out);
  return out;
}

// The probes of the keys, and others that other rules wait for.
std::vector<Probe> probes_of(const std::vector<Key>& keys, Random& random) {
  std::set<Probe> out;
  for (const Key& key : keys) out.insert(key.probe);
  for (std::size_t i = random.below(4); i > 0; --i) {
    const auto kind = static_cast<ProbeKind>(random.below(14));
    if (kind == ProbeKind::Gram) continue;  // of few sizes
    const bool is_plain = kind < ProbeKind::Prefix || kind == ProbeKind::FoldedText ||
                          kind == ProbeKind::Number || kind == ProbeKind::NumberText;
    out.insert({kind, is_plain ? 0 : static_cast<std::uint32_t>(random.below(32))});
  }
  return {out.begin(), out.end()};
}

// Whether the value asks for one of the keys.
bool leads_to(const std::vector<Key>& keys, const std::vector<Probe>& probes, const Leaf& leaf) {
  bool out = false;
  std::string folded;
  const auto visit = [&](std::uint64_t hash) {
    out |= std::any_of(keys.begin(), keys.end(), [&](const Key& key) { return key.hash == hash; });
  };
  KeyWalk(kSpace, leaf, folded, visit).run(probes);
  return out;
}

bool leads_to(const OneCondition& condition, const Leaf& leaf, Random& random) {
  for (const bool is_any_number : {false, true}) {
    const std::vector<Key> keys = keys_of(condition, is_any_number);
    if (!leads_to(keys, probes_of(keys, random), leaf)) return false;
  }
  return true;
}

// How many of the values pass.
std::size_t expect_found(const OneCondition& condition, Random& random, std::string_view matchers) {
  std::size_t passing = 0;
  for (const bool is_any_number : {false, true}) {
    const std::vector<Key> keys = keys_of(condition, is_any_number);
    const std::vector<Probe> probes = probes_of(keys, random);
    for (const Scalar& scalar : sample::scalars()) {
      const Leaf leaf = scalar.leaf();
      if (!passes(condition.get(), leaf)) continue;
      ++passing;
      EXPECT_TRUE(leads_to(keys, probes, leaf)) << matchers << " " << scalar.json;
    }
  }
  return passing;
}

TEST(RulerKeys, AreFoundByWhateverPasses) {
  Random random(1);
  std::size_t passing = 0;
  for (std::size_t i = 0; i < test::scaled(2'000); ++i) {
    const std::string matchers = sample::random_matchers(random);
    OneCondition condition(matchers);
    if (condition.get().may_be_absent) continue;
    std::size_t most = 1;
    condition.pick_wildcards([&](const auto& test) {
      const std::vector<Pick> picks = picks_of(test);
      most = std::max(most, picks.size());
      return picks.front();
    });
    for (std::size_t pick = 0; pick < most; ++pick) {
      condition.pick_wildcards([&](const auto& test) {
        const std::vector<Pick> picks = picks_of(test);
        return picks[pick % picks.size()];
      });
      passing += expect_found(condition, random, matchers);
    }
  }
  EXPECT_GT(passing, test::scaled(100'000));
}

TEST(RulerKeys, AreThereOnce) {
  EXPECT_EQ(keys_of(OneCondition(R"(["a","a",{"exactly":"a"},{"wildcard":"a"}])"), false).size(),
            1U);
  EXPECT_EQ(keys_of(OneCondition(R"([1,1.0,10e-1])"), false).size(), 1U);
  EXPECT_EQ(keys_of(OneCondition(R"([{"exists":true},{"anything-but":"a"}])"), false).size(), 1U);
}

// --- Ranges

// Without an exponent, a large one has more digits than can be compared.
std::string text_of(double value) {
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  return std::string(buffer, end);
}

std::string numeric(const std::string& inner) { return "[{\"numeric\":[" + inner + "]}]"; }

double random_double(Random& random) {
  while (true) {
    double out = std::bit_cast<double>(random.word());  // tiny and huge ones
    if (random.once_in(2)) out = static_cast<double>(random.below(2'000)) - 1'000;
    if (random.once_in(8)) out = std::numeric_limits<double>::denorm_min() * (out < 0 ? -1 : 1);
    if (random.once_in(8)) out = 0;
    if (random.once_in(8)) out = std::numeric_limits<double>::max() * (out < 0 ? -1 : 1);
    if (out - out == 0) return out;
  }
}

// Another one, far from it or next to it.
double random_double_near(Random& random, double value) {
  if (random.once_in(3)) return random_double(random);
  const std::uint64_t step = random.once_in(3) ? 1 : random.word() >> (1 + random.below(60));
  const std::uint64_t place = order_of(value);
  const double out = value_at(random.once_in(2) ? place + step : place - step);
  return out - out == 0 ? out : value;
}

// The ends, what is next to them, and some between and beyond.
std::vector<double> numbers_around(Random& random, double low, double high) {
  std::vector<double> out = {low, high, 0, -1, 1};
  for (const double bound : {low, high}) {
    out.push_back(value_at(order_of(bound) - 1));
    out.push_back(value_at(order_of(bound) + 1));
  }
  const std::uint64_t first = order_of(low);
  const std::uint64_t last = order_of(high);
  for (int i = 0; i < 8; ++i) {
    if (first < last) out.push_back(value_at(first + random.below(last - first)));
    out.push_back(random_double(random));
  }
  std::erase_if(out, [](double value) { return value - value != 0; });
  return out;
}

void expect_range(Random& random, const std::string& matchers, double low, double high) {
  const OneCondition condition(matchers);
  ASSERT_TRUE(condition.ok()) << matchers << condition.error();
  for (const double value : numbers_around(random, low, high)) {
    const Scalar scalar(text_of(value));
    const Leaf leaf = scalar.leaf();
    if (passes(condition.get(), leaf)) {
      EXPECT_TRUE(leads_to(condition, leaf, random)) << matchers << " " << scalar.json;
    }
  }
}

TEST(RulerKeys, OfRangesCoverThem) {
  Random random(2);
  for (std::size_t i = 0; i < test::scaled(4'000); ++i) {
    const double one = random_double(random);
    const double other = random_double_near(random, one);
    const double low = std::min(one, other);
    const double high = std::max(one, other);
    const std::string above = random.once_in(2) ? "\">\"," : "\">=\",";
    const std::string below = random.once_in(2) ? "\"<\"," : "\"<=\",";
    expect_range(random, numeric(above + text_of(low)), low, high);
    expect_range(random, numeric(below + text_of(high)), low, high);
    expect_range(random, numeric("\"=\"," + text_of(low)), low, high);
    if (low == high) continue;
    expect_range(random, numeric(above + text_of(low) + "," + below + text_of(high)), low, high);
  }
}

// How many places the keys of a range promise, at each side of the place where the first bit in
// which its ends differ changes.
struct Covered {
  std::uint64_t left = 0;
  std::uint64_t right = 0;
};

Covered covered_by(const std::vector<Key>& keys, std::uint64_t cut) {
  constexpr std::uint64_t kNear = 8;
  Covered out;
  for (const Key& key : keys) {
    const std::uint32_t bits = key.probe.parameter;
    const std::uint64_t middle = cut >> bits;
    // A key says how large its block is, but where it is must be tried.
    const auto is_at = [&](std::uint64_t block) {
      return kSpace.word_key(key.probe, block).hash == key.hash;
    };
    std::uint64_t place = 0;
    while (place < kNear && !is_at(middle - 1 - place) && !is_at(middle + place)) ++place;
    EXPECT_LT(place, kNear) << "a block far away";
    (is_at(middle + place) ? out.right : out.left) += std::uint64_t{1} << bits;
  }
  return out;
}

TEST(RulerKeys, OfRangesDoNotPromiseTooMuch) {
  Random random(3);
  std::size_t tried = 0;
  for (std::size_t i = 0; i < test::scaled(20'000); ++i) {
    const double one = random_double(random);
    const double other = random_double_near(random, one);
    if (one == other) continue;
    const double low = std::min(one, other);
    const double high = std::max(one, other);
    const OneCondition condition(numeric("\">=\"," + text_of(low) + ",\"<=\"," + text_of(high)));
    const std::uint64_t first = order_of(low);
    const std::uint64_t last = order_of(high);
    const int top = 63 - std::countl_zero(first ^ last);
    const std::uint64_t cut = last >> top << top;
    const std::vector<Key> keys = keys_of(condition, false);
    const Covered covered = covered_by(keys, cut);
    ASSERT_GE(covered.left, cut - first) << low << " " << high;
    ASSERT_GE(covered.right, last - cut + 1) << low << " " << high;
    ASSERT_LE(covered.left / 2, cut - first) << low << " " << high;
    ASSERT_LE(covered.right / 2, last - cut + 1) << low << " " << high;
    ASSERT_LE(keys.size(), 4U);
    ++tried;
  }
  EXPECT_GT(tried, test::scaled(10'000));
}

// --- Networks

std::string v4_text(std::uint64_t word) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (shift < 24) out += '.';
    out += std::to_string(word >> shift & 0xff);
  }
  return out;
}

std::string v6_text(std::uint64_t high, std::uint64_t low) {
  std::string out;
  for (const std::uint64_t word : {high, low}) {
    for (int shift = 48; shift >= 0; shift -= 16) {
      char buffer[8];
      const auto [end, error] = std::to_chars(buffer, buffer + 8, word >> shift & 0xffff, 16);
      if (!out.empty()) out += ':';
      out.append(buffer, end);
    }
  }
  return out;
}

// All bits but the first so many.
std::uint64_t bits_behind(std::size_t bits) { return bits >= 64 ? 0 : ~std::uint64_t{0} >> bits; }

void expect_in_network(const std::string& base, std::size_t bits, const std::string& address,
                       Random& random) {
  const std::string matchers = "[{\"cidr\":\"" + base + "/" + std::to_string(bits) + "\"}]";
  const OneCondition condition(matchers);
  ASSERT_TRUE(condition.ok()) << matchers << condition.error();
  const Scalar scalar("\"" + address + "\"");
  const Leaf leaf = scalar.leaf();
  EXPECT_TRUE(passes(condition.get(), leaf)) << matchers << address;
  EXPECT_TRUE(leads_to(condition, leaf, random)) << matchers << address;
  const OneCondition single("[\"" + address + "\"]");
  EXPECT_TRUE(passes(single.get(), leaf)) << address;
  EXPECT_TRUE(leads_to(single, leaf, random)) << address;
}

TEST(RulerKeys, OfNetworksAreFoundByTheirAddresses) {
  Random random(4);
  for (std::size_t i = 0; i < test::scaled(5'000); ++i) {
    const std::size_t bits = random.below(32);
    const std::uint64_t v4 = random.word() >> 32;
    const std::uint64_t inside = v4 ^ (random.word() & bits_behind(32 + bits));
    expect_in_network(v4_text(v4), bits, v4_text(inside), random);
    const std::size_t many = random.below(128);
    const std::uint64_t high = random.word() | 1;  // so that it is none of IPv4
    const std::uint64_t low = random.word();
    const std::uint64_t high_inside =
        high ^ (random.word() & bits_behind(many) & ~std::uint64_t{1});
    const std::uint64_t low_inside = low ^ (random.word() & bits_behind(many < 64 ? 0 : many - 64));
    expect_in_network(v6_text(high, low), many, v6_text(high_inside, low_inside), random);
  }
}

// --- Text that ignores case

std::string random_letters(Random& random) {
  constexpr std::string_view kLetters = "aZkKsSiIſßẞıİΣσςΐΰάΆЖжЁёäÄöÖüÜ\u212A\u212B\u2126ǅﬀﬆᾈᾳ1-";
  std::vector<std::string_view> letters;
  for (std::size_t at = 0; at < kLetters.size(); at += letters.back().size()) {
    letters.push_back(kLetters.substr(at, utf8::at(kLetters, at).size));
  }
  std::string out;
  for (std::size_t i = 1 + random.below(8); i > 0; --i) out += random.one_of(letters);
  return out;
}

TEST(RulerKeys, OfFoldedTextAreFoundByItsForms) {
  Random random(5);
  for (std::size_t i = 0; i < test::scaled(5'000); ++i) {
    const std::string text = random_letters(random);
    std::string form;
    for (const Folded::Letter& letter : Folded(text).letters()) {
      form += random.once_in(2) ? letter.lower : letter.upper;
    }
    const std::string other = random_letters(random);
    const std::string fold = "{\"equals-ignore-case\":\"" + text + "\"}";
    struct Case {
      std::string matchers;
      std::string value;
    };
    for (const Case& each :
         {Case{"[" + fold + "]", form}, Case{"[{\"prefix\":" + fold + "}]", form + other},
          Case{"[{\"suffix\":" + fold + "}]", other + form}}) {
      const OneCondition condition(each.matchers);
      const Scalar scalar("\"" + each.value + "\"");
      const Leaf leaf = scalar.leaf();
      ASSERT_TRUE(passes(condition.get(), leaf)) << each.matchers << each.value;
      ASSERT_TRUE(leads_to(condition, leaf, random)) << each.matchers << each.value;
    }
  }
}

}  // namespace
}  // namespace rialto::ruler
