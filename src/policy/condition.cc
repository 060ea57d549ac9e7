#include "policy/condition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/iso_time.h"
#include "base/text.h"

namespace rialto::policy {
namespace {

std::optional<bool> to_bool(std::string_view text) {
  const std::string small = to_lower(text);
  if (small == "true") return true;
  if (small == "false") return false;
  return std::nullopt;
}

std::optional<double> to_number(std::string_view text) {
  double out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return std::isfinite(out) ? std::optional(out) : std::nullopt;
}

// ISO 8601, or seconds since 1970.
std::optional<TimePoint> to_date(std::string_view text) {
  if (const auto date = parse_iso(text)) return date;
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  if (seconds < kTimeMin / 1000 || seconds > kTimeMax / 1000) return std::nullopt;
  return from_millis(seconds * 1000);
}

std::optional<Network> to_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = net::IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network out{*address, address->bits()};
  if (slash == text.npos) return out;
  const std::string_view bits = text.substr(slash + 1);
  const auto read = std::from_chars(bits.data(), bits.data() + bits.size(), out.bits);
  if (read.ec != std::errc() || read.ptr != bits.data() + bits.size()) return std::nullopt;
  return out.bits <= address->bits() ? std::optional(out) : std::nullopt;
}

// A value as its text, as policies may write numbers and booleans without quotes.
std::optional<std::string> text_of(const json::Value& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_number()) return value.number_text();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  return std::nullopt;
}

template <class T>
Result<T> or_refuse(std::optional<T> value, std::string_view op, const std::string& text,
                    std::string_view what) {
  if (value) return *std::move(value);
  return fail(Code::InvalidArgument,
              std::string(op) + " takes " + std::string(what) + ", not '" + text + "'.");
}

}  // namespace

const Condition::Row* Condition::find_row(std::string_view name) {
  static constexpr auto kRows = std::to_array<Row>({
      {"StringEquals", Test::String},
      {"StringNotEquals", Test::String, true},
      {"StringEqualsIgnoreCase", Test::StringNoCase},
      {"StringNotEqualsIgnoreCase", Test::StringNoCase, true},
      {"StringLike", Test::String, false, true},
      {"StringNotLike", Test::String, true, true},
      {"ArnEquals", Test::Arn, false, true},
      {"ArnNotEquals", Test::Arn, true, true},
      {"ArnLike", Test::Arn, false, true},
      {"ArnNotLike", Test::Arn, true, true},
      {"Bool", Test::Bool},
      {"IpAddress", Test::Ip},
      {"NotIpAddress", Test::Ip, true},
      {"NumericEquals", Test::NumberEquals},
      {"NumericNotEquals", Test::NumberEquals, true},
      {"NumericLessThan", Test::NumberLess},
      {"NumericLessThanEquals", Test::NumberLessOrEqual},
      {"NumericGreaterThan", Test::NumberGreater},
      {"NumericGreaterThanEquals", Test::NumberGreaterOrEqual},
      {"DateEquals", Test::DateEquals},
      {"DateNotEquals", Test::DateEquals, true},
      {"DateLessThan", Test::DateLess},
      {"DateLessThanEquals", Test::DateLessOrEqual},
      {"DateGreaterThan", Test::DateGreater},
      {"DateGreaterThanEquals", Test::DateGreaterOrEqual},
      {"Null", Test::Null},
  });
  const auto found = std::ranges::find(kRows, name, &Row::name);
  return found == kRows.end() ? nullptr : &*found;
}

Result<Condition::Wanted> Condition::parse_wanted(const Row& row, const std::string& text,
                                                  bool has_variables) {
  switch (row.test) {
    case Test::String:
    case Test::StringNoCase:
    case Test::Arn: {
      RIALTO_TRY(auto pattern, Pattern::parse(text, {row.has_wildcards, has_variables}));
      return Wanted(std::move(pattern));
    }
    case Test::Bool:
    case Test::Null: {
      RIALTO_TRY(const bool value, or_refuse(to_bool(text), row.name, text, "true or false"));
      return Wanted(value);
    }
    case Test::Ip: {
      RIALTO_TRY(const auto network, or_refuse(to_network(text), row.name, text,
                                               "an address or a network such as 10.0.0.0/8"));
      return Wanted(network);
    }
    case Test::NumberEquals:
    case Test::NumberLess:
    case Test::NumberLessOrEqual:
    case Test::NumberGreater:
    case Test::NumberGreaterOrEqual: {
      RIALTO_TRY(const double number, or_refuse(to_number(text), row.name, text, "a number"));
      return Wanted(number);
    }
    case Test::DateEquals:
    case Test::DateLess:
    case Test::DateLessOrEqual:
    case Test::DateGreater:
    case Test::DateGreaterOrEqual: break;
  }
  RIALTO_TRY(const TimePoint date,
             or_refuse(to_date(text), row.name, text, "a date such as 2026-01-15T12:00:00Z"));
  return Wanted(date);
}

