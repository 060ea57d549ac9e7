#include "ruler/test_event.h"

#include "json/read.h"

namespace rialto::ruler {
namespace {

bool has_envelope(const json::Value& event) {
  for (const std::string_view key : {"id", "account", "source", "time", "region", "detail-type"}) {
    if (event.find(key) == nullptr) return false;
  }
  return true;
}

}  // namespace

Result<json::Value> parse_test_event(std::string_view text) {
  Result<json::Value> event = json::parse(text);
  if (event.ok() && has_envelope(*event)) return event;
  return fail(Code::InvalidArgument, "Parameter Event is not valid.", "ValidationException");
}

}  // namespace rialto::ruler
