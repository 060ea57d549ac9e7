#include "ruler/scan/scanner.h"

#include <array>
#include <bit>
#include <cstring>

#include <simdjson.h>

#include "json/read.h"
#include "ruler/scan/strings.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

// Enough to be worth a call, few enough to stop early.
constexpr std::size_t kBatchOfSome = 2;
constexpr std::size_t kBatchOfAll = 16;

using Outcome = Scanned::Outcome;

constexpr char kNoKey[] = "a key in quotes was expected";
constexpr char kNoColon[] = "a colon was expected";
constexpr char kNoValue[] = "a value was expected";
constexpr char kNoCommaOrBrace[] = "a comma or the end of the object was expected";
constexpr char kNoCommaOrBracket[] = "a comma or the end of the array was expected";
constexpr char kTooDeep[] = "the nesting is too deep";

constexpr std::uint64_t bits_from(std::size_t bit) { return ~std::uint64_t{0} << bit; }

// Which of the brackets around a place are braces.
class Nesting {
 public:
  // Requires size() < json::kDepthMax.
  void push(bool is_object) {
    std::uint64_t& word = bits_[size_ / 64];
    const std::uint64_t bit = std::uint64_t{1} << (size_ % 64);
    word = is_object ? word | bit : word & ~bit;
    ++size_;
    is_object_ = is_object;
  }
  // Requires size() > 0.
  void pop() {
    --size_;
    const std::size_t last = size_ - 1;  // of none, whatever there is
    is_object_ = (bits_[last / 64 % bits_.size()] >> (last % 64) & 1) != 0;
  }
  std::size_t size() const { return size_; }
  bool is_object() const { return is_object_; }
  char closing() const { return is_object_ ? '}' : ']'; }

 private:
  std::array<std::uint64_t, json::kDepthMax / 64 + 1> bits_{};
  std::size_t size_ = 0;
  bool is_object_ = false;
};

// One walk over one text. Positions are offsets; the text's size stands for "nowhere", and reading
// there gives a zero byte, which is at home in no rule of the grammar: so whatever is malformed
// ends the walk, in bounds.
template <bool kIsChecked>
class Scan {
 public:
  Scan(std::string_view text, const PathTree& paths, Blocks& blocks, Found& found)
      : text_(text), paths_(paths), blocks_(blocks), found_(found) {
    blocks_.begin(text, kIsChecked ? kBatchOfAll : kBatchOfSome);
  }

  Scanned run() {
    std::size_t at = skip_blanks(0);
    if (byte(at) != '{') return {Outcome::NoObject};
    at = skip_blanks(object(at, kRoot, 1).at);
    if constexpr (!kIsChecked) return {};
    if (is_repeated_) return {Outcome::Repeated};
    if (!is_bad_ && at != text_.size()) give_up(at, "text after the end of the object");
    if (!is_bad_ && blocks_.carry().controls != 0) {
      give_up(find_control(), "a control character in a string");
    }
    if (!is_bad_ && blocks_.carry().not_ascii != 0 &&
        !simdjson::validate_utf8(text_.data(), text_.size())) {
      give_up(find_bad_utf8(), "bytes that are not UTF-8");
    }
    return is_bad_ ? Scanned{Outcome::Malformed, bad_at_, problem_} : Scanned{};
  }

 private:
  // Where a value was left: behind it, or inside, with so many brackets still open.
  struct Stop {
    std::size_t at;
    std::size_t open = 0;
  };

