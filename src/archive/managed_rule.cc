#include "archive/managed_rule.h"

#include "json/value.h"
#include "model/arn.h"

namespace rialto::archive {
namespace {

constexpr std::string_view kManagedBy = "prod.vhs.events.aws.internal";
constexpr std::string_view kNotReplayed = R"("replay-name":[{"exists":false}])";

// The place of the brace that closes the object. What comes after it nobody reads, neither the
// pattern's compiler.
std::size_t find_end(std::string_view pattern) {
  std::size_t depth = 0;
  bool is_in_string = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (is_in_string) {
      if (c == '\\') ++at;
      if (c == '"') is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return at;
    }
  }
  return pattern.npos;
}

}  // namespace

// A pattern that names `replay-name` itself: of repeated keys the last counts.
std::string rule_pattern(const std::optional<std::string>& given) {
  if (!given) return "{" + std::string(kNotReplayed) + "}";
  std::string out = given->substr(0, find_end(*given));
  out += ',';
  out += kNotReplayed;
  out += '}';
  return out;
}

Result<model::Rule> make_rule(const model::Archive& archive, std::string_view uuid) {
  model::Rule rule;
  rule.name = archive.rule_name();
  rule.event_pattern = rule_pattern(archive.event_pattern);
  rule.created_by = archive.account;
  rule.managed_by = std::string(kManagedBy);
  rule.archive_id = archive.id;
  json::Object transformer{
      {"InputPathsMap", json::Object()},
      {"InputTemplate", R"({"archive-arn": ")" + archive.arn() + ":" + std::string(uuid) +
                            R"(", "event": <aws.events.event.json>, )"
                            R"("ingestion-time": <aws.events.event.ingestion-time>})"}};
  json::Object target{{"Id", archive.name},
                      {"Arn", model::make_arn("events", archive.region, "", ":")},
                      {"InputTransformer", std::move(transformer)}};
  RIALTO_TRY(auto decoded, model::decode_target(std::move(target)));
  std::string id = decoded.id;
  rule.targets.emplace(std::move(id), std::move(decoded));
  return rule;
}

}  // namespace rialto::archive
