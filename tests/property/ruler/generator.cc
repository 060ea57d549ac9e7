#include "property/ruler/generator.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "json/write.h"
#include "property/ruler/pools.h"

namespace rialto::ruler::proof {
namespace {

enum Theme : std::size_t { kMixed, kWildcards, kAffixes, kNumbers, kEquality, kStructure, kThemes };

// `count` of the pool; some may be there twice.
Pool some_of(const Pool& pool, std::size_t count, Random& random) {
  Pool out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(random.one_of(pool));
  return out;
}

std::string call(std::string_view name, const std::string& operand) {
  return "{" + json::quoted(name) + ":" + operand + "}";
}

std::string hex4(unsigned unit, bool is_upper) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), is_upper ? "\\u%04X" : "\\u%04x", unit & 0xFFFFU);
  return text.data();
}

// The character at the front of UTF-8 text, and how many bytes it takes.
std::pair<unsigned, std::size_t> decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t size = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  unsigned code = byte(0) & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  return {code, size};
}

std::string escaped(unsigned code, bool is_upper) {
  if (code < 0x10000) return hex4(code, is_upper);
  code -= 0x10000;
  return hex4(0xD800U + (code >> 10U), is_upper) + hex4(0xDC00U + (code & 0x3FFU), is_upper);
}

}  // namespace

Generator::Generator(Random& random) : random_(random), theme_(random.below(kThemes)) {
  keys_ = some_of(plain_keys(), 1 + random_.below(4), random_);
  if (random_.once_in(3)) {
    for (std::string& key : some_of(odd_keys(), 3, random_)) keys_.push_back(std::move(key));
  }
  for (std::size_t i = 1 + random_.below(2); i > 0; --i) {
    for (std::string& text : some_of(random_.one_of(string_pools()), 5, random_)) {
      strings_.push_back(std::move(text));
    }
  }
  numbers_ = some_of(numbers(), 5, random_);
  depth_ = 1 + random_.below(theme_ == kStructure ? 4 : 2);
  members_ = 1 + random_.below(3);
}

// ---- Patterns

std::string Generator::pattern() { return pattern_object(depth_, random_.once_in(5)); }

std::string Generator::pattern_object(std::size_t depth, bool has_or) {
  std::string out = "{";
  for (std::size_t i = 1 + random_.below(members_); i > 0; --i) {
    const bool is_leaf = depth == 0 || random_.once_in(2);
    out += json::quoted(random_.one_of(keys_)) + ":";
    out += is_leaf ? matchers() : pattern_object(depth - 1, has_or && random_.once_in(2));
    if (i > 1) out += ",";
  }
  if (has_or && random_.once_in(2)) out += "," + either(depth);
  return out + "}";
}

std::string Generator::either(std::size_t depth) {
  std::string out = R"("$or":[)";
  for (std::size_t i = 2 + random_.below(2); i > 0; --i) {
    out += pattern_object(depth == 0 ? 0 : depth - 1, depth > 0) + (i > 1 ? "," : "]");
  }
  return out;
}

std::string Generator::matchers() {
  std::string out = "[";
  const std::size_t count = random_.once_in(3) ? 1 + random_.below(4) : 1;
  for (std::size_t i = 0; i < count; ++i) out += (i > 0 ? "," : "") + matcher();
  return out + "]";
}

std::string Generator::matcher() {
  switch (theme_) {
    case kWildcards: return random_.once_in(3) ? anything_but() : wildcard();
    case kAffixes: return random_.once_in(8) ? anything_but() : text_matcher();
    case kNumbers: return random_.once_in(4) ? anything_but() : numeric();
    case kEquality:
      if (!random_.once_in(4)) return json::quoted(random_.one_of(strings_));
      break;
    default: break;
  }
  constexpr std::array<const char*, 3> kLiterals = {"true", "false", "null"};
  switch (random_.below(12)) {
    case 0:
    case 1: return json::quoted(random_.one_of(strings_));
    case 2: return random_.one_of(random_.once_in(20) ? unreadable_numbers() : numbers_);
    case 3: return random_.one_of(kLiterals);
    case 4:
    case 5: return text_matcher();
    case 6: return wildcard();
    case 7: return anything_but();
    case 8: return numeric();
    case 9: return call("exists", "true");
    case 10: return call("exists", "false");
    default: return call("cidr", json::quoted(random_.one_of(networks())));
  }
}

// A string of the pool, or the beginning or end of one.
std::string Generator::fragment() {
  const std::string& text = random_.one_of(strings_);
  if (text.empty() || random_.once_in(3)) return text;
  const auto is_cut = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  std::size_t at = random_.below(text.size() + 1);
  while (is_cut(at)) ++at;
  return random_.once_in(2) ? text.substr(0, at) : text.substr(at);
}

std::string Generator::text_matcher() {
  const std::string text = json::quoted(fragment());
  const std::string ignoring_case = call("equals-ignore-case", text);
  switch (random_.below(6)) {
    case 0: return call("prefix", text);
    case 1: return call("suffix", text);
    case 2: return call("prefix", ignoring_case);
    case 3: return call("suffix", ignoring_case);
    case 4: return ignoring_case;
    default: return call("exactly", text);
  }
}

