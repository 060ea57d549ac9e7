#include "ruler/show/clause_text.h"

#include <charconv>

#include "json/write.h"
#include "ruler/address.h"
#include "ruler/fold.h"
#include "ruler/number.h"

namespace rialto::ruler {
namespace {

std::string number_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  const std::string_view plain(buffer, end);
  if (comparable(plain)) return std::string(plain);
  // A large integer in full has more digits than a double keeps.
  constexpr auto kScientific = std::chars_format::scientific;
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, kScientific).ptr);
}

std::string operation(std::string_view name, std::string_view argument) {
  return "{" + json::quoted(name) + ":" + std::string(argument) + "}";
}

std::string ignoring_case(std::string_view name, std::string_view text) {
  const std::string inner = operation("equals-ignore-case", json::quoted(text));
  return name.empty() ? inner : operation(name, inner);
}

// The form whose own two forms are these: of `İ`, whose lower case is two characters, and of the
// Kelvin sign, whose lower case is `k`, it is the upper one.
std::string_view letter_text(std::string_view lower, std::string_view upper) {
  const Folded folded(lower);
  const auto& letters = folded.letters();
  const bool is_lower =
      letters.size() == 1 && letters.front().lower == lower && letters.front().upper == upper;
  return is_lower ? lower : upper;
}

std::string letters_text(const Test& test) {
  std::string out;
  for (std::uint32_t at = 0; at < test.size;) {
    const auto lower_size = static_cast<unsigned char>(test.payload[at]);
    const auto upper_size = static_cast<unsigned char>(test.payload[at + 1]);
    const std::string_view lower(test.payload + at + 2, lower_size);
    const std::string_view upper(test.payload + at + 2 + lower_size, upper_size);
    out.insert(test.op == Op::FoldedSuffix ? 0 : out.size(), letter_text(lower, upper));
    at += 2U + lower_size + upper_size;
  }
  return out;
}

void append_escaped(std::string& out, std::string_view piece) {
  for (const char c : piece) {
    if (c == '*' || c == '\\') out += '\\';
    out += c;
  }
}

std::string wildcard_text(const Test& test) {
  std::string out;
  Pieces pieces(test);
  while (pieces.left() > 0) {
    append_escaped(out, pieces.take());
    if (pieces.left() > 0) out += '*';
  }
  return out;
}

std::string address_text(const Test& test) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = [&](std::uint32_t i) {
    return static_cast<unsigned char>(test.payload[8 + i]);
  };
  const auto size = test.read<std::uint32_t>(4);
  std::string out;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (size == 4) {
      out += (i > 0 ? "." : "") + std::to_string(byte(i));
    } else {
      if (i > 0 && i % 2 == 0) out += ':';
      out += kHex[byte(i) >> 4];
      out += kHex[byte(i) & 0xf];
    }
  }
  const auto bits = test.read<std::uint32_t>();
  if (bits == 8 * size) return json::quoted(out);
  return operation("cidr", json::quoted(out + "/" + std::to_string(bits)));
}

std::string range_text(const Test& test) {
  const auto shape = test.read<std::uint32_t>(16);
  const bool is_bottom_open = (shape & RangeShape::kOpenBottom) != 0;
  const bool is_top_open = (shape & RangeShape::kOpenTop) != 0;
  const auto first = test.read<std::uint64_t>();
  const auto last = test.read<std::uint64_t>(8);
  const bool is_closed = shape == (RangeShape::kBottom | RangeShape::kTop);
  if (is_closed && first == last) {
    return operation("numeric", "[\"=\"," + number_text(value_at(first)) + "]");
  }
  std::string out;
  if (is_bottom_open || (shape & RangeShape::kBottom) != 0) {
    const std::uint64_t place = first - (is_bottom_open ? 1 : 0);
    out += (is_bottom_open ? "\">\"," : "\">=\",") + number_text(value_at(place));
  }
  if (is_top_open || (shape & RangeShape::kTop) != 0) {
    const std::uint64_t place = last + (is_top_open ? 1 : 0);
    if (!out.empty()) out += ',';
    out += (is_top_open ? "\"<\"," : "\"<=\",") + number_text(value_at(place));
  }
  return operation("numeric", "[" + out + "]");
}

