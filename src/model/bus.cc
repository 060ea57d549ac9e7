#include "model/bus.h"

#include "json/read.h"
#include "json/write.h"
#include "model/arn.h"
#include "model/stored_json.h"

namespace rialto::model {

std::string Bus::arn() const { return bus_arn(region, account, name); }

std::string encode(const Bus& bus) {
  json::Value out = new_document();
  out.add("id", static_cast<std::int64_t>(bus.id));
  out.add("account", bus.account);
  out.add("region", bus.region);
  out.add("name", bus.name);
  add_optional(out, "description", bus.description);
  add_optional(out, "dead_letter_arn", bus.dead_letter_arn);
  add_optional(out, "policy", bus.policy);
  out.add("created_ms", to_millis(bus.created_at));
  out.add("modified_ms", to_millis(bus.modified_at));
  out.add("tags", encode_tags(bus.tags));
  return json::write(out);
}

Result<Bus> decode_bus(std::string_view bytes) {
  const auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("event bus");
  Fields fields(*document);
  Bus bus;
  bus.id = static_cast<std::uint32_t>(fields.integer("id"));
  bus.account = fields.text("account");
  bus.region = fields.text("region");
  bus.name = fields.text("name");
  bus.description = fields.optional_text("description");
  bus.dead_letter_arn = fields.optional_text("dead_letter_arn");
  bus.policy = fields.optional_text("policy");
  bus.created_at = from_millis(fields.integer("created_ms"));
  bus.modified_at = from_millis(fields.integer("modified_ms"));
  bus.tags = fields.tags();
  if (!fields.is_ok()) return unreadable("event bus");
  return bus;
}

std::string encode(const StoredRule& stored) {
  const Rule& rule = stored.rule;
  json::Value out = new_document();
  out.add("account", stored.account);
  out.add("region", stored.region);
  out.add("bus", stored.bus);
  out.add("name", rule.name);
  add_optional(out, "event_pattern", rule.event_pattern);
  if (rule.schedule) {
    out.add("schedule_expression", rule.schedule->expression);
    out.add("schedule_anchor_ms", to_millis(rule.schedule->anchor));
  }
  out.add("state", rule.state);
  add_optional(out, "description", rule.description);
  add_optional(out, "role_arn", rule.role_arn);
  out.add("created_by", rule.created_by);
  add_optional(out, "managed_by", rule.managed_by);
  if (rule.archive_id) out.add("archive_id", static_cast<std::int64_t>(*rule.archive_id));
  json::Array targets;
  for (const auto& [id, target] : rule.targets) targets.push_back(target.given);
  out.add("targets", std::move(targets));
  out.add("tags", encode_tags(rule.tags));
  return json::write(out);
}

Result<StoredRule> decode_rule(std::string_view bytes) {
  auto document = json::parse(bytes);
  if (!document.ok()) return unreadable("rule");
  Fields fields(*document);
  StoredRule stored;
  Rule& rule = stored.rule;
  stored.account = fields.text("account");
  stored.region = fields.text("region");
  stored.bus = fields.text("bus");
  rule.name = fields.text("name");
  rule.event_pattern = fields.optional_text("event_pattern");
  if (auto expression = fields.optional_text("schedule_expression")) {
    rule.schedule =
        Schedule{std::move(*expression), from_millis(fields.integer("schedule_anchor_ms"))};
  }
  rule.state = fields.text("state");
  rule.description = fields.optional_text("description");
  rule.role_arn = fields.optional_text("role_arn");
  rule.created_by = fields.text("created_by");
  rule.managed_by = fields.optional_text("managed_by");
  if (const auto archive = fields.optional_integer("archive_id")) {
    rule.archive_id = static_cast<std::uint32_t>(*archive);
  }
  rule.tags = fields.tags();
  json::Value* targets = document->find("targets");
  const bool has_trigger = rule.event_pattern || rule.schedule;
  if (!fields.is_ok() || !has_trigger || targets == nullptr || !targets->is_array()) {
    return unreadable("rule");
  }
  for (json::Value& given : targets->items()) {
    RIALTO_TRY(Target target, decode_target(std::move(given)));
    std::string id = target.id;
    rule.targets.emplace(std::move(id), std::move(target));
  }
  return stored;
}

}  // namespace rialto::model
