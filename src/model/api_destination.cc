#include "model/api_destination.h"

#include "json/read.h"
#include "json/write.h"
#include "model/stored_json.h"

namespace rialto::model {

std::string ApiDestination::arn() const {
  return make_arn("events", region, account,
                  std::string(ApiDestinationRef::kPrefix).append(name).append("/").append(id));
}

Result<ApiDestinationRef> ApiDestinationRef::from(const Arn& arn) {
  if (!names(arn)) return invalid_arn(arn.text());
  const std::string_view rest = std::string_view(arn.resource).substr(kPrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == rest.npos || slash == 0 || slash + 1 == rest.size()) return invalid_arn(arn.text());
  return ApiDestinationRef{.scope = {.account = arn.account, .region = arn.region},
                           .name = std::string(rest.substr(0, slash)),
                           .id = std::string(rest.substr(slash + 1))};
}

std::string encode(const ApiDestination& destination) {
  json::Value out = new_document();
  out.add("account", destination.account);
  out.add("region", destination.region);
  out.add("name", destination.name);
  out.add("id", destination.id);
  add_optional(out, "description", destination.description);
  out.add("connection_arn", destination.connection.arn());
  out.add("endpoint", destination.endpoint);
  out.add("http_method", destination.http_method);
  out.add("rate", destination.rate);
  out.add("created_ms", to_millis(destination.created_at));
  out.add("modified_ms", to_millis(destination.modified_at));
  return json::write(out);
}

Result<ApiDestination> decode_api_destination(std::string_view bytes) {
  const auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("API destination");
  Fields fields(*document);
  ApiDestination out;
  out.account = fields.text("account");
  out.region = fields.text("region");
  out.name = fields.text("name");
  out.id = fields.text("id");
  out.description = fields.optional_text("description");
  auto connection = ConnectionRef::parse(fields.text("connection_arn"));
  out.endpoint = fields.text("endpoint");
  out.http_method = fields.text("http_method");
  out.rate = fields.integer("rate");
  out.created_at = from_millis(fields.integer("created_ms"));
  out.modified_at = from_millis(fields.integer("modified_ms"));
  if (!fields.is_ok() || !connection.ok() || out.rate < 1) return unreadable("API destination");
  out.connection = std::move(connection).value();
  return out;
}

}  // namespace rialto::model
