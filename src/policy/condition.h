// The conditions of a statement: operators over context keys, as IAM has them (docs/spec/03 §2).
// Pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "json/value.h"
#include "net/ip_address.h"
#include "policy/context.h"
#include "policy/pattern.h"

namespace rialto::policy {

// A network, or an address.
struct Network {
  net::IpAddress address;
  unsigned bits = 0;
};

// One operator, one key, and the values that the key's are compared with.
class Condition {
 public:
  // `name` as policies write it: `ForAnyValue:StringLikeIfExists`. `values` is one value or a list.
  // Errors: InvalidArgument, for what is no operator, and for values that it cannot compare.
  static Result<Condition> parse(std::string_view name, std::string_view key,
                                 const json::Value& values, bool has_variables);

  // A key that is not there: true for negated operators, for IfExists and for ForAllValues.
  bool holds(const Context& context) const;

 private:
  enum class Test {
    String,
    StringNoCase,
    Arn,
    Bool,
    Ip,
    NumberEquals,
    NumberLess,
    NumberLessOrEqual,
    NumberGreater,
    NumberGreaterOrEqual,
    DateEquals,
    DateLess,
    DateLessOrEqual,
    DateGreater,
    DateGreaterOrEqual,
    Null,
  };
  enum class Set { None, AllValues, AnyValue };
  using Wanted = std::variant<Pattern, bool, Network, double, TimePoint>;
  struct Row {
    std::string_view name;
    Test test;
    bool is_negated = false;
    bool has_wildcards = false;
  };
  static const Row* find_row(std::string_view name);
  static Result<Wanted> parse_wanted(const Row& row, const std::string& text, bool has_variables);

  bool passes(const std::string& value, const Context& context) const;
  bool is_as_wanted(const std::string& value, const Wanted& wanted, const Context& context) const;

  Test test_ = Test::String;
  Set set_ = Set::None;
  bool is_negated_ = false;
  bool if_exists_ = false;
  std::string key_;  // in small letters
  std::vector<Wanted> wanted_;
};

}  // namespace rialto::policy
