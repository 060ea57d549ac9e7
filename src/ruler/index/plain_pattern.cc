#include "ruler/index/plain_pattern.h"

#include <algorithm>

#include "ruler/address.h"
#include "ruler/number.h"
#include "ruler/scan/strings.h"

namespace rialto::ruler {
namespace {

// AWS's bound on a pattern; longer ones are rare and need not be quick.
constexpr std::size_t kBytesMax = 4096;
constexpr std::size_t kDepthMax = 32;
constexpr std::size_t kFieldsMax = 64;

}  // namespace

bool PlainPattern::read(std::string_view text) {
  if (text.size() > kBytesMax) return false;
  text_ = text;
  at_ = 0;
  paths_.clear();
  path_.clear();
  values_.clear();
  ranges_.clear();
  return read_object(0) && peek() == '\0' && at_ == text_.size() && finish();
}

char PlainPattern::peek() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
    ++at_;
  }
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool PlainPattern::take(char wanted) {
  if (peek() != wanted) return false;
  ++at_;
  return true;
}

bool PlainPattern::read_object(std::size_t depth) {
  if (depth == kDepthMax || !take('{')) return false;
  const std::size_t parent = path_.size();
  do {
    std::string_view key;
    if (peek() != '"' || !read_string(key) || key.starts_with('$') || !take(':')) return false;
    if (depth > 0) path_ += '.';
    path_ += key;
    if (!(peek() == '{' ? read_object(depth + 1) : read_values())) return false;
    path_.resize(parent);
  } while (take(','));
  return take('}');
}

bool PlainPattern::read_values() {
  if (ranges_.size() == kFieldsMax || !take('[')) return false;
  Range range{paths_.size(), 0, values_.size(), 0};
  paths_ += path_;
  range.path_end = paths_.size();
  do {
    if (!read_value()) return false;
  } while (take(','));
  range.value_end = values_.size();
  ranges_.push_back(range);
  return take(']');
}

bool PlainPattern::read_value() {
  Value value{Value::Kind::String, {}};
  const char first = peek();
  if (first == '"') {
    if (!read_string(value.text) || is_shaped_like_address(value.text)) return false;
  } else if (first == '-' || (first >= '0' && first <= '9')) {
    const std::size_t end = find_number_end(text_, at_);
    if (end == text_.npos) return false;
    value = {Value::Kind::Number, text_.substr(at_, end - at_)};
    at_ = end;
  } else {
    for (const std::string_view word : {"null", "true", "false"}) {
      if (text_.substr(at_, word.size()) == word) value = {Value::Kind::Literal, word};
    }
    if (value.text.empty()) return false;
    at_ += value.text.size();
  }
  values_.push_back(value);
  return true;
}

bool PlainPattern::read_string(std::string_view& out) {
  const std::size_t begin = ++at_;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') {
      out = text_.substr(begin, at_ - begin);
      ++at_;
      return true;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || byte < 0x20 || byte >= 0x80) return false;
  }
  return false;
}

bool PlainPattern::finish() {
  fields_.clear();
  const std::string_view paths = paths_;
  for (const Range& range : ranges_) {
    fields_.push_back(
        {paths.substr(range.path_begin, range.path_end - range.path_begin),
         std::span(values_).subspan(range.value_begin, range.value_end - range.value_begin)});
  }
  std::sort(fields_.begin(), fields_.end(),
            [](const Field& a, const Field& b) { return a.path < b.path; });
  const auto is_same = [](const Field& a, const Field& b) { return a.path == b.path; };
  return std::adjacent_find(fields_.begin(), fields_.end(), is_same) == fields_.end();
}

}  // namespace rialto::ruler
