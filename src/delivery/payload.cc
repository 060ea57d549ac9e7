#include "delivery/payload.h"

namespace rialto::delivery {
namespace {

std::optional<std::string> find_text(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->as_string();
}

transform::InputTransformer read_transformer(const json::Value& given) {
  transform::InputTransformer out;
  if (const json::Value* paths = given.find("InputPathsMap"); paths && paths->is_object()) {
    for (const json::Member& path : paths->members()) {
      if (path.value.is_string()) out.paths.emplace_back(path.key, path.value.as_string());
    }
  }
  out.input_template = find_text(given, "InputTemplate").value_or("");
  return out;
}

}  // namespace

Result<transform::Transform> compile_transform(const model::Target& target) {
  transform::InputSpec spec;
  spec.input = find_text(target.given, "Input");
  spec.input_path = find_text(target.given, "InputPath");
  if (const json::Value* transformer = target.given.find("InputTransformer")) {
    spec.transformer = read_transformer(*transformer);
  }
  return transform::Transform::compile(target.id, spec);
}

Result<std::string> make_payload(const transform::Transform& transform, const model::Event& event,
                                 const Destination& destination) {
  const transform::EventView view{event.text, event.root, event.accepted_at};
  return transform.render(view, {destination.rule_arn, destination.rule_name});
}

}  // namespace rialto::delivery
