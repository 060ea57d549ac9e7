#include "ruler/index/encode.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/check.h"
#include "ruler/number.h"

namespace rialto::ruler {
namespace {

// From this many strings on, searching an ordered set is quicker than trying each.
constexpr std::size_t kSetMin = 8;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string to_ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

std::string letters_of(const Folded& folded, bool is_backward) {
  std::string out;
  const auto add = [&](const Folded::Letter& letter) {
    out += static_cast<char>(letter.lower.size());
    out += static_cast<char>(letter.upper.size());
    out += letter.lower;
    out += letter.upper;
  };
  if (is_backward) {
    std::for_each(folded.letters().rbegin(), folded.letters().rend(), add);
  } else {
    std::for_each(folded.letters().begin(), folded.letters().end(), add);
  }
  return out;
}

// The places of the doubles between the bounds: closed, and none where last < first.
struct Places {
  std::uint64_t first;
  std::uint64_t last;
};

Places places_of(const InRange& range) {
  Places out{0, std::numeric_limits<std::uint64_t>::max()};
  if (range.bottom) out.first = order_of(range.bottom->value) + (range.bottom->is_open ? 1 : 0);
  if (range.top) out.last = order_of(range.top->value) - (range.top->is_open ? 1 : 0);
  return out;
}

}  // namespace

// Writes one test of each kind.
struct TestWriter {
  ClauseWriter& out;

  void operator()(const Equals& test) const { out.add_text(test.text); }
  void operator()(const EqualsLiteral& test) const {
    out.add_plain(test.value.is_null()   ? Op::Null
                  : test.value.as_bool() ? Op::True
                                         : Op::False,
                  {});
  }
  void operator()(const EqualsNumber& test) const { out.add_number(test.text); }
  void operator()(const InRange& test) const {
    const Places places = places_of(test);
    std::uint32_t shape = 0;
    if (test.bottom) shape |= test.bottom->is_open ? RangeShape::kOpenBottom : RangeShape::kBottom;
    if (test.top) shape |= test.top->is_open ? RangeShape::kOpenTop : RangeShape::kTop;
    const std::size_t begin = out.begin_test();
    out.add_bytes(&places, sizeof places);
    out.add_word(shape);
    out.end_test(begin, Op::Range);
  }
  void operator()(const InNetwork& test) const {
    const Address& first = test.range.first;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < first.size; ++i) {
      const auto differing = static_cast<unsigned>(first.bytes[i] ^ test.range.last.bytes[i]);
      bits += static_cast<std::uint32_t>(std::countl_zero(static_cast<std::uint8_t>(differing)));
      if (differing != 0) break;
    }
    const std::size_t begin = out.begin_test();
    out.add_word(bits);
    out.add_word(first.size);
    out.add_bytes(first.bytes.data(), first.bytes.size());
    out.end_test(begin, Op::Network);
  }
  void operator()(const Prefix& test) const { out.add_plain(Op::Prefix, test.text); }
  void operator()(const Suffix& test) const { out.add_plain(Op::Suffix, test.text); }
  void operator()(const EqualsIgnoringCase& test) const {
    fold(test.text, Op::AsciiText, Op::FoldedText);
  }
  void operator()(const PrefixIgnoringCase& test) const {
    fold(test.text, Op::AsciiPrefix, Op::FoldedPrefix);
  }
  void operator()(const SuffixIgnoringCase& test) const {
    fold(test.text, Op::AsciiSuffix, Op::FoldedSuffix);
  }
  void operator()(const Wildcard& test) const {
    if (test.pieces.size() == 1) return out.add_text(test.pieces.front());
    const Pick none;
    const std::size_t begin = out.begin_test();
    out.add_bytes(&none, sizeof none);
    out.add_word(static_cast<std::uint32_t>(test.pieces.size()));
    for (const std::string& piece : test.pieces) {
      out.add_word(static_cast<std::uint32_t>(piece.size()));
      out.add_bytes(piece.data(), piece.size());
    }
    out.end_test(begin, Op::Wildcard);
  }
  void operator()(const ValueTest& test) const { std::visit(*this, test); }
  void operator()(const AnythingBut& test) const {
    const std::size_t begin = out.begin_test();
    std::vector<std::string_view> texts;
    for (const ValueTest& each : test.tests) {
      if (const auto* equals = std::get_if<Equals>(&each)) {
        texts.push_back(equals->text);
      } else {
        (*this)(each);
      }
    }
    out.add_set(texts);
    out.end_test(begin, Op::Nothing);
  }
  void operator()(const Exists&) const { out.add_plain(Op::Exists, {}); }
  void operator()(const IsAbsent&) const { out.add_plain(Op::Absent, {}); }

