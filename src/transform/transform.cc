#include "transform/transform.h"

#include <unordered_map>

#include "json/read.h"
#include "json/write.h"

namespace rialto::transform {
namespace {

constexpr std::string_view kEventJson = "aws.events.event.json";

Error refused(std::string_view before, std::string_view target_id, std::string_view after) {
  return fail(Code::InvalidArgument, std::string(before).append(target_id).append(after));
}

Error invalid_path(std::string_view target_id) {
  return refused("InputPath for target ", target_id, " is invalid.");
}

std::string ingestion_time(const EventView& event) {
  return kIngestionTimeHasMillis ? to_iso_millis(event.ingested_at)
                                 : to_iso_seconds(event.ingested_at);
}

// The members of `<aws.events.event>` in AWS's order and spelling, each with its key in the event.
// `time` has none: it is the time of ingestion.
struct Renamed {
  const char* to;
  const char* from;
};
constexpr Renamed kEventMembers[] = {
    {.to = "id", .from = "id"},
    {.to = "account", .from = "account"},
    {.to = "detailType", .from = "detail-type"},
    {.to = "time", .from = nullptr},
    {.to = "source", .from = "source"},
    {.to = "region", .from = "region"},
    {.to = "resources", .from = "resources"},
    {.to = "version", .from = "version"},
};

json::Value without_detail(const EventView& event) {
  json::Value out{json::Object()};
  for (const Renamed& member : kEventMembers) {
    if (!member.from) {
      out.add(member.to, ingestion_time(event));
    } else if (const json::Value* value = event.root.find(member.from)) {
      out.add(member.to, *value);
    }
  }
  return out;
}

}  // namespace

std::optional<Transform::Predefined> Transform::find_predefined(std::string_view name) {
  if (name == "aws.events.rule-arn") return Predefined::RuleArn;
  if (name == "aws.events.rule-name") return Predefined::RuleName;
  if (name == "aws.events.event.ingestion-time") return Predefined::IngestionTime;
  if (name == "aws.events.event") return Predefined::Event;
  if (name == kEventJson) return Predefined::EventJson;
  return std::nullopt;
}

Result<Transform> Transform::compile(std::string_view target_id, const InputSpec& spec) {
  const int given = int{spec.input.has_value()} + int{spec.input_path.has_value()} +
                    int{spec.transformer.has_value()};
  if (given > 1) {
    return refused("Only one of Input, InputPath, or InputTransformer must be provided for target ",
                   target_id, ".");
  }
  if (spec.input) {
    if (!json::parse(*spec.input).ok()) {
      return refused("JSON syntax error in input for target ", target_id, "");
    }
    return Transform(Constant{*spec.input});
  }
  if (spec.input_path) {
    auto path = json::Path::parse(*spec.input_path);
    if (!path.ok()) return invalid_path(target_id);
    return Transform(Part{std::move(*path)});
  }
  if (spec.transformer) return compile_transformer(target_id, *spec.transformer);
  return Transform(Whole{});
}

Result<Transform> Transform::compile_transformer(std::string_view target_id,
                                                 const InputTransformer& transformer) {
  std::unordered_map<std::string_view, json::Path> paths;
  for (const auto& [name, text] : transformer.paths) {
    auto path = json::Path::parse(text);
    if (!path.ok()) return invalid_path(target_id);
    paths.insert_or_assign(name, std::move(*path));
  }
  Filled filled{.text = Template::parse(transformer.input_template), .variables = {}};
  for (const std::string& name : filled.text.names()) {
    if (const auto predefined = find_predefined(name)) {
      filled.variables.emplace_back(*predefined);
    } else if (const auto found = paths.find(name); found != paths.end()) {
      filled.variables.emplace_back(std::move(found->second));
    } else {
      return refused("InputTemplate for target ", target_id,
                     " contains invalid placeholder " + name + ".");
    }
    if (name == kEventJson && filled.text.kind() != Template::Kind::Object) {
      return refused("InputTemplate for target ", target_id,
                     " contains placeholder aws.events.event.json valid only for JSON template.");
    }
  }
  return Transform(std::move(filled));
}

Slot Transform::bind(Predefined variable, const EventView& event, const RuleView& rule,
                     json::Value& made) {
  switch (variable) {
    case Predefined::RuleArn: made = json::Value(rule.arn); break;
    case Predefined::RuleName: made = json::Value(rule.name); break;
    case Predefined::IngestionTime: made = json::Value(ingestion_time(event)); break;
    case Predefined::Event: made = without_detail(event); break;
    case Predefined::EventJson: return Slot{.value = &event.root, .json_text = event.text};
  }
  return Slot{.value = &made};
}

Slot Transform::bind(const Variable& variable, const EventView& event, const RuleView& rule,
                     json::Value& made) {
  if (const auto* predefined = std::get_if<Predefined>(&variable)) {
    return bind(*predefined, event, rule, made);
  }
  return Slot{.value = std::get<json::Path>(variable).find(event.root, made)};
}

Result<std::string> Transform::render(const EventView& event, const RuleView& rule) const {
  if (is_whole_event()) return std::string(event.text);
  if (const auto* constant = std::get_if<Constant>(&form_)) return constant->text;
  if (const auto* part = std::get_if<Part>(&form_)) {
    json::Value made;
    const json::Value* value = part->path.find(event.root, made);
    if (value == &event.root) return std::string(event.text);
    if (value) return json::write(*value);
    if (!kMissingInputPathFails) return std::string("\"\"");
    return fail(Code::InvalidArgument, "The event has no value at the InputPath.", kInvalidJson);
  }
  const Filled& filled = std::get<Filled>(form_);
  // Each variable is found once, however often the template names it; `made` must not move.
  std::vector<json::Value> made(filled.variables.size());
  std::vector<Slot> slots;
  slots.reserve(made.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    slots.push_back(bind(filled.variables[i], event, rule, made[i]));
  }
  return filled.text.render(slots);
}

}  // namespace rialto::transform
