#include "api/java_text.h"

#include <chrono>
#include <cstdio>

#include "api/base64.h"
#include "api/timestamp.h"

namespace rialto::api {
namespace {

// `java.util.Date.toString()`: `Thu Jan 15 12:00:00 UTC 2026`.
std::string date_text(TimePoint time) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%s %s %02u %02d:%02d:%02d UTC %04d",
                kDays[std::chrono::weekday(day).c_encoding()],
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(date.year()));
  return text;
}

class Printer {
 public:
  Printer(std::string& out, std::size_t size_max) : out_(out), size_max_(size_max) {}

  void print(const Shape& shape, const json::Value* value) {
    if (value == nullptr || value->is_null()) {
      out_ += "null";
    } else if (shape.is_sensitive) {
      out_ += "***Sensitive Data Redacted***";
    } else if (shape.kind == Kind::List && value->is_array()) {
      print_list(shape, *value);
    } else if (shape.kind == Kind::Map && value->is_object()) {
      print_map(shape, *value);
    } else if (shape.kind == Kind::Structure && value->is_object()) {
      print_structure(shape, *value);
    } else {
      print_scalar(shape, *value);
    }
  }

  bool is_full() const { return out_.size() > size_max_; }

 private:
  // A comma between parts. Whether there is room for one more.
  bool next(bool& is_first) {
    if (!is_first) out_ += ", ";
    is_first = false;
    return !is_full();
  }

  void print_list(const Shape& shape, const json::Value& value) {
    bool is_first = true;
    out_ += '[';
    for (const json::Value& item : value.items()) {
      if (!next(is_first)) break;
      print(*shape.element, &item);
    }
    out_ += ']';
  }

  void print_map(const Shape& shape, const json::Value& value) {
    bool is_first = true;
    out_ += '{';
    for (const json::Member& member : value.members()) {
      if (!next(is_first)) break;
      out_.append(member.key).append("=");
      print(*shape.element, &member.value);
    }
    out_ += '}';
  }

  void print_structure(const Shape& shape, const json::Value& value) {
    bool is_first = true;
    out_.append(shape.name).append("(");
    for (const Member& member : shape.members) {
      if (!next(is_first)) break;
      out_.append(java_name(member.name)).append("=");
      if (member.shape == nullptr) {
        out_ += "null";  // a member that only AWS has
      } else {
        print(*member.shape, value.find(member.name));
      }
    }
    out_ += ')';
  }

  void print_scalar(const Shape& shape, const json::Value& value) {
    if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_number()) {
      const auto time =
          shape.kind == Kind::Timestamp ? parse_timestamp(value.number_text()) : std::nullopt;
      out_ += time ? date_text(*time) : value.number_text();
    } else if (value.is_string() && shape.kind == Kind::Blob) {
      const std::string bytes = from_base64(value.as_string()).value_or(std::string());
      const std::string size = std::to_string(bytes.size());
      out_ += "java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]";
    } else if (value.is_string()) {
      out_ += value.as_string();
    }
  }

  std::string& out_;
  std::size_t size_max_;
};

}  // namespace

void append_java_text(std::string& out, const Shape& shape, const json::Value* value,
                      std::size_t size_max) {
  Printer printer(out, size_max);
  printer.print(shape, value);
  if (!printer.is_full()) return;
  // Never in the middle of a UTF-8 character.
  std::size_t end = size_max;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  out.resize(end);
  out += "…";
}

std::string java_name(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z')
    out[0] = static_cast<char>(out[0] - 'A' + 'a');
  return out;
}

}  // namespace rialto::api
