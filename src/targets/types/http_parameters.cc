#include "targets/types/http_parameters.h"

#include <algorithm>

#include "base/uri.h"
#include "connection/encode.h"
#include "targets/aws/row.h"

namespace rialto::targets {
namespace {

Error invalid(std::string message) {
  return fail(Code::InvalidArgument, std::move(message), "INVALID_PARAMETER");
}

// A segment that leads up, or is none, would call something else than the endpoint says.
bool is_segment(std::string_view value) { return !value.empty() && value != "." && value != ".."; }

// Of a query: `+` is a blank there.
std::string decode_key(std::string_view text) {
  std::string key(text);
  std::ranges::replace(key, '+', ' ');
  return decode_uri(key);
}

}  // namespace

Result<std::vector<std::string>> HttpParameters::path_values() const {
  std::vector<std::string> out;
  const json::Value* values = given_ ? given_->find("PathParameterValues") : nullptr;
  if (values == nullptr || !values->is_array()) return out;
  for (const json::Value& value : values->items()) {
    if (!value.is_string()) continue;
    RIALTO_TRY(out.emplace_back(), resolve_text(value.as_string(), event_));
  }
  return out;
}

Result<HttpParameters::List> HttpParameters::list(std::string_view map) const {
  List out;
  const json::Value* values = given_ ? given_->find(map) : nullptr;
  if (values == nullptr || !values->is_object()) return out;
  for (const json::Member& each : values->members()) {
    if (!each.value.is_string()) continue;
    RIALTO_TRY(auto value, resolve_text(each.value.as_string(), event_));
    out.push_back({each.key, std::move(value)});
  }
  return out;
}

Result<std::string> HttpParameters::fill(std::string_view path) const {
  RIALTO_TRY(const auto values, path_values());
  std::string out;
  std::size_t next = 0;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment != "/*") {
      out += segment;
      continue;
    }
    if (next == values.size()) {
      return invalid("The endpoint has more path parameters than the " +
                     std::to_string(values.size()) + " values of the target.");
    }
    const std::string& value = values[next++];
    if (!is_segment(value)) return invalid("A path parameter value is empty, or leads up.");
    out += '/' + encode_uri(value);
  }
  return out.empty() ? "/" : out;
}

Query::Query(std::string_view own) {
  while (!own.empty()) {
    const std::string_view member = own.substr(0, own.find('&'));
    own.remove_prefix(std::min(own.size(), member.size() + 1));
    if (member.empty()) continue;
    members_.push_back({decode_key(member.substr(0, member.find('='))), std::string(member)});
  }
}

void Query::add(const HttpParameters::List& parameters) {
  std::erase_if(members_, [&](const Member& member) {
    return std::ranges::find(parameters, member.key, &model::ConnectionParameter::key) !=
           parameters.end();
  });
  for (const model::ConnectionParameter& each : parameters) {
    members_.push_back({each.key, encode_uri(each.key) + '=' + encode_uri(each.value)});
  }
}

std::string Query::text() const {
  std::string out;
  for (const Member& member : members_) out += (out.empty() ? "" : "&") + member.text;
  return out;
}

void set_header(http::Headers& headers, std::string_view name, std::string_view value) {
  std::erase_if(headers, [name](const http::Header& header) {
    return http::is_same_name(header.name, name);
  });
  headers.push_back({std::string(name), std::string(value)});
}

Result<> add_headers(http::Headers& headers, const HttpParameters::List& parameters,
                     bool (*is_allowed)(std::string_view name)) {
  for (const model::ConnectionParameter& each : parameters) {
    if (!is_allowed(each.key)) continue;
    // Its text may have come with the event.
    if (!connection::is_header_value(each.value)) {
      return invalid("The value of the header " + each.key + " has control characters in it.");
    }
    set_header(headers, each.key, each.value);
  }
  return {};
}

}  // namespace rialto::targets
