#include "ruler/show/reason.h"

#include "json/write.h"
#include "ruler/utf8.h"

namespace rialto::ruler {
namespace {

constexpr std::size_t kTextMax = 120;

bool is_plain(const Matcher& matcher) { return !matcher.source.starts_with('{'); }

// What is said of a value that an operator refused.
struct Refusal {
  const std::string& source;

  std::string operator()(const ValueTest& test) const { return std::visit(*this, test); }
  std::string operator()(const Prefix& test) const {
    return "does not begin with " + json::quoted(test.text);
  }
  std::string operator()(const Suffix& test) const {
    return "does not end with " + json::quoted(test.text);
  }
  std::string operator()(const EqualsIgnoringCase& test) const {
    return "is not " + json::quoted(test.text.text()) + " in any case";
  }
  std::string operator()(const PrefixIgnoringCase& test) const {
    return "does not begin with " + json::quoted(test.text.text()) + " in any case";
  }
  std::string operator()(const SuffixIgnoringCase& test) const {
    return "does not end with " + json::quoted(test.text.text()) + " in any case";
  }
  std::string operator()(const IsAbsent&) const { return "should be absent"; }
  std::string operator()(const AnythingBut&) const { return "is excluded by " + source; }
  template <class Other>
  std::string operator()(const Other&) const {
    return "does not satisfy " + source;
  }
};

std::string sources(const Field& field) {
  std::vector<std::string> texts;
  for (const Matcher& matcher : field.any_of) texts.push_back(matcher.source);
  return join(texts, texts.size());
}

// The object or empty array at the path; nullptr when there is none. Recursion: keys of the path.
const json::Value* find_container(const json::Value& value, std::string_view path) {
  if (!value.is_object()) return nullptr;
  for (const json::Member& member : value.members()) {
    if (!path.starts_with(member.key)) continue;
    const std::string_view rest = path.substr(member.key.size());
    if (rest.empty()) return &member.value;
    if (rest.front() != '.') continue;
    if (const json::Value* found = find_container(member.value, rest.substr(1))) return found;
  }
  return nullptr;
}

}  // namespace

std::string short_text(const json::Value& value) {
  std::string text = json::write(value);
  if (text.size() <= kTextMax) return text;
  std::size_t end = kTextMax;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string join(const std::vector<std::string>& texts, std::size_t count) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += ", ";
    out += text;
  }
  if (count > texts.size()) out += " and " + std::to_string(count - texts.size()) + " more";
  return out;
}

std::string failure(const Field& field, const std::vector<json::Value>& values, std::size_t count) {
  std::vector<std::string> shown;
  for (const json::Value& value : values) shown.push_back(short_text(value));
  std::vector<std::string> plain;
  std::vector<std::string> refusals;
  for (const Matcher& matcher : field.any_of) {
    if (is_plain(matcher)) {
      plain.push_back(matcher.source);
    } else {
      refusals.push_back(std::visit(Refusal{matcher.source}, matcher.test));
    }
  }
  if (!plain.empty()) {
    refusals.insert(refusals.begin(), "is not one of " + join(plain, plain.size()));
  }
  std::string out = field.path + ": " + join(shown, count) + " ";
  if (count > 1) out = field.path + ": each of " + join(shown, count) + " ";
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    if (i > 0) out += i + 1 == refusals.size() ? " and " : ", ";
    out += refusals[i];
  }
  return out;
}

std::string absence(const Field& field, const json::Value& event) {
  const json::Value* value = find_container(event, field.path);
  std::string what = "absent";
  if (value != nullptr && value->is_object()) what = "an object, not a value";
  if (value != nullptr && value->is_array()) what = "an array without values";
  return field.path + ": " + what + ", but one of " + sources(field) + " is wanted";
}

}  // namespace rialto::ruler
