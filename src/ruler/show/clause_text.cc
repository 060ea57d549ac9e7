#include "ruler/show/clause_text.h"

#include <charconv>

#include "json/write.h"

namespace rialto::ruler {
namespace {

void append_tests(std::string& out, const Tests& tests);

std::string number_text(double value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, error == std::errc() ? end : buffer);
}

std::string operation(std::string_view name, std::string_view argument) {
  return "{" + json::quoted(name) + ":" + std::string(argument) + "}";
}

std::string ignoring_case(std::string_view name, std::string_view text) {
  const std::string inner = operation("equals-ignore-case", json::quoted(text));
  return name.empty() ? inner : operation(name, inner);
}

std::string wildcard_text(const Test& test) {
  std::string out;
  Pieces pieces(test);
  while (pieces.left() > 0) {
    for (const char c : pieces.take()) {
      if (c == '*' || c == '\\') out += '\\';
      out += c;
    }
    if (pieces.left() > 0) out += '*';
  }
  return json::quoted(out);
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
  std::string out;
  if (is_bottom_open || (shape & RangeShape::kBottom) != 0) {
    const std::uint64_t place = test.read<std::uint64_t>() - (is_bottom_open ? 1 : 0);
    out += (is_bottom_open ? "\">\"," : "\">=\",") + number_text(value_at(place));
  }
  if (is_top_open || (shape & RangeShape::kTop) != 0) {
    const std::uint64_t place = test.read<std::uint64_t>(8) + (is_top_open ? 1 : 0);
    if (!out.empty()) out += ',';
    out += (is_top_open ? "\"<\"," : "\"<=\",") + number_text(value_at(place));
  }
  return operation("numeric", "[" + out + "]");
}

std::string set_text(const Test& test) {
  const TextSet set(test);
  std::string out;
  for (std::uint32_t i = 0; i < set.size(); ++i) {
    if (i > 0) out += ',';
    json::append_quoted(out, set.text(i));
  }
  return out;
}

std::string test_text(const Test& test) {
  switch (test.op) {
    case Op::Text: return json::quoted(test.text());
    case Op::TextSet: return set_text(test);
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
    case Op::FoldedText: return ignoring_case("", lower_letters(test));
    case Op::FoldedPrefix: return ignoring_case("prefix", lower_letters(test));
    case Op::FoldedSuffix: return ignoring_case("suffix", lower_letters(test));
    case Op::Wildcard: return operation("wildcard", wildcard_text(test));
    case Op::Exists: return operation("exists", "true");
    case Op::Absent: return operation("exists", "false");
    case Op::Nothing: break;
  }
  std::string inner;
  append_tests(inner, Tests(test.payload, test.payload + test.size));
  return operation("anything-but", "[" + inner + "]");
}

void append_tests(std::string& out, const Tests& tests) {
  tests.any([&](const Test& test) {
    if (!out.empty()) out += ',';
    out += test_text(test);
    return false;
  });
}

}  // namespace

std::string to_text(const Condition& condition) {
  std::string out;
  append_tests(out, condition.tests());
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
