// A page of metrics as Prometheus reads it: the text format, version 0.0.4. Pure.
//
// Families in the order in which they are written, the samples of each right after it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/metrics.h"

namespace rialto {

inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

class Exposition {
 public:
  struct Label {
    std::string_view name;
    std::string_view value;
  };
  using Labels = std::initializer_list<Label>;

  enum class Type : std::uint8_t { Counter, Gauge, Histogram };

  // Begins a family; the samples that follow are its.
  void family(std::string_view name, Type type, std::string_view help);
  void sample(std::uint64_t value, Labels labels = {});
  void sample(double value, Labels labels = {});
  void sample(const Histogram& histogram, Labels labels = {});

  // A family of one sample.
  template <class Value>
  void counter(std::string_view name, Value value, std::string_view help) {
    family(name, Type::Counter, help);
    sample(value);
  }
  template <class Value>
  void gauge(std::string_view name, Value value, std::string_view help) {
    family(name, Type::Gauge, help);
    sample(value);
  }
  void histogram(std::string_view name, const Histogram& values, std::string_view help) {
    family(name, Type::Histogram, help);
    sample(values);
  }

  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view suffix, Labels labels, Label last, std::string_view value);

  std::string out_;
  std::string name_;
};

}  // namespace rialto