std::string Generator::anything_but() {
  constexpr std::array<const char*, 4> kInner = {"prefix", "suffix", "equals-ignore-case",
                                                 "wildcard"};
  const std::size_t inner = random_.below(8);
  const bool is_number = inner >= kInner.size() && random_.once_in(3);
  const auto operand = [&]() -> std::string {
    if (is_number) return std::to_string(random_.below(3));
    std::string text = fragment();
    if (inner < 2 && text.empty()) text = "a";
    if (inner == 3) std::replace(text.begin(), text.end(), '\\', '*');
    return json::quoted(text);
  };
  std::string list = operand();
  if (random_.once_in(2)) {
    list = "[" + list;
    for (std::size_t i = random_.below(3); i > 0; --i) list += "," + operand();
    list += "]";
  }
  return call("anything-but", inner < kInner.size() ? call(kInner.at(inner), list) : list);
}

std::string Generator::numeric() {
  constexpr std::array<const char*, 5> kOperations = {"<", "<=", ">", ">=", "="};
  const std::string& number = random_.one_of(numbers_);
  if (random_.once_in(4)) return number;
  if (random_.once_in(2)) {
    const std::string operation = json::quoted(random_.one_of(kOperations));
    return call("numeric", "[" + operation + "," + number + "]");
  }
  const std::string bottom = random_.once_in(2) ? ">" : ">=";
  const std::string top = random_.once_in(2) ? "<" : "<=";
  const std::string high = random_.one_of(numbers_);
  return call("numeric", "[\"" + bottom + "\"," + number + ",\"" + top + "\"," + high + "]");
}

std::string Generator::wildcard() {
  std::string text = fragment();
  for (std::size_t i = random_.below(4); i > 0; --i) {
    const std::string more = random_.once_in(2) ? fragment() : "";
    if (!text.ends_with('*')) text += "*";
    text += more.starts_with('*') ? "" : more;
  }
  if (random_.once_in(3) && !text.starts_with('*')) text = "*" + text;
  return call("wildcard", json::quoted(text));
}

// ---- Events

std::string Generator::event() {
  dress_.has_blanks = random_.once_in(4);
  dress_.has_escapes = random_.once_in(4);
  dress_.repeats_keys = random_.once_in(8);
  std::string out =
      random_.once_in(200) ? nested(1 + random_.below(990)) : event_object(depth_ + 1);
  return blank() + out + blank();
}

std::string Generator::blank() {
  constexpr std::array<const char*, 6> kBlanks = {" ", "\n", "\t", "\r\n", "  \t \r ", ""};
  return dress_.has_blanks ? random_.one_of(kBlanks) : "";
}

std::string Generator::event_string(std::string_view text) {
  if (!dress_.has_escapes) return json::quoted(text);
  std::string out = "\"";
  while (!text.empty()) {
    const auto [code, size] = decode(text);
    const std::string plain = json::quoted(text.substr(0, size));
    if (code == '/' && random_.once_in(2)) {
      out += "\\/";
    } else if (random_.once_in(3)) {
      out += escaped(code, random_.once_in(2));
    } else {
      out += plain.substr(1, plain.size() - 2);
    }
    text.remove_prefix(size);
  }
  return out + "\"";
}

std::string Generator::event_object(std::size_t depth) {
  std::string out = "{" + blank();
  Pool used;
  for (std::size_t i = random_.below(2 * keys_.size() + 1); i > 0; --i) {
    const std::string& key = random_.one_of(keys_);
    const bool is_used = std::find(used.begin(), used.end(), key) != used.end();
    if (is_used && !(dress_.repeats_keys && random_.once_in(2))) continue;
    if (!used.empty()) out += "," + blank();
    used.push_back(key);
    out += event_string(key) + blank() + ":" + blank() + event_value(depth) + blank();
  }
  return out + "}";
}

std::string Generator::event_value(std::size_t depth) {
  const std::size_t kind = depth == 0 ? 0 : random_.below(8);
  if (kind < 3) return scalar();
  return kind < 6 ? event_object(depth - 1) : event_array(depth - 1);
}

std::string Generator::event_array(std::size_t depth) {
  std::string out = "[" + blank();
  for (std::size_t i = random_.below(4); i > 0; --i) {
    out += (random_.once_in(3) ? scalar() : event_value(depth)) + blank();
    if (i > 1) out += "," + blank();
  }
  return out + "]";
}

std::string Generator::scalar() {
  constexpr std::array<const char*, 3> kLiterals = {"true", "false", "null"};
  const std::size_t kind = random_.below(8);
  if (kind == 0) return random_.one_of(kLiterals);
  if (kind == 1 || theme_ == kNumbers) {
    return random_.once_in(8) ? random_.one_of(numbers()) : random_.one_of(numbers_);
  }
  if (!random_.once_in(6)) return event_string(random_.one_of(strings_));
  return event_string(random_.one_of(strings_) + random_.one_of(strings_));
}

// One long way down, with a value at its end.
std::string Generator::nested(std::size_t depth) {
  std::string open = "{" + event_string(random_.one_of(keys_)) + ":";
  std::string close = "}";
  for (std::size_t i = 0; i < depth; ++i) {
    const bool is_array = !random_.once_in(4);
    open += is_array ? "[" : "{" + event_string(random_.one_of(keys_)) + ":";
    close += is_array ? "]" : "}";
  }
  std::reverse(close.begin(), close.end());
  return open + event_object(1) + close;
}

}  // namespace rialto::ruler::proof
