#include "ruler/index/clause.h"

#include <algorithm>

#include "ruler/address.h"

namespace rialto::ruler {
namespace {

constexpr char kCase = 'a' - 'A';

// Whether the ASCII texts, of which `lower` is in lower case, are the same but for case.
bool is_same_ascii(std::string_view text, std::string_view lower) {
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (text[i] == lower[i]) continue;
    const bool is_letter = lower[i] >= 'a' && lower[i] <= 'z';
    if (!is_letter || text[i] + kCase != lower[i]) return false;
  }
  return true;
}

// How many bytes of the text the letters take from its front (or back); -1 when they do not fit.
// No form of a letter begins or ends with its other form, so trying one after the other is enough.
std::ptrdiff_t take_letters(const Test& test, std::string_view text, bool is_backward) {
  const std::size_t whole = text.size();
  const char* end = test.payload + test.size;
  for (const char* at = test.payload; at < end;) {
    const auto lower_size = static_cast<unsigned char>(at[0]);
    const auto upper_size = static_cast<unsigned char>(at[1]);
    const std::string_view lower(at + 2, lower_size);
    const std::string_view upper(at + 2 + lower_size, upper_size);
    at += 2 + lower_size + upper_size;
    const auto fits = [&](std::string_view form) {
      return is_backward ? text.ends_with(form) : text.starts_with(form);
    };
    const std::string_view form = fits(lower) ? lower : upper;
    if (!fits(form)) return -1;
    if (is_backward) {
      text.remove_suffix(form.size());
    } else {
      text.remove_prefix(form.size());
    }
  }
  return static_cast<std::ptrdiff_t>(whole - text.size());
}

bool is_in_set(const Test& test, std::string_view text) {
  const TextSet set(test);
  std::uint32_t low = 0;
  std::uint32_t high = set.size();
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = text.compare(set.text(middle));
    if (order == 0) return true;
    (order < 0 ? high : low) = order < 0 ? middle : middle + 1;
  }
  return false;
}

bool is_in_network(const Test& test, std::string_view text) {
  const std::optional<Address> address = parse_address(text);
  if (!address || address->size != test.read<std::uint32_t>(4)) return false;
  Address first;
  first.size = address->size;
  std::memcpy(first.bytes.data(), test.payload + 8, first.bytes.size());
  return network(*address, test.read<std::uint32_t>()).first == first;
}

// The first place where a piece fits leaves the most text for the pieces after it; so there is
// nothing to try again.
bool is_like(const Test& test, std::string_view text) {
  Pieces pieces(test);
  const std::string_view first = pieces.take();
  if (!text.starts_with(first)) return false;
  text.remove_prefix(first.size());
  while (pieces.left() > 1) {
    const std::string_view piece = pieces.take();
    if (piece.empty()) continue;
    const auto* found =
        static_cast<const char*>(memmem(text.data(), text.size(), piece.data(), piece.size()));
    if (found == nullptr) return false;
    text.remove_prefix(static_cast<std::size_t>(found - text.data()) + piece.size());
  }
  return text.ends_with(pieces.take());
}

bool passes_string(const Test& test, std::string_view text) {
  switch (test.op) {
    case Op::Text: return text == test.text();
    case Op::TextSet: return is_in_set(test, text);
    case Op::Network: return is_in_network(test, text);
    case Op::Prefix: return text.starts_with(test.text());
    case Op::Suffix: return text.ends_with(test.text());
    case Op::AsciiText: return text.size() == test.size && is_same_ascii(text, test.text());
    case Op::AsciiPrefix: return text.size() >= test.size && is_same_ascii(text, test.text());
    case Op::AsciiSuffix:
      return text.size() >= test.size &&
             is_same_ascii(text.substr(text.size() - test.size), test.text());
    case Op::FoldedText:
      return take_letters(test, text, false) == static_cast<std::ptrdiff_t>(text.size());
    case Op::FoldedPrefix: return take_letters(test, text, false) >= 0;
    case Op::FoldedSuffix: return take_letters(test, text, true) >= 0;
    case Op::Wildcard: return is_like(test, text);
    default: return false;
  }
}

bool passes_number(const Test& test, const Leaf& leaf) {
  switch (test.op) {
    case Op::Number: return leaf.order() == test.read<std::uint64_t>() && leaf.is_comparable();
    case Op::NumberText: return leaf.text() == test.text();
    case Op::Range:
      return leaf.order() >= test.read<std::uint64_t>() &&
             leaf.order() <= test.read<std::uint64_t>(8) && leaf.is_comparable();
    default: return false;
  }
}

}  // namespace

std::string lower_letters(const Test& test) {
  std::string out;
  for (std::uint32_t at = 0; at < test.size;) {
    const auto lower_size = static_cast<unsigned char>(test.payload[at]);
    const auto upper_size = static_cast<unsigned char>(test.payload[at + 1]);
    const std::string_view lower(test.payload + at + 2, lower_size);
    out.insert(test.op == Op::FoldedSuffix ? 0 : out.size(), lower);
    at += 2U + lower_size + upper_size;
  }
  return out;
}

bool passes(const Test& test, const Leaf& leaf) {
  if (test.op == Op::Exists) return true;
  if (test.op == Op::Nothing) {
    const Tests inner(test.payload, test.payload + test.size);
    return !inner.any([&](const Test& each) { return passes(each, leaf); });
  }
  switch (leaf.kind) {
    case Leaf::Kind::String: return passes_string(test, leaf.text());
    case Leaf::Kind::Number: return passes_number(test, leaf);
    case Leaf::Kind::True: return test.op == Op::True;
    case Leaf::Kind::False: return test.op == Op::False;
    case Leaf::Kind::Null: return test.op == Op::Null;
  }
  return false;
}

}  // namespace rialto::ruler
