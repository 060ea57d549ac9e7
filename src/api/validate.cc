#include "api/validate.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "api/java_text.h"
#include "json/number.h"

namespace rialto::api {
namespace {

// Where a value stands, as a chain on the stack: nothing is allocated while all is well.
struct Path {
  const Path* parent = nullptr;
  std::string_view name = {};  // of a member or a map's key; empty for a list's item
  std::size_t index = 0;       // 1-based, of a list's item
  bool is_key = false;
};

void append_path(std::string& out, const Path& path) {
  if (path.parent != nullptr && path.parent->parent != nullptr) {
    append_path(out, *path.parent);
    out += '.';
  }
  if (path.name.empty()) {
    out.append(std::to_string(path.index)).append(".member");
  } else if (path.is_key) {
    out.append(path.name).append(".member");
  } else {
    out += java_name(path.name);
  }
}

// Characters are counted only when the number of bytes does not settle the matter.
std::size_t count_chars(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_too_long(const Shape& shape, std::string_view text) {
  if (!shape.max || text.size() <= static_cast<std::size_t>(*shape.max)) return false;
  return count_chars(text) > static_cast<std::size_t>(*shape.max);
}

bool is_too_short(const Shape& shape, std::string_view text) {
  if (!shape.min || *shape.min <= 0) return false;
  const auto min = static_cast<std::size_t>(*shape.min);
  return text.size() < min || (text.size() < min * 4 && count_chars(text) < min);
}

std::string regex_text(const Shape& shape) {
  return "Member must satisfy regular expression pattern: " + std::string(shape.pattern->text);
}
std::string bound_text(std::string_view what, std::string_view side, std::int64_t bound) {
  std::string out = "Member must have ";
  out.append(what).append(side).append(std::to_string(bound));
  return out;
}
std::string_view bounded(const Shape& shape) {
  return shape.kind == Kind::Integer || shape.kind == Kind::Long ? "value " : "length ";
}
std::string max_text(const Shape& shape) {
  return bound_text(bounded(shape), "less than or equal to ", *shape.max);
}
std::string min_text(const Shape& shape) {
  return bound_text(bounded(shape), "greater than or equal to ", *shape.min);
}
std::string enum_text(const Shape& shape) {
  std::string out = "Member must satisfy enum value set: [";
  for (std::size_t n = 0; n < shape.values.size(); ++n) {
    out.append(n == 0 ? "" : ", ").append(shape.values[n]);
  }
  return out + "]";
}

// All constraints of a scalar, as the items of lists and maps are worded.
std::string all_constraints(const Shape& shape) {
  std::vector<std::string> texts;
  if (shape.max) texts.push_back(max_text(shape));
  if (shape.min) texts.push_back(min_text(shape));
  if (shape.pattern != nullptr) texts.push_back(regex_text(shape));
  if (!shape.values.empty()) texts.push_back(enum_text(shape));
  if (texts.empty()) texts.emplace_back("Member must not be null");
  std::string out = "[";
  for (std::size_t n = 0; n < texts.size(); ++n) out.append(n == 0 ? "" : ", ").append(texts[n]);
  return out + "]";
}

struct Broken {
  bool regex = false, too_long = false, too_short = false, not_in_enum = false;
  bool any() const { return regex || too_long || too_short || not_in_enum; }
};

Broken broken_by_text(const Shape& shape, std::string_view text) {
  return {.regex = shape.pattern != nullptr && !matches(*shape.pattern, text),
          .too_long = is_too_long(shape, text),
          .too_short = is_too_short(shape, text),
          .not_in_enum =
              !shape.values.empty() && std::ranges::find(shape.values, text) == shape.values.end()};
}

Broken broken_by_number(const Shape& shape, std::int64_t number) {
  return {.too_long = shape.max && number > *shape.max,
          .too_short = shape.min && number < *shape.min};
}

Broken broken_by_size(const Shape& shape, std::size_t size) {
  return broken_by_number(shape, static_cast<std::int64_t>(size));
}

Broken broken_by_scalar(const Shape& shape, const json::Value& value) {
  if (shape.kind == Kind::String && value.is_string()) {
    return broken_by_text(shape, value.as_string());
  }
  if ((shape.kind == Kind::Integer || shape.kind == Kind::Long) && value.is_number()) {
    return broken_by_number(shape, json::to_int64(value.number_text()).value_or(0));
  }
  return {};
}

class Validator {
 public:
  void structure(const Shape& shape, const json::Value& value, const Path& path) {
    for (const Member& member : shape.members) {
      if (member.shape == nullptr) continue;
      const json::Value* found = value.find(member.name);
      const Path here{.parent = &path, .name = member.name};
      if (found != nullptr && !found->is_null()) {
        any(*member.shape, *found, here);
      } else if (member.is_required) {
        add(*member.shape, nullptr, here, "Member must not be null");
      }
    }
  }

  std::string text() && {
    if (count_ == 0) return {};
    std::string out = std::to_string(count_);
    out.append(count_ == 1 ? " validation error detected: " : " validation errors detected: ");
    return out + text_;
  }

 private:
  void any(const Shape& shape, const json::Value& value, const Path& path) {
    switch (shape.kind) {
      case Kind::String:
      case Kind::Integer:
      case Kind::Long: report(shape, value, path, broken_by_scalar(shape, value)); break;
      case Kind::Boolean:
      case Kind::Timestamp:
      case Kind::Blob: break;
      case Kind::List: list(shape, value, path); break;
      case Kind::Map: map(shape, value, path); break;
      case Kind::Structure: structure(shape, value, path); break;
    }
  }

  void list(const Shape& shape, const json::Value& value, const Path& path) {
    if (!value.is_array()) return;
    report(shape, value, path, broken_by_size(shape, value.items().size()));
    if (is_scalar(*shape.element)) {
      const bool is_broken = std::ranges::any_of(value.items(), [&](const json::Value& item) {
        return item.is_null() || broken_by_scalar(*shape.element, item).any();
      });
      if (is_broken) {
        add(shape, &value, path,
            "Member must satisfy constraint: " + all_constraints(*shape.element));
      }
      return;
    }
    std::size_t index = 0;
    for (const json::Value& item : value.items()) {
      const Path here{.parent = &path, .index = ++index};
      if (item.is_null()) {
        add(*shape.element, nullptr, here, "Member must not be null");
      } else {
        any(*shape.element, item, here);
      }
    }
  }

  void map(const Shape& shape, const json::Value& value, const Path& path) {
    if (!value.is_object()) return;
    report(shape, value, path, broken_by_size(shape, value.members().size()));
    const bool has_bad_key = std::ranges::any_of(value.members(), [&](const json::Member& member) {
      return broken_by_text(*shape.key, member.key).any();
    });
    if (has_bad_key) {
      add(shape, &value, path, "Map keys must satisfy constraint: " + all_constraints(*shape.key));
    }
    if (!is_scalar(*shape.element)) {
      for (const json::Member& member : value.members()) {
        if (member.value.is_null()) continue;
        any(*shape.element, member.value,
            Path{.parent = &path, .name = member.key, .is_key = true});
      }
      return;
    }
    const bool has_bad_value = std::ranges::any_of(value.members(), [&](const json::Member& m) {
      return m.value.is_null() || broken_by_scalar(*shape.element, m.value).any();
    });
    if (has_bad_value) {
      add(shape, &value, path,
          "Map value must satisfy constraint: " + all_constraints(*shape.element));
    }
  }

  // The regular expression before the length: so AWS orders the violations of one member.
  void report(const Shape& shape, const json::Value& value, const Path& path, Broken broken) {
    if (!broken.any()) return;
    if (broken.regex) add(shape, &value, path, regex_text(shape));
    if (broken.too_long) add(shape, &value, path, max_text(shape));
    if (broken.too_short) add(shape, &value, path, min_text(shape));
    if (broken.not_in_enum) add(shape, &value, path, enum_text(shape));
  }

  void add(const Shape& shape, const json::Value* value, const Path& path,
           std::string_view constraint) {
    ++count_;
    if (text_.size() > kViolationsTextMax) return;
    if (count_ > 1) text_ += "; ";
    text_ += "Value ";
    if (value == nullptr) {
      text_ += "null ";
    } else if (!shape.is_sensitive) {
      text_ += '\'';
      append_java_text(text_, shape, value, kViolationsTextMax);
      text_ += "' ";
    }
    text_ += "at '";
    append_path(text_, path);
    text_.append("' failed to satisfy constraint: ").append(constraint);
  }

  std::size_t count_ = 0;
  std::string text_;
};

std::string missing_in(const Shape& shape, const json::Value& value, const std::string& prefix) {
  for (const Member& member : shape.members) {
    if (member.shape == nullptr) continue;
    const json::Value* found = value.find(member.name);
    const bool is_missing = found == nullptr || found->is_null();
    if (is_missing) {
      if (member.is_required && member.shape->kind != Kind::List) {
        return prefix + std::string(member.name);
      }
      continue;
    }
    const bool has_structures =
        member.shape->kind == Kind::List && member.shape->element->kind == Kind::Structure;
    if (!has_structures || !found->is_array()) continue;
    const std::string_view name = member.shape->query.empty() ? member.name : member.shape->query;
    std::size_t index = 0;
    for (const json::Value& item : found->items()) {
      const std::string at = prefix + std::string(name) + "." + std::to_string(++index) + ".";
      if (auto missing = missing_in(*member.shape->element, item, at); !missing.empty()) {
        return missing;
      }
    }
  }
  return {};
}

}  // namespace

std::string violations_text(const Shape& shape, const json::Value& value) {
  Validator validator;
  validator.structure(shape, value, Path{});
  return std::move(validator).text();
}

std::string missing_parameter(const Shape& shape, const json::Value& value) {
  return missing_in(shape, value, "");
}

Result<> check(const ServiceFacts& service, const Operation& operation, const json::Value& input) {
  switch (service.violations) {
    case Violations::All: {
      std::string text = violations_text(*operation.input, input);
      if (text.empty()) return {};
      return fail(Code::InvalidArgument, std::move(text), service.violation_error);
    }
    case Violations::MissingOnlyOne: {
      const std::string name = missing_parameter(*operation.input, input);
      if (name.empty()) return {};
      return fail(Code::InvalidArgument, "The request must contain the parameter " + name + ".",
                  service.violation_error);
    }
  }
  return {};
}

}  // namespace rialto::api
