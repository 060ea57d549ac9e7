// Built on simdjson's On-Demand reader: its first stage finds structure and checks UTF-8 at memory
// speed, and it hands out the raw token of each number. On-Demand checks only what is visited; so
// this reader visits everything, and checks number grammar itself (simdjson would round).
#include "json/read.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_map>

#include "json/number.h"

namespace rialto::json {
namespace {

namespace ondemand = simdjson::ondemand;

// Objects up to this size are searched for a repeated key by comparing, larger ones by hashing.
constexpr std::size_t kLinearKeysMax = 12;

class Builder {
 public:
  explicit Builder(Limits limits) : limits_(limits) {}

  // `json` is an ondemand document or value. Depth counts open arrays and objects.
  template <class Json>
  bool build(Json& json, Value& out, std::size_t depth) {
    ondemand::json_type type;
    if (json.type().get(type)) return stop("a JSON value was expected");
    switch (type) {
      case ondemand::json_type::null: {
        // simdjson 3.0 looks one byte too far behind a null that stands alone: `null"]"` passes.
        if (scalar_token(json) != "null") return stop("'null' was expected");
        bool is_null = false;
        if (json.is_null().get(is_null) || !is_null) return stop("'null' was expected");
        out = Value();
        return true;
      }
      case ondemand::json_type::boolean: {
        bool value = false;
        if (json.get_bool().get(value)) return stop("'true' or 'false' was expected");
        out = Value(value);
        return true;
      }
      case ondemand::json_type::number: return build_number(json, out);
      case ondemand::json_type::string: {
        std::string_view text;
        if (json.get_string().get(text)) return stop("a string is malformed");
        out = Value(text);
        return true;
      }
      case ondemand::json_type::array: return build_array(json, out, depth + 1);
      case ondemand::json_type::object: return build_object(json, out, depth + 1);
    }
    return stop("a JSON value was expected");
  }

  bool has_repeated_keys() const { return has_repeated_keys_; }
  const std::string& problem() const { return problem_; }

 private:
  bool stop(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }

  template <class Json>
  static std::string_view raw_token(Json& json) {
    if constexpr (std::is_same_v<Json, ondemand::document>) {
      std::string_view token;
      return json.raw_json_token().get(token) ? std::string_view() : token;
    } else {
      return json.raw_json_token();
    }
  }

  // The text up to the next token, without the blanks before it.
  template <class Json>
  static std::string_view scalar_token(Json& json) {
    const std::string_view token = raw_token(json);
    return token.substr(0, token.find_last_not_of(" \t\n\r") + 1);
  }

  template <class Json>
  bool build_number(Json& json, Value& out) {
    const std::string_view token = scalar_token(json);
    if (!is_number(token)) return stop("a number is malformed");
    if (!limits_.any_number && !to_double(token))
      return stop("a number is beyond the range of a double");
    if (limits_.int64_only && is_integer(token) && !to_int64(token)) {
      return stop("an integer is outside -2^63 to 2^63-1");
    }
    // Reading it moves the cursor past the token; the value itself is not used.
    if (json.get_double().error() == simdjson::INCORRECT_TYPE) return stop("a number is malformed");
    out = Value(Number{std::string(token)});
    return true;
  }

  template <class Json>
  bool build_array(Json& json, Value& out, std::size_t depth) {
    if (depth > limits_.depth_max) return stop("the nesting is too deep");
    ondemand::array array;
    if (json.get_array().get(array)) return stop("an array is malformed");
    Array items;
    for (auto element : array) {
      ondemand::value value;
      if (std::move(element).get(value)) return stop("an array is malformed");
      if (!build(value, items.emplace_back(), depth)) return false;
    }
    out = Value(std::move(items));
    return true;
  }

  template <class Json>
  bool build_object(Json& json, Value& out, std::size_t depth) {
    if (depth > limits_.depth_max) return stop("the nesting is too deep");
    ondemand::object object;
    if (json.get_object().get(object)) return stop("an object is malformed");
    Object members;
    std::unordered_map<std::string, std::size_t> index;
    for (auto each : object) {
      ondemand::field field;
      if (std::move(each).get(field)) return stop("an object is malformed");
      std::string_view key;
      if (field.unescaped_key().get(key)) return stop("a key is malformed");
      Value* slot = claim(members, index, key);
      if (!build(field.value(), *slot, depth)) return false;
    }
    out = Value(std::move(members));
    return true;
  }

