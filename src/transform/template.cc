// Whether a template can become JSON does not depend on the values: a placeholder outside quotes
// is replaced by some JSON value, and one inside quotes by text. So the template is judged once, by
// reading its skeleton, where `null` and a letter stand for the two. What remains for each
// rendering is text inserted raw into a string literal of a JSON template: only when it holds a
// quote, a backslash or a control character is the result read again.
#include "transform/template.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "json/read.h"
#include "json/write.h"

namespace rialto::transform {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// The name of the placeholder that `rest` begins with, if it does. A `<` that opens none is text,
// and there is no way to escape one that does.
std::optional<std::string_view> find_name(std::string_view rest) {
  if (!rest.starts_with('<')) return std::nullopt;
  std::size_t end = 1;
  while (end < rest.size() && is_name_char(rest[end])) ++end;
  if (end == 1 || end == rest.size() || rest[end] != '>') return std::nullopt;
  return rest.substr(1, end - 1);
}

// Whether `text` changes nothing but text when it is put into a JSON string literal as it is.
bool is_safe_in_string(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
}

Error invalid_json(std::string message) {
  return fail(Code::InvalidArgument, std::move(message), kInvalidJson);
}

}  // namespace

class Template::Scanner {
 public:
  Template scan(std::string_view text) {
    const std::size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    out_.kind_ = kind_of(text.substr(first));
    for (std::size_t at = 0; at < text.size();) {
      if (const auto name = find_name(text.substr(at))) {
        take_placeholder(*name);
        at += name->size() + 2;
      } else {
        take_char(text[at++]);
      }
    }
    out_.after_ = std::move(literal_);
    out_.is_well_formed_ = is_well_formed();
    return std::move(out_);
  }

 private:
  static Kind kind_of(std::string_view text) {
    switch (text.empty() ? ' ' : text.front()) {
      case '{': return Kind::Object;
      case '[': return Kind::Array;
      case '"': return Kind::Text;
      default: return Kind::Bare;
    }
  }

  void take_char(char c) {
    literal_ += c;
    if (is_in_string_) {
      take_in_string(c);
      return;
    }
    // A placeholder must not be, nor be a part of, the key of an object (docs/spec/02 §4).
    if (c == ':' && is_last_string_filled_) is_broken_ = true;
    if (!is_blank(c)) is_last_string_filled_ = false;
    if (out_.kind_ == Kind::Text) {
      // Nothing but blanks between the strings, which are read as the items of one array.
      if (c != '"') {
        is_broken_ = is_broken_ || !is_blank(c);
        return;
      }
      if (!skeleton_.empty()) skeleton_ += ',';
    }
    is_in_string_ = c == '"';
    skeleton_ += c;
  }

  void take_in_string(char c) {
    skeleton_ += c;
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (c == '\\') {
      is_escaped_ = true;
    } else if (c == '"') {
      is_in_string_ = false;
    }
  }

  void take_placeholder(std::string_view name) {
    const auto [found, is_new] = indexes_.emplace(std::string(name), out_.names_.size());
    if (is_new) out_.names_.emplace_back(name);
    out_.segments_.push_back(Segment{.before = std::exchange(literal_, std::string()),
                                     .place = is_in_string_ ? Place::InString : Place::Value,
                                     .name = found->second});
    if (is_in_string_) {
      // No letter that JSON knows after a backslash or among the digits of `\u`, so that the
      // skeleton of a placeholder inside an escape is malformed, as it must be.
      skeleton_ += 'x';
      is_escaped_ = false;
      is_last_string_filled_ = true;
    } else {
      skeleton_ += "null";
      is_broken_ = is_broken_ || out_.kind_ == Kind::Text;
    }
  }

  bool is_well_formed() const {
    if (is_broken_ || is_in_string_) return false;
    const bool is_text = out_.kind_ == Kind::Text;
    return json::parse(is_text ? '[' + skeleton_ + ']' : skeleton_).ok();
  }

  Template out_;
  std::string literal_;
  std::string skeleton_;
  std::unordered_map<std::string, std::size_t> indexes_;
  bool is_in_string_ = false;
  bool is_escaped_ = false;             // the last character was a backslash that escapes
  bool is_last_string_filled_ = false;  // the string just ended, or open, holds a placeholder
  bool is_broken_ = false;
};

class Template::Writer {
 public:
  explicit Writer(Kind kind) : is_text_(kind == Kind::Text) {}

  void append(std::string_view literal) { out_ += literal; }

  // Outside quotes: the value as JSON, `""` when there is none.
  void append_value(const Slot& slot) {
    if (!slot.value) {
      out_ += "\"\"";
    } else if (!slot.json_text.empty()) {
      out_ += slot.json_text;
    } else {
      json::append(out_, *slot.value);
    }
  }

  // Inside quotes: the value as text, raw. False for an object or array in a JSON template, which
  // AWS never delivers.
  bool append_in_string(const Slot& slot) {
    if (!slot.value) return true;
    switch (slot.value->kind()) {
      case json::Kind::String: append_raw(slot.value->as_string()); return true;
      case json::Kind::Null:  // as `null`: unverified
      case json::Kind::Bool:
      case json::Kind::Number: json::append(out_, *slot.value); return true;
      case json::Kind::Array:
      case json::Kind::Object: {
        if (!is_text_) return false;
        const std::size_t from = out_.size();
        append_value(slot);
        const auto begin = out_.begin() + static_cast<std::ptrdiff_t>(from);
        out_.erase(std::remove(begin, out_.end(), '"'), out_.end());
        return true;
      }
    }
    return false;
  }

  bool is_too_long() const { return out_.size() > kRenderedBytesMax; }

  // Text templates are delivered with whatever their values brought.
  bool is_doubtful() const { return !is_text_ && has_unsafe_text_; }

  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void append_raw(std::string_view text) {
    has_unsafe_text_ = has_unsafe_text_ || !is_safe_in_string(text);
    out_ += text;
  }

  std::string out_;
  bool is_text_;
  bool has_unsafe_text_ = false;
};

Template Template::parse(std::string_view text) { return Scanner().scan(text); }

Result<std::string> Template::render(std::span<const Slot> slots) const {
  if (!is_well_formed_) {
    return invalid_json("The input template is neither JSON nor quoted text.");
  }
  Writer writer(kind_);
  for (const Segment& segment : segments_) {
    writer.append(segment.before);
    const Slot& slot = slots[segment.name];
    if (segment.place == Place::Value) {
      writer.append_value(slot);
    } else if (!writer.append_in_string(slot)) {
      return invalid_json("The object or array of placeholder " + names_[segment.name] +
                          " stands inside the quotes of a JSON input template.");
    }
    if (writer.is_too_long()) {
      return fail(
          Code::LimitExceeded,
          "The transformed input is longer than " + std::to_string(kRenderedBytesMax) + " bytes.",
          kInvalidParameter);
    }
  }
  writer.append(after_);
  // A value may be as deep as an event is allowed to be, inside a template as deep again.
  if (writer.is_doubtful() &&
      !json::parse(writer.text(), {.depth_max = 2 * json::kDepthMax}).ok()) {
    return invalid_json("The transformed input is not valid JSON.");
  }
  return writer.take();
}

}  // namespace rialto::transform
