#include "matcher/yardsticks.h"

#include <simdjson.h>

#include <cstddef>
#include <string_view>

namespace rialto::bench::yardsticks {
namespace {

namespace ondemand = simdjson::ondemand;

void check(simdjson::error_code error) {
  if (error) die(std::string("a yardstick failed: ") + simdjson::error_message(error));
}

// The lines lie behind one another, so each has readable bytes after it.
template <typename Read>
void for_each_document(const Lines& lines, Read&& read) {
  ondemand::parser parser;
  for (const std::string_view line : lines.all()) {
    ondemand::document document;
    check(parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING)
              .get(document));
    read(document);
  }
}

// Keeps the compiler from leaving out what computes the value.
template <typename T>
void use(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

simdjson::error_code visit(ondemand::value value) {
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  switch (type) {
    case ondemand::json_type::object:
      for (auto field : value.get_object()) {
        use(field.key().value_unsafe().raw());
        if (field.error()) return field.error();
        if (const auto error = visit(field.value())) return error;
      }
      return simdjson::SUCCESS;
    case ondemand::json_type::array:
      for (auto item : value.get_array()) {
        ondemand::value inner;
        if (const auto error = item.get(inner)) return error;
        if (const auto error = visit(inner)) return error;
      }
      return simdjson::SUCCESS;
    case ondemand::json_type::string:
    case ondemand::json_type::number:
    case ondemand::json_type::boolean:
    case ondemand::json_type::null: use(value.raw_json_token().data()); return simdjson::SUCCESS;
  }
  return simdjson::INCORRECT_TYPE;
}

}  // namespace

void scan_structure(const Lines& lines) {
  for_each_document(lines, [](ondemand::document& document) { use(&document); });
}

void look_up_three(const Lines& lines) {
  for_each_document(lines, [](ondemand::document& document) {
    ondemand::object properties;
    ondemand::raw_json_string type;
    ondemand::raw_json_string lot;
    check(document.find_field("type").get_raw_json_string().get(type));
    check(document.find_field("properties").get_object().get(properties));
    check(properties.find_field("MAPBLKLOT").get_raw_json_string().get(lot));
    ondemand::value street;  // a string or null
    check(properties.find_field("STREET").get(street));
    use(type.raw());
    use(lot.raw());
    use(street.raw_json_token().data());
  });
}

void skip_to_end(const Lines& lines) {
  for_each_document(lines, [](ondemand::document& document) {
    ondemand::object root;
    check(document.get_object().get(root));
    std::size_t fields = 0;
    for (auto field : root) {
      check(field.error());
      ++fields;
    }
    use(fields);
  });
}

void visit_every_value(const Lines& lines) {
  for_each_document(lines, [](ondemand::document& document) {
    ondemand::value root;
    check(document.get_value().get(root));
    check(visit(root));
  });
}

void build_dom(const Lines& lines) {
  simdjson::dom::parser parser;
  for (const std::string_view line : lines.all()) {
    simdjson::dom::element root;
    check(parser.parse(line.data(), line.size(), false).get(root));
    use(root.type());
  }
}

}  // namespace rialto::bench::yardsticks
