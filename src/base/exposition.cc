#include "base/exposition.h"

#include <array>
#include <charconv>

namespace rialto {
namespace {

std::string_view word_of(Exposition::Type type) {
  switch (type) {
    case Exposition::Type::Counter: return "counter";
    case Exposition::Type::Gauge: return "gauge";
    case Exposition::Type::Histogram: return "histogram";
  }
  return "untyped";
}

void append_escaped(std::string& out, std::string_view text, bool is_quoted) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || (is_quoted && c == '"')) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
}

std::string text_of(double value) {
  std::array<char, 32> out{};
  const auto end = std::to_chars(out.data(), out.data() + out.size(), value).ptr;
  return {out.data(), end};
}

void append_label(std::string& out, const Exposition::Label& label) {
  if (label.name.empty()) return;
  out += out.back() == '{' ? "" : ",";
  out += label.name;
  out += "=\"";
  append_escaped(out, label.value, true);
  out += '"';
}

}  // namespace

void Exposition::family(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  out_ += "# HELP " + name_ + " ";
  append_escaped(out_, help, false);
  out_ += "\n# TYPE " + name_ + " ";
  out_ += word_of(type);
  out_ += '\n';
}

void Exposition::line(std::string_view suffix, Labels labels, Label last, std::string_view value) {
  out_ += name_;
  out_ += suffix;
  if (labels.size() > 0 || !last.name.empty()) {
    out_ += '{';
    for (const Label& label : labels) append_label(out_, label);
    append_label(out_, last);
    out_ += '}';
  }
  out_ += ' ';
  out_ += value;
  out_ += '\n';
}

void Exposition::sample(std::uint64_t value, Labels labels) {
  line("", labels, {}, std::to_string(value));
}

void Exposition::sample(double value, Labels labels) { line("", labels, {}, text_of(value)); }

void Exposition::sample(const Histogram& histogram, Labels labels) {
  const Histogram::Reading reading = histogram.read();
  for (const auto& [bound, count] : reading.up_to) {
    line("_bucket", labels, {"le", text_of(bound)}, std::to_string(count));
  }
  const std::string count = std::to_string(reading.count);
  line("_bucket", labels, {"le", "+Inf"}, count);
  line("_sum", labels, {}, text_of(reading.sum));
  line("_count", labels, {}, count);
}

}  // namespace rialto
