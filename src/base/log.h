// Structured logs: a stable dotted name, then fields.
//
//   log::warn("delivery.retry", {{"rule", arn}, {"attempt", 3}, {"code", code}});
//
// error = wake someone, warn = degraded, info = lifecycle, debug = the rest. Never an event's
// detail, never a secret. Safe to call from any thread; the sink (standard error) is the one global
// of Rialto and is set once, before other threads start.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace rialto::log {

enum class Level { Debug, Info, Warn, Error, Off };
enum class Format { Text, Json };

struct Field {
  Field(std::string_view field_name, std::string_view text);
  Field(std::string_view field_name, const char* text)
      : Field(field_name, std::string_view(text)) {}
  Field(std::string_view field_name, const std::string& text)
      : Field(field_name, std::string_view(text)) {}
  Field(std::string_view field_name, bool truth);
  Field(std::string_view field_name, double number);
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Field(std::string_view field_name, Number number)
      : name(field_name), value(std::to_string(number)), is_text(false) {}

  std::string_view name;
  std::string value;
  bool is_text;
};
using Fields = std::initializer_list<Field>;

void configure(Level level, Format format);

void debug(std::string_view name, Fields fields = {});
void info(std::string_view name, Fields fields = {});
void warn(std::string_view name, Fields fields = {});
void error(std::string_view name, Fields fields = {});

}  // namespace rialto::log
