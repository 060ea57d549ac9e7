#include "conditions.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "ruler/utf8.h"

namespace rialto::ruler::sample {
namespace {

using Texts = std::vector<std::string>;

// Of several scripts, near the sizes at which hashing changes, with what wildcards escape.
const Texts& strings() {
  static const Texts kStrings = {"",
                                 "a",
                                 "A",
                                 "ab",
                                 "aB",
                                 "abc",
                                 "abcabc",
                                 "xabcx",
                                 "abab",
                                 "a*b",
                                 "a\\b",
                                 "*",
                                 "\\",
                                 "axb",
                                 "\"",
                                 "1",
                                 "1.0",
                                 "null",
                                 "fifteen.bytes.x",
                                 "sixteen.bytes.xx",
                                 "seventeen.bytes.x",
                                 "thirty.two.bytes.thirty.two.byte",
                                 "thirty.three.bytes.thirty.three.b",
                                 "THIRTY.THREE.BYTES.THIRTY.THREE.B",
                                 "10.0.0.1",
                                 "010.0.0.1",
                                 "10.0.0.2",
                                 "10.255.1.1",
                                 "11.0.0.1",
                                 "192.168.1.77",
                                 "255.255.255.255",
                                 "0.0.0.0",
                                 "999.1.1.1",
                                 "::ffff:a00:1",
                                 "::",
                                 "::1",
                                 "2001:db8::1",
                                 "2001:DB8:0:0::1",
                                 "2001:db8:ffff::7",
                                 "2001:db9::1",
                                 "fe80::1",
                                 "straße",
                                 "STRASSE",
                                 "Straße",
                                 "STRAẞE",
                                 "strasse",
                                 "σίσυφος",
                                 "ΣΊΣΥΦΟΣ",
                                 "σίσυφοσ",
                                 "слово",
                                 "СЛОВО",
                                 "Слово",
                                 "ıstanbul",
                                 "İSTANBUL",
                                 "ISTANBUL",
                                 "i̇stanbul",
                                 "istanbul",
                                 "ſ",
                                 "s",
                                 "S",
                                 "K",
                                 "k",
                                 "\u212A",
                                 "ǅ",
                                 "ǆ",
                                 "Ǆ",
                                 "ﬀ",
                                 "FF",
                                 "ff",
                                 "ΐ",
                                 "Ϊ́",
                                 "ᾈ",
                                 "ᾀ",
                                 "ἈΙ",
                                 "Å",
                                 "å",
                                 "\u212B",
                                 "\u2126",
                                 "ω",
                                 "Ω",
                                 "😀",
                                 "x😀y",
                                 "\x7f",
                                 "\n"};
  return kStrings;
}

const Texts& numbers() {
  static const Texts kNumbers = {"0",
                                 "-0",
                                 "0.0",
                                 "1",
                                 "1.0",
                                 "1e0",
                                 "10e-1",
                                 "2",
                                 "3",
                                 "-1",
                                 "-2",
                                 "0.1",
                                 "0.2",
                                 "0.30000000000000004",
                                 "0.3",
                                 "100",
                                 "1e2",
                                 "255",
                                 "256",
                                 "1023.5",
                                 "-1023.5",
                                 "123456789",
                                 "1e22",
                                 "1e23",
                                 "9007199254740991",
                                 "9007199254740992",
                                 "9007199254740993",
                                 "-9007199254740992",
                                 "5e-324",
                                 "-5e-324",
                                 "1e-323",
                                 "2.2250738585072014e-308",
                                 "1.7976931348623157e308",
                                 "-1.7976931348623157e308",
                                 "1.7976931348623155e308",
                                 "1.0000000000000002",
                                 "0.9999999999999999",
                                 "1e-7",
                                 "1e999",
                                 "-1e999",
                                 "1e-999"};
  return kNumbers;
}

// Those that stand in `numeric`.
Texts comparable_numbers() {
  Texts out;
  for (const std::string& text : numbers()) {
    if (OneCondition("[{\"numeric\":[\"=\"," + text + "]}]").ok()) out.push_back(text);
  }
  return out;
}

std::string in_quotes(std::string_view text) { return json::quoted(text); }

std::string operation(std::string_view name, std::string_view argument) {
  return "{" + in_quotes(name) + ":" + std::string(argument) + "}";
}

// Some characters of one of the strings.
std::string part(Random& random) {
  const std::string& text = random.one_of(strings());
  std::vector<std::size_t> places = {0};
  while (places.back() < text.size()) {
    places.push_back(places.back() + utf8::at(text, places.back()).size);
  }
  const std::size_t begin = random.once_in(2) ? 0 : random.below(places.size());
  const std::size_t end =
      random.once_in(2) ? places.size() - 1 : begin + random.below(places.size() - begin);
  return text.substr(places[begin], places[end] - places[begin]);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string wildcard(Random& random) {
  std::string out = random.once_in(3) ? "" : escaped(part(random));
  for (std::size_t i = random.below(3); i > 0; --i) {
    out += "*";
    const std::string piece = escaped(part(random));
    if (piece.empty()) break;
    out += piece;
  }
  return in_quotes(out);
}

template <class Make>
std::string list(Random& random, const Make& make) {
  std::string out = make(random);
  // Many become a set.
  for (std::size_t i = random.once_in(5) ? 12 : random.below(3); i > 0; --i) {
    out += "," + make(random);
  }
  return "[" + out + "]";
}

std::string some_string(Random& random) { return in_quotes(random.one_of(strings())); }
std::string some_part(Random& random) { return in_quotes(part(random)); }
std::string some_number(Random& random) { return random.one_of(numbers()); }

std::string anything_but(Random& random) {
  std::string argument;
  switch (random.below(6)) {
    case 0: argument = list(random, some_string); break;
    case 1: argument = list(random, some_number); break;
    case 2: argument = operation("prefix", list(random, some_part)); break;
    case 3: argument = operation("suffix", list(random, some_part)); break;
    case 4: argument = operation("equals-ignore-case", list(random, some_string)); break;
    default: argument = operation("wildcard", list(random, wildcard)); break;
  }
  return operation("anything-but", argument);
}

std::string numeric(Random& random) {
  static const Texts kNumbers = comparable_numbers();
  const std::string low = random.one_of(kNumbers);
  const std::string high = random.one_of(kNumbers);
  const std::string below = random.once_in(2) ? "\"<\"," : "\"<=\",";
  const std::string above = random.once_in(2) ? "\">\"," : "\">=\",";
  switch (random.below(6)) {
    case 0: return operation("numeric", "[\"=\"," + low + "]");
    case 1: return operation("numeric", "[" + below + low + "]");
    case 2: return operation("numeric", "[" + above + low + "]");
    default: return operation("numeric", "[" + above + low + "," + below + high + "]");
  }
}

std::string cidr(Random& random) {
  const std::string bits = std::to_string(random.below(random.once_in(2) ? 32 : 128));
  return operation("cidr", in_quotes(random.one_of(strings()) + "/" + bits));
}

std::string matcher(Random& random) {
  const auto ignoring_case = [&](const std::string& text) {
    return operation("equals-ignore-case", text);
  };
  switch (random.below(18)) {
    case 0: return some_string(random);
    case 1: return some_number(random);
    case 2: return random.one_of(Texts{"null", "true", "false"});
    case 3: return operation("exactly", some_string(random));
    case 4: return operation("prefix", some_part(random));
    case 5: return operation("suffix", some_part(random));
    case 6: return ignoring_case(some_string(random));
    case 7: return operation("prefix", ignoring_case(some_part(random)));
    case 8: return operation("suffix", ignoring_case(some_part(random)));
    case 9: return operation("exists", random.once_in(2) ? "true" : "false");
    case 10:
    case 11: return operation("wildcard", wildcard(random));
    case 12:
    case 13: return anything_but(random);
    case 14: return cidr(random);
    default: return numeric(random);
  }
}

std::vector<Scalar> make_scalars() {
  std::vector<Scalar> out;
  for (const std::string& text : strings()) {
    out.emplace_back(in_quotes(text));
    out.emplace_back(in_quotes(text + text));
    out.emplace_back(in_quotes("x" + text + "y"));
  }
  for (const std::string& text : numbers()) out.emplace_back(text);
  Random random(7);
  for (int i = 0; i < 200; ++i) {
    out.emplace_back(in_quotes(part(random) + part(random)));
    out.emplace_back(in_quotes(part(random) + part(random) + part(random)));
    out.emplace_back(std::to_string(random.below(2'000)));
  }
  for (const char* word : {"null", "true", "false"}) out.emplace_back(word);
  return out;
}

}  // namespace

OneCondition::OneCondition(std::string_view matchers, std::uint32_t path) {
  const Result<Pattern> pattern = Pattern::compile("{\"a\":" + std::string(matchers) + "}");
  if (!pattern.ok()) {
    error_ = pattern.error().message;
    return;
  }
  writer_.begin(1);
  writer_.begin_condition(path);
  write_tests(writer_, pattern->fields().front());
  writer_.end_condition();
}

Scalar::Scalar(const std::string& text) : json(text) {
  const Result<json::Value> read = json::parse("[" + text + "]", {.any_number = true});
  EXPECT_TRUE(read.ok()) << text;
  if (read.ok()) value = read->items().front();
}

Leaf Scalar::leaf() const {
  Leaf out;
  const auto hold = [&](Leaf::Kind kind, std::string_view text) {
    out.kind = kind;
    out.data = text.data();
    out.size = static_cast<std::uint32_t>(text.size());
  };
  if (value.is_string()) hold(Leaf::Kind::String, value.as_string());
  if (value.is_number()) hold(Leaf::Kind::Number, value.number_text());
  if (json == "true") out.kind = Leaf::Kind::True;
  if (json == "false") out.kind = Leaf::Kind::False;
  return out;
}

const std::vector<Scalar>& scalars() {
  static const std::vector<Scalar> kScalars = make_scalars();
  return kScalars;
}

std::string random_matchers(Random& random) {
  while (true) {
    std::string out = matcher(random);
    for (std::size_t i = random.below(3); i > 0; --i) out += "," + matcher(random);
    if (random.once_in(20)) {
      for (int i = 0; i < 10; ++i) out += "," + some_string(random);
    }
    out = "[" + out + "]";
    // A few have too many wildcards, a range upside down, or a network that is none.
    if (OneCondition(out).ok()) return out;
  }
}

}  // namespace rialto::ruler::sample