  char byte(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  std::size_t skip_blanks(std::size_t at) const {
    while (at < text_.size() && static_cast<unsigned char>(text_[at]) <= ' ') {
      const char c = text_[at];
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return at;
      ++at;
    }
    return at;
  }

  // Ends the walk. The first problem is the one that counts.
  std::size_t give_up(std::size_t at, const char* problem) {
    if (!is_bad_) {
      bad_at_ = at;
      problem_ = problem;
    }
    is_bad_ = true;
    return text_.size();
  }

  std::size_t find_control() const {
    bool is_in_string = false;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '"') is_in_string = !is_in_string;
      if (text_[at] == '\\') ++at;
      if (is_in_string && static_cast<unsigned char>(byte(at)) < 0x20) return at;
    }
    return text_.size();
  }

  std::size_t find_bad_utf8() const {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t size = utf8::at(text_, at).size;
      if (size == 0) break;
      at += size;
    }
    return at;
  }

  bool has_backslash(std::size_t begin, std::size_t end) {
    if (blocks_.carry().backslashes == 0) return false;
    return blocks_.has<&Block::backslashes>(begin, end);
  }

  // `at` is the opening quote; the end is behind the closing one.
  std::size_t skip_string(std::size_t at) {
    const std::size_t end = blocks_.find<&Block::quotes>(at + 1);
    if (end >= text_.size()) return give_up(at, "a string without an end");
    if constexpr (kIsChecked) {
      if (has_backslash(at + 1, end) && !has_good_escapes(text_.substr(at + 1, end - at - 1))) {
        return give_up(at, "a malformed escape in a string");
      }
    }
    return end + 1;
  }

  // The content of a string [begin, end) without its escapes.
  std::string_view content(std::size_t begin, std::size_t end) {
    const std::string_view raw = text_.substr(begin, end - begin);
    if (!has_backslash(begin, end)) return raw;
    std::string& out = found_.unescaped();
    // Views into it must stay good.
    if (out.capacity() < text_.size()) out.reserve(text_.size());
    const std::size_t from = out.size();
    unescape(raw, out);
    return std::string_view(out).substr(from);
  }

  std::size_t skip_scalar(std::size_t at) {
    if constexpr (kIsChecked) {
      switch (byte(at)) {
        case 't': return skip_word(at, "true");
        case 'f': return skip_word(at, "false");
        case 'n': return skip_word(at, "null");
        default: break;
      }
      const std::size_t end = find_number_end(text_, at);
      return end == text_.npos ? give_up(at, kNoValue) : end;
    } else {
      std::size_t end = at;
      while (end < text_.size() && !is_end_of_scalar(text_[end])) ++end;
      return end > at ? end : give_up(at, kNoValue);
    }
  }

  static bool is_end_of_scalar(char c) {
    return c == ',' || c == '}' || c == ']' || static_cast<unsigned char>(c) <= ' ';
  }

  std::size_t skip_word(std::size_t at, std::string_view word) {
    return text_.substr(at, word.size()) == word ? at + word.size() : give_up(at, kNoValue);
  }

  // --- Values that nobody asks for

  std::size_t skip_value(std::size_t at, std::size_t depth) {
    const char first = byte(at);
    if (first == '"') return skip_string(at);
    if (first != '{' && first != '[') return skip_scalar(at);
    if constexpr (kIsChecked) {
      return skip_checked(at, depth);
    } else {
      return skip_out(at + 1, 1);
    }
  }

  // Behind the bracket that closes the last of the open ones.
  std::size_t skip_out(std::size_t at, std::size_t open) {
    std::uint64_t mask = bits_from(at % Blocks::kSize);
    for (std::size_t block = at / Blocks::kSize; block < blocks_.count(); ++block) {
      const Block& bits = blocks_.get(block);
      const std::uint64_t opens = bits.opens & mask;
      std::uint64_t closes = bits.closes & mask;
      mask = ~std::uint64_t{0};
      const auto close_count = static_cast<std::size_t>(std::popcount(closes));
      if (close_count < open) {
        open += static_cast<std::size_t>(std::popcount(opens));
        open -= close_count;
        continue;
      }
      for (std::size_t closed = 1; closes != 0; ++closed, closes &= closes - 1) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(closes));
        const std::uint64_t before = opens & ~bits_from(bit);
        if (open + static_cast<std::size_t>(std::popcount(before)) == closed) {
          return block * Blocks::kSize + bit + 1;
        }
      }
      open += static_cast<std::size_t>(std::popcount(opens));
      open -= close_count;
    }
    return text_.size();
  }

  // Judges all inside of an object or an array, without recursion. `depth`: of what is around it.
  std::size_t skip_checked(std::size_t at, std::size_t depth) {
    Nesting nesting;
    while (true) {
      const char first = byte(at);
      if (first == '{' || first == '[') {
        if (depth + nesting.size() >= json::kDepthMax) return give_up(at, kTooDeep);
        nesting.push(first == '{');
        at = skip_blanks(at + 1);
        if (byte(at) != nesting.closing()) {
          if (nesting.is_object()) at = skip_key(at);
          continue;
        }
      } else {
        at = skip_blanks(first == '"' ? skip_string(at) : skip_scalar(at));
      }
      while (byte(at) == nesting.closing()) {
        nesting.pop();
        if (nesting.size() == 0) return at + 1;
        at = skip_blanks(at + 1);
      }
      if (byte(at) != ',')
        return give_up(at, nesting.is_object() ? kNoCommaOrBrace : kNoCommaOrBracket);
      at = skip_blanks(at + 1);
      if (nesting.is_object()) at = skip_key(at);
    }
  }

  // To the value behind the key.
  std::size_t skip_key(std::size_t at) {
    if (byte(at) != '"') return give_up(at, kNoKey);
    at = skip_blanks(skip_string(at));
    return byte(at) == ':' ? skip_blanks(at + 1) : give_up(at, kNoColon);
  }

  // --- Values that rules ask for

  Stop object(std::size_t at, PathId id, std::size_t depth) {
    const Path& path = paths_.get(id);
    const std::uint64_t number = found_.open_object();
    std::uint32_t left = path.child_count;
    at = skip_blanks(at + 1);
    if (byte(at) == '}') return {at + 1};
    while (true) {
      const std::size_t end = byte(at) == '"' ? skip_string(at) : give_up(at, kNoKey);
      if (is_bad_) return {text_.size()};
      const PathId child = find_child(path, id, content(at + 1, end - 1));
      at = skip_blanks(end);
      if (byte(at) != ':') return {give_up(at, kNoColon)};
      at = skip_blanks(at + 1);
      if (child == kNoPath) {
        at = skip_value(at, depth);
      } else {
        if (kIsChecked && found_.is_repeated(child, number)) {
          is_repeated_ = true;
          return {text_.size()};
        }
        const Stop stop = value(at, child, depth);
        if (!kIsChecked && --left == 0) return {stop.at, stop.open + 1};
        at = leave(stop);
      }
      at = skip_blanks(at);
      if (byte(at) == '}') return {at + 1};
      if (byte(at) != ',') return {give_up(at, kNoCommaOrBrace)};
      at = skip_blanks(at + 1);
    }
  }

  std::size_t leave(Stop stop) { return stop.open == 0 ? stop.at : skip_out(stop.at, stop.open); }

  // A key with dots stands for several keys.
  PathId find_child(const Path& path, PathId id, std::string_view key) {
    const PathId found = paths_.find_child(path, id, key, head(key));
    if (!kIsChecked || found != kNoPath || key.find('.') == key.npos) return found;
    while (true) {
      const std::size_t dot = key.find('.');
      id = paths_.find_child(id, key.substr(0, dot));
      if (id == kNoPath) return kNoPath;
      if (dot == key.npos) break;
      key.remove_prefix(dot + 1);
    }
    found_.set_has_aliases();
    return id;
  }

  std::uint64_t head(std::string_view key) const {
    if (key.data() + sizeof(std::uint64_t) > text_.data() + text_.size()) return head_of(key);
    std::uint64_t out = 0;
    std::memcpy(&out, key.data(), sizeof out);
    return key.size() >= sizeof out ? out : out & ~bits_from(8 * key.size());
  }

  Stop value(std::size_t at, PathId id, std::size_t depth) {
    const Path& path = paths_.get(id);
    const char first = byte(at);
    if (first == '"') {
      const std::size_t end = skip_string(at);
      if (path.is_field && !is_bad_) {
        const std::string_view text = content(at + 1, end - 1);
        found_.add(id, Leaf::Kind::String, text.data(), text.size());
      }
      return {end};
    }
    if (first == '{') {
      if (path.child_count == 0) return {skip_value(at, depth)};
      return depth < json::kDepthMax ? object(at, id, depth + 1) : Stop{give_up(at, kTooDeep)};
    }
    if (first == '[')
      return {depth < json::kDepthMax ? array(at, id, depth + 1) : give_up(at, kTooDeep)};
    const std::size_t end = skip_scalar(at);
    if (path.is_field && !is_bad_) found_.add(id, kind_of(first), text_.data() + at, end - at);
    return {end};
  }

  static Leaf::Kind kind_of(char first) {
    switch (first) {
      case 't': return Leaf::Kind::True;
      case 'f': return Leaf::Kind::False;
      case 'n': return Leaf::Kind::Null;
      default: return Leaf::Kind::Number;
    }
  }

  std::size_t array(std::size_t at, PathId id, std::size_t depth) {
    const Path& path = paths_.get(id);
    const std::uint32_t number = found_.open_array();
    at = skip_blanks(at + 1);
    if (byte(at) == ']') return at + 1;
    for (std::uint32_t index = 0;; ++index) {
      const char first = byte(at);
      const bool is_element = first == '[' || (first == '{' && path.child_count > 0);
      if (is_element) found_.open_element(number, index, path.depth);
      at = skip_blanks(leave(value(at, id, depth)));
      if (is_element) found_.close_element();
      if (byte(at) == ']') return at + 1;
      if (byte(at) != ',') return give_up(at, kNoCommaOrBracket);
      at = skip_blanks(at + 1);
    }
  }

  std::string_view text_;
  const PathTree& paths_;
  Blocks& blocks_;
  Found& found_;
  bool is_bad_ = false;
  std::size_t bad_at_ = 0;
  const char* problem_ = "";
  bool is_repeated_ = false;
};

}  // namespace

Scanned scan_checked(std::string_view text, const PathTree& paths, Blocks& blocks, Found& found) {
  return Scan<true>(text, paths, blocks, found).run();
}

void scan_trusted(std::string_view text, const PathTree& paths, Blocks& blocks, Found& found) {
  Scan<false>(text, paths, blocks, found).run();
}

}  // namespace rialto::ruler