 private:
  void fold(const Folded& folded, Op ascii, Op letters) const {
    if (is_ascii(folded.text())) {
      out.add_plain(ascii, to_ascii_lower(folded.text()));
    } else {
      out.add_plain(letters, letters_of(folded, letters == Op::FoldedSuffix));
    }
  }
};

void ClauseWriter::begin(RuleId id) {
  bytes_.assign(sizeof(Clause), 0);
  clause().id = id;
}

void ClauseWriter::begin_condition(std::uint32_t path) {
  condition_ = bytes_.size();
  Condition header{};
  header.path = path;
  add_bytes(&header, sizeof header);
}

void ClauseWriter::end_condition() {
  auto& header = *reinterpret_cast<Condition*>(bytes_.data() + condition_);
  header.bytes = static_cast<std::uint32_t>(bytes_.size() - condition_);
  header.may_be_absent = header.tests().any([](const Test& test) { return test.op == Op::Absent; });
  clause().has_absence |= header.may_be_absent;
  clause().bytes = static_cast<std::uint32_t>(bytes_.size());
}

void ClauseWriter::add_bytes(const void* bytes, std::size_t size) {
  const auto* begin = static_cast<const char*>(bytes);
  bytes_.insert(bytes_.end(), begin, begin + size);
}

std::size_t ClauseWriter::begin_test() {
  add_word(0);
  return bytes_.size();
}

void ClauseWriter::end_test(std::size_t begin, Op op) {
  const std::size_t size = bytes_.size() - begin;
  RIALTO_CHECK(size < (1U << 24), "patterns are shorter than kPatternBytesMax");
  const std::uint32_t word = static_cast<std::uint32_t>(size) << 8 | static_cast<std::uint32_t>(op);
  std::memcpy(bytes_.data() + begin - sizeof word, &word, sizeof word);
  bytes_.resize(begin + (size + 3) / 4 * 4);
}

void ClauseWriter::add_plain(Op op, std::string_view text) {
  const std::size_t begin = begin_test();
  add_bytes(text.data(), text.size());
  end_test(begin, op);
}

void ClauseWriter::add_text(std::string_view text) { add_plain(Op::Text, text); }

void ClauseWriter::add_number(std::string_view text) {
  const std::optional<double> value = comparable(text);
  if (!value) return add_plain(Op::NumberText, text);
  const std::uint64_t order = order_of(*value);
  const std::size_t begin = begin_test();
  add_bytes(&order, sizeof order);
  end_test(begin, Op::Number);
}

void ClauseWriter::add_literal(std::string_view word) {
  add_plain(word == "null" ? Op::Null : word == "true" ? Op::True : Op::False, {});
}

void ClauseWriter::add_set(std::span<const std::string_view> texts) {
  if (texts.size() < kSetMin) {
    for (const std::string_view text : texts) add_text(text);
    return;
  }
  std::vector<std::string_view> ordered(texts.begin(), texts.end());
  std::sort(ordered.begin(), ordered.end());
  ordered.erase(std::unique(ordered.begin(), ordered.end()), ordered.end());
  const std::size_t begin = begin_test();
  add_word(static_cast<std::uint32_t>(ordered.size()));
  std::uint32_t end = 0;
  for (const std::string_view text : ordered)
    add_word(end += static_cast<std::uint32_t>(text.size()));
  for (const std::string_view text : ordered) add_bytes(text.data(), text.size());
  end_test(begin, Op::TextSet);
}

void ClauseWriter::add(const ValueTest& test) { TestWriter{*this}(test); }

void ClauseWriter::add(const Matcher& matcher) { std::visit(TestWriter{*this}, matcher.test); }

void write_tests(ClauseWriter& writer, const Field& field) {
  std::vector<std::string_view> texts;
  for (const Matcher& matcher : field.any_of) {
    const auto* plain = std::get_if<ValueTest>(&matcher.test);
    const auto* equals = plain == nullptr ? nullptr : std::get_if<Equals>(plain);
    if (equals != nullptr) {
      texts.push_back(equals->text);
    } else {
      writer.add(matcher);
    }
  }
  writer.add_set(texts);
}

void write_tests(ClauseWriter& writer, const PlainPattern::Field& field) {
  std::vector<std::string_view> texts;
  for (const PlainPattern::Value& value : field.values) {
    switch (value.kind) {
      case PlainPattern::Value::Kind::String: texts.push_back(value.text); break;
      case PlainPattern::Value::Kind::Number: writer.add_number(value.text); break;
      case PlainPattern::Value::Kind::Literal: writer.add_literal(value.text); break;
    }
  }
  writer.add_set(texts);
}

}  // namespace rialto::ruler
