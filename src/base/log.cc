#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

#include "base/clock.h"

namespace rialto::log {
namespace {

std::atomic<Format> format_now{Format::Text};
std::atomic<Level> level_now{Level::Info};

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("rialto", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("%v");
    made.set_level(spdlog::level::trace);
    made.flush_on(spdlog::level::trace);
    return made;
  }();
  return instance;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void write(Level level, std::string_view word, std::string_view name, Fields fields) {
  if (level < level_now.load(std::memory_order_relaxed)) return;
  const std::string time = to_iso_millis(SystemClock().now());
  std::string line;
  if (format_now.load(std::memory_order_relaxed) == Format::Json) {
    line = fmt::format(R"({{"time":"{}","level":"{}","event":"{}")", time, word, name);
    for (const Field& field : fields) {
      line += fmt::format(",\"{}\":", field.name);
      if (field.is_text) {
        append_quoted(line, field.value);
      } else {
        line += field.value;
      }
    }
    line += '}';
  } else {
    line = fmt::format("{} {:5} {}", time, word, name);
    for (const Field& field : fields) {
      line += fmt::format(" {}=", field.name);
      if (field.is_text) {
        append_quoted(line, field.value);
      } else {
        line += field.value;
      }
    }
  }
  logger().log(spdlog::level::info, line);
}

}  // namespace

Field::Field(std::string_view field_name, std::string_view text)
    : name(field_name), value(text), is_text(true) {}
Field::Field(std::string_view field_name, bool truth)
    : name(field_name), value(truth ? "true" : "false"), is_text(false) {}
Field::Field(std::string_view field_name, double number)
    : name(field_name), value(fmt::format("{}", number)), is_text(false) {}

void configure(Level level, Format format) {
  level_now = level;
  format_now = format;
}

void debug(std::string_view name, Fields fields) { write(Level::Debug, "debug", name, fields); }
void info(std::string_view name, Fields fields) { write(Level::Info, "info", name, fields); }
void warn(std::string_view name, Fields fields) { write(Level::Warn, "warn", name, fields); }
void error(std::string_view name, Fields fields) { write(Level::Error, "error", name, fields); }

}  // namespace rialto::log