  // The slot for `key`: a new one, or the earlier one of the same key.
  Value* claim(Object& members, std::unordered_map<std::string, std::size_t>& index,
               std::string_view key) {
    if (members.size() <= kLinearKeysMax) {
      for (Member& member : members) {
        if (member.key == key) return repeated(member);
      }
    } else {
      if (index.empty()) {
        for (std::size_t i = 0; i < members.size(); ++i) index.emplace(members[i].key, i);
      }
      const auto [found, is_new] = index.emplace(std::string(key), members.size());
      if (!is_new) return repeated(members[found->second]);
    }
    members.push_back(Member{std::string(key), Value()});
    return &members.back().value;
  }

  Value* repeated(Member& member) {
    has_repeated_keys_ = true;
    return &member.value;
  }

  Limits limits_;
  bool has_repeated_keys_ = false;
  std::string problem_;
};

// A parser and a padded copy of the text, kept per thread because both are costly to make. The
// buffer is let go when a rare large text has made it big.
struct Workspace {
  static constexpr std::size_t kKeptBytesMax = 4U << 20;

  ondemand::parser parser;
  std::string padded;

  // Blanks at the end go: simdjson 3.0 takes them for a part of a scalar that stands alone.
  simdjson::padded_string_view load(std::string_view text) {
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(text);
    return simdjson::padded_string_view(padded.data(), padded.size(), padded.capacity());
  }

  void trim() {
    if (padded.capacity() <= kKeptBytesMax) return;
    padded = std::string();
    parser = ondemand::parser();
  }
};

Error malformed(std::string_view problem, std::size_t offset) {
  return fail(Code::InvalidArgument, "Invalid JSON at offset " + std::to_string(offset) + ": " +
                                         std::string(problem) + ".");
}

Result<Document> read_with(Workspace& workspace, std::string_view text, Limits limits) {
  const simdjson::padded_string_view padded = workspace.load(text);
  ondemand::document document;
  if (const auto error = workspace.parser.iterate(padded).get(document)) {
    return malformed(simdjson::error_message(error), 0);
  }
  Builder builder(limits);
  Document out;
  const bool is_built = builder.build(document, out.root, 0);
  const char* place = nullptr;
  const bool has_place = !document.current_location().get(place);  // none at the end of the text
  if (is_built && !has_place) {
    out.has_repeated_keys = builder.has_repeated_keys();
    return out;
  }
  const std::size_t offset =
      has_place ? static_cast<std::size_t>(place - padded.data()) : text.size();
  return malformed(is_built ? "text after the end of the value" : builder.problem(), offset);
}

}  // namespace

Result<Document> read(std::string_view text, Limits limits) {
  thread_local Workspace workspace;
  Result<Document> result = read_with(workspace, text, limits);
  workspace.trim();
  return result;
}

Result<Value> parse(std::string_view text, Limits limits) {
  RIALTO_TRY(Document document, read(text, limits));
  return std::move(document.root);
}

Result<std::vector<Value>> read_items(std::string_view text) {
  if (auto whole = parse(text); whole.ok()) {
    if (whole->is_array()) return std::move(whole->items());
    return std::vector<Value>{std::move(whole).value()};
  }
  std::vector<Value> items;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    auto item = parse(line);
    if (!item.ok()) {
      return fail(Code::InvalidArgument,
                  "Line " + std::to_string(number) + ": " + item.error().message);
    }
    items.push_back(std::move(item).value());
  }
  return items;
}

std::string compact(std::string_view text) {
  std::string out(text.size(), '\0');
  std::size_t length = 0;
  if (simdjson::minify(text.data(), text.size(), out.data(), length)) return std::string(text);
  out.resize(length);
  return out;
}

}  // namespace rialto::json