Result<Condition> Condition::parse(std::string_view name, std::string_view key,
                                   const json::Value& values, bool has_variables) {
  Condition out;
  std::string_view op = name;
  constexpr std::string_view kAll = "ForAllValues:";
  constexpr std::string_view kAny = "ForAnyValue:";
  constexpr std::string_view kIfExists = "IfExists";
  if (op.starts_with(kAll)) {
    out.set_ = Set::AllValues;
    op.remove_prefix(kAll.size());
  } else if (op.starts_with(kAny)) {
    out.set_ = Set::AnyValue;
    op.remove_prefix(kAny.size());
  }
  if (op.ends_with(kIfExists)) {
    out.if_exists_ = true;
    op.remove_suffix(kIfExists.size());
  }
  const Row* row = find_row(op);
  if (row == nullptr || (row->test == Test::Null && out.if_exists_)) {
    return fail(Code::InvalidArgument,
                "'" + std::string(name) + "' is no operator that conditions have.");
  }
  if (key.empty()) return fail(Code::InvalidArgument, "A condition names no key.");
  out.test_ = row->test;
  out.is_negated_ = row->is_negated;
  out.key_ = to_lower(key);
  const json::Array one{values};
  for (const json::Value& value : values.is_array() ? values.items() : one) {
    const auto text = text_of(value);
    if (!text) {
      return fail(Code::InvalidArgument,
                  "The condition on '" + std::string(key) + "' takes texts, numbers and booleans.");
    }
    RIALTO_TRY(auto wanted, parse_wanted(*row, *text, has_variables));
    out.wanted_.push_back(std::move(wanted));
  }
  if (out.wanted_.empty()) {
    return fail(Code::InvalidArgument,
                "The condition on '" + std::string(key) + "' names no value.");
  }
  return out;
}

bool Condition::holds(const Context& context) const {
  const Context::Values* values = context.find(key_);
  if (test_ == Test::Null) {
    return std::ranges::any_of(wanted_, [&](const Wanted& wanted) {
      return std::get<bool>(wanted) == (values == nullptr);
    });
  }
  if (values == nullptr) {
    if (if_exists_ || set_ == Set::AllValues) return true;
    return set_ == Set::None && is_negated_;
  }
  const auto passes_it = [&](const std::string& value) { return passes(value, context); };
  // Of several values, without a word on sets: a negated operator must hold for all of them, as it
  // says that none is among the wanted ones.
  const bool needs_all = set_ == Set::AllValues || (set_ == Set::None && is_negated_);
  return needs_all ? std::ranges::all_of(*values, passes_it)
                   : std::ranges::any_of(*values, passes_it);
}

bool Condition::passes(const std::string& value, const Context& context) const {
  const bool is_wanted = std::ranges::any_of(
      wanted_, [&](const Wanted& wanted) { return is_as_wanted(value, wanted, context); });
  return is_wanted != is_negated_;
}

bool Condition::is_as_wanted(const std::string& value, const Wanted& wanted,
                             const Context& context) const {
  const auto number = [&](auto compare) {
    const auto given = to_number(value);
    return given && compare(*given, std::get<double>(wanted));
  };
  const auto date = [&](auto compare) {
    const auto given = to_date(value);
    return given && compare(*given, std::get<TimePoint>(wanted));
  };
  switch (test_) {
    case Test::String: return std::get<Pattern>(wanted).matches(value, Case::Matters, context);
    case Test::StringNoCase:
      return std::get<Pattern>(wanted).matches(value, Case::IsIgnored, context);
    case Test::Arn: return std::get<Pattern>(wanted).matches_arn(value, context);
    case Test::Bool: return to_bool(value) == std::get<bool>(wanted);
    case Test::Ip: {
      const auto address = net::IpAddress::parse(value);
      const Network& network = std::get<Network>(wanted);
      return address && address->is_in(network.address, network.bits);
    }
    case Test::NumberEquals: return number(std::equal_to<>());
    case Test::NumberLess: return number(std::less<>());
    case Test::NumberLessOrEqual: return number(std::less_equal<>());
    case Test::NumberGreater: return number(std::greater<>());
    case Test::NumberGreaterOrEqual: return number(std::greater_equal<>());
    case Test::DateEquals: return date(std::equal_to<>());
    case Test::DateLess: return date(std::less<>());
    case Test::DateLessOrEqual: return date(std::less_equal<>());
    case Test::DateGreater: return date(std::greater<>());
    case Test::DateGreaterOrEqual: return date(std::greater_equal<>());
    case Test::Null: return false;  // holds() has asked already
  }
  return false;
}

}  // namespace rialto::policy
