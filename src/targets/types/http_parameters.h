// HttpParameters of a target: what they make of an HTTP request (docs/spec/02 §3.1, 05 §4). Pure.
// Private to targets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "json/value.h"
#include "model/connection.h"

namespace rialto::targets {

// Errors are permanent, with the reason INVALID_PARAMETER.
class HttpParameters {
 public:
  using List = std::vector<model::ConnectionParameter>;

  // `target` as PutTargets got it; in `event` are the values that are paths. Both must outlive it.
  HttpParameters(const json::Value& target, const json::Value& event)
      : given_(target.find("HttpParameters")), event_(event) {}

  Result<List> headers() const { return list("HeaderParameters"); }
  Result<List> query() const { return list("QueryStringParameters"); }
  // `path` with its segments `*` replaced, from the left, by the PathParameterValues.
  Result<std::string> fill(std::string_view path) const;

 private:
  Result<List> list(std::string_view map) const;
  Result<std::vector<std::string>> path_values() const;

  const json::Value* const given_;  // maybe none
  const json::Value& event_;
};

// A query in the making. Members of a later source take the place of those of the same key in
// earlier ones.
class Query {
 public:
  // `own`: encoded already, without its question mark.
  explicit Query(std::string_view own);
  void add(const HttpParameters::List& parameters);
  // Without a question mark.
  std::string text() const;

 private:
  struct Member {
    std::string key;   // decoded
    std::string text;  // as it is written
  };
  std::vector<Member> members_;
};

// The value takes the place of others of that name.
void set_header(http::Headers& headers, std::string_view name, std::string_view value);
// Adds those that `is_allowed`; the others are left out, as AWS has it.
Result<> add_headers(http::Headers& headers, const HttpParameters::List& parameters,
                     bool (*is_allowed)(std::string_view name));

}  // namespace rialto::targets