// A string by itself that is an address would stand for all ways to write the address.
std::string equals_text(std::string_view text) {
  const std::string out = json::quoted(text);
  return parse_address(text) ? operation("exactly", out) : out;
}

// The strings of a set, each made text by `show`.
template <class Show>
std::string set_text(const Test& test, const Show& show) {
  const TextSet set(test);
  std::string out;
  for (std::uint32_t i = 0; i < set.size(); ++i) {
    if (i > 0) out += ',';
    out += show(set.text(i));
  }
  return out;
}

// All tests inside of an `anything-but` are of one kind, but that a wildcard without `*` is kept as
// the string it is.
std::string_view kind_of(const Tests& inner) {
  std::string_view out;
  inner.any([&](const Test& test) {
    switch (test.op) {
      case Op::Prefix: out = "prefix"; break;
      case Op::Suffix: out = "suffix"; break;
      case Op::AsciiText:
      case Op::FoldedText: out = "equals-ignore-case"; break;
      case Op::Wildcard: out = "wildcard"; break;
      default: return false;
    }
    return true;
  });
  return out;
}

std::string excluded_text(const Test& test, std::string_view kind) {
  const auto quoted = [](std::string_view text) { return json::quoted(text); };
  switch (test.op) {
    case Op::TextSet: return set_text(test, quoted);
    case Op::Number: return number_text(value_at(test.read<std::uint64_t>()));
    case Op::NumberText: return std::string(test.text());
    case Op::FoldedText: return quoted(letters_text(test));
    case Op::Wildcard: return quoted(wildcard_text(test));
    default: break;
  }
  if (kind != "wildcard") return quoted(test.text());
  std::string out;
  append_escaped(out, test.text());
  return quoted(out);
}

std::string anything_but_text(const Test& test) {
  const Tests inner(test.payload, test.payload + test.size);
  const std::string_view kind = kind_of(inner);
  std::string list;
  inner.any([&](const Test& each) {
    if (!list.empty()) list += ',';
    list += excluded_text(each, kind);
    return false;
  });
  list = "[" + list + "]";
  return operation("anything-but", kind.empty() ? list : operation(kind, list));
}

std::string test_text(const Test& test) {
  switch (test.op) {
    case Op::Text: return equals_text(test.text());
    case Op::TextSet: return set_text(test, equals_text);
    case Op::Null: return "null";
    case Op::True: return "true";
    case Op::False: return "false";
    case Op::Number: return number_text(value_at(test.read<std::uint64_t>()));
    case Op::NumberText: return std::string(test.text());
    case Op::Range: return range_text(test);
    case Op::Network: return address_text(test);
    case Op::Prefix: return operation("prefix", json::quoted(test.text()));
    case Op::Suffix: return operation("suffix", json::quoted(test.text()));
    case Op::AsciiText: return ignoring_case("", test.text());
    case Op::AsciiPrefix: return ignoring_case("prefix", test.text());
    case Op::AsciiSuffix: return ignoring_case("suffix", test.text());
    case Op::FoldedText: return ignoring_case("", letters_text(test));
    case Op::FoldedPrefix: return ignoring_case("prefix", letters_text(test));
    case Op::FoldedSuffix: return ignoring_case("suffix", letters_text(test));
    case Op::Wildcard: return operation("wildcard", json::quoted(wildcard_text(test)));
    case Op::Exists: return operation("exists", "true");
    case Op::Absent: return operation("exists", "false");
    case Op::Nothing: return anything_but_text(test);
  }
  return {};
}

}  // namespace

std::string to_text(const Condition& condition) {
  std::string out;
  condition.tests().any([&](const Test& test) {
    if (!out.empty()) out += ',';
    out += test_text(test);
    return false;
  });
  return "[" + out + "]";
}

std::string to_text(const Leaf& leaf) {
  switch (leaf.kind) {
    case Leaf::Kind::String: return json::quoted(leaf.text());
    case Leaf::Kind::Number: return std::string(leaf.text());
    case Leaf::Kind::True: return "true";
    case Leaf::Kind::False: return "false";
    case Leaf::Kind::Null: return "null";
  }
  return {};
}

}  // namespace rialto::ruler
