#include "api/codec.h"

#include "api/base64.h"
#include "api/timestamp.h"
#include "json/number.h"

namespace rialto::api::codec {

void read_scalar(json::Value&& from, std::string& to) {
  if (from.is_string()) to = std::move(from.as_string());
}

void read_scalar(json::Value&& from, std::int64_t& to) {
  if (from.is_number()) to = json::to_int64(from.number_text()).value_or(to);
}

void read_scalar(json::Value&& from, bool& to) {
  if (from.is_bool()) to = from.as_bool();
}

void read_scalar(json::Value&& from, TimePoint& to) {
  if (from.is_number()) to = parse_timestamp(from.number_text()).value_or(to);
}

void read_scalar(json::Value&& from, Blob& to) {
  if (from.is_string()) to.bytes = from_base64(from.as_string()).value_or(std::string());
}

json::Value write_scalar(std::string&& from) { return std::move(from); }
json::Value write_scalar(std::int64_t from) { return from; }
json::Value write_scalar(bool from) { return from; }
json::Value write_scalar(TimePoint from) { return json::Number{to_epoch_seconds(from)}; }
json::Value write_scalar(Blob&& from) { return to_base64(from.bytes); }

json::Object take_members(json::Value&& value) {
  return value.is_object() ? std::move(value.members()) : json::Object();
}

}  // namespace rialto::api::codec
