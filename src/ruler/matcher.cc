#include "ruler/matcher.h"

#include <algorithm>

#include "ruler/number.h"

namespace rialto::ruler {
namespace {

// One function per test; the value's type is checked by each.
struct Judge {
  const json::Value& value;

  bool operator()(const Equals& test) const {
    return value.is_string() && value.as_string() == test.text;
  }

  bool operator()(const EqualsLiteral& test) const {
    return value.kind() == test.value.kind() && value == test.value;
  }

  bool operator()(const EqualsNumber& test) const {
    if (!value.is_number()) return false;
    if (value.number_text() == test.text) return true;
    return test.value && comparable(value.number_text()) == test.value;
  }

  bool operator()(const InRange& test) const {
    if (!value.is_number()) return false;
    const std::optional<double> number = comparable(value.number_text());
    if (!number) return false;
    if (test.bottom) {
      if (*number < test.bottom->value) return false;
      if (*number == test.bottom->value && test.bottom->is_open) return false;
    }
    if (!test.top) return true;
    return *number < test.top->value || (*number == test.top->value && !test.top->is_open);
  }

  bool operator()(const InNetwork& test) const {
    if (!value.is_string()) return false;
    const std::optional<Address> address = parse_address(value.as_string());
    return address && test.range.contains(*address);
  }

  bool operator()(const Prefix& test) const {
    return value.is_string() && value.as_string().starts_with(test.text);
  }

  bool operator()(const Suffix& test) const {
    return value.is_string() && value.as_string().ends_with(test.text);
  }

  bool operator()(const EqualsIgnoringCase& test) const {
    return value.is_string() && test.text.equals(value.as_string());
  }

  bool operator()(const PrefixIgnoringCase& test) const {
    return value.is_string() && test.text.is_prefix_of(value.as_string());
  }

  bool operator()(const SuffixIgnoringCase& test) const {
    return value.is_string() && test.text.is_suffix_of(value.as_string());
  }

  // The first place where a piece fits leaves the most text for the pieces after it; so there is
  // nothing to try again. Time: length of the text x length of the longest piece.
  bool operator()(const Wildcard& test) const {
    if (!value.is_string()) return false;
    std::string_view text = value.as_string();
    const std::vector<std::string>& pieces = test.pieces;
    if (pieces.size() == 1) return text == pieces.front();
    if (!text.starts_with(pieces.front())) return false;
    text.remove_prefix(pieces.front().size());
    if (!text.ends_with(pieces.back())) return false;
    text.remove_suffix(pieces.back().size());
    for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
      const std::size_t place = text.find(pieces[i]);
      if (place == text.npos) return false;
      text.remove_prefix(place + pieces[i].size());
    }
    return true;
  }

  bool operator()(const ValueTest& test) const { return std::visit(*this, test); }

  bool operator()(const AnythingBut& test) const {
    return std::none_of(test.tests.begin(), test.tests.end(), *this);
  }

  bool operator()(const Exists&) const { return true; }
  bool operator()(const IsAbsent&) const { return false; }
};

}  // namespace

bool passes(const ValueTest& test, const json::Value& value) {
  return std::visit(Judge{value}, test);
}

bool passes(const Matcher& matcher, const json::Value& value) {
  return std::visit(Judge{value}, matcher.test);
}

bool is_wildcard(const Matcher& matcher) {
  const auto holds = [](const ValueTest& test) { return std::holds_alternative<Wildcard>(test); };
  if (const auto* plain = std::get_if<ValueTest>(&matcher.test)) return holds(*plain);
  const auto* but = std::get_if<AnythingBut>(&matcher.test);
  return but != nullptr && std::any_of(but->tests.begin(), but->tests.end(), holds);
}

}  // namespace rialto::ruler
